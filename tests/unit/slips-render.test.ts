import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { SlipDocument } from '../../drivers/contract/receipt-printer.ts';
import { loadCatalogue } from '../../runtime/catalogue/catalogue.ts';
import type { Item } from '../../runtime/catalogue/item.ts';
import type { RenderSlip } from '../../runtime/flow/ports.ts';
import { loadSlips, slipRenderer } from '../../runtime/flow/slip-library.ts';
import { type Language, languages } from '../../runtime/server/protocol.ts';

const slipsDirectory = new URL('../../flows/slips', import.meta.url).pathname;
const itemsDirectory = new URL('../../flows/catalogue/items', import.meta.url).pathname;
const code = '1199000000MB9Z00013990109000001260301001001K';
const received = {
  caseId: '0195f0aa-0000-7000-8000-000000000001',
  code,
  shortCode: code.slice(-8),
  title: { 'zh-CN': '居住证首次申领', en: 'First residence permit' },
  state: 'received',
  receiptNumber: '清政收〔2026〕000123号',
  receivedAt: '2026-03-01T01:02:03.000Z',
  applicant: '欧阳小满',
  delivery: { 'zh-CN': '自己到窗口拿', en: 'Collect it at a window' },
  materials: [
    { title: { 'zh-CN': '本人照片', en: 'Photo of yourself' }, pages: 1 },
    { title: { 'zh-CN': '租房合同', en: 'Tenancy agreement' }, pages: 3 },
  ],
};
const ticket = {
  number: 'A017',
  queueTitle: { 'zh-CN': '综合咨询', en: 'General advice' },
  masked: '138 **** 5678',
  waitingBefore: 0,
  window: { 'zh-CN': '3号窗口', en: 'Window 3' },
  takenAt: '2026-03-01T01:02:03.000Z',
  existing: false,
  flowNumber: '20260301A017',
};

let render: RenderSlip;
let permit: Item;
let scratch: string;

beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'window24-slips-'));
  const library = await loadSlips(slipsDirectory);
  const catalogue = await loadCatalogue(itemsDirectory);
  if (!library.ok || !catalogue.ok) throw new Error('the shipped slips or items do not load');
  render = slipRenderer(library.value, () => Date.parse('2026-03-01T16:30:00.000Z'));
  const found = catalogue.value.get('residence-permit');
  if (!found) throw new Error('the item is not there');
  permit = found;
});
afterAll(() => rm(scratch, { recursive: true, force: true }));

const optionsFor = (language: Language) => ({
  language,
  texts: {},
  repeat: false,
  terminal: { id: 'demo-terminal-1', centre: { 'zh-CN': '清河区政务服务中心', en: 'Qinghe Centre' }, phone: '12345' },
});

/** All words of a slip, a line an element. */
function words(slip: SlipDocument): string[] {
  return slip.elements.flatMap((each) => {
    if (each.kind === 'text') return [each.text];
    if (each.kind === 'row') return [`${each.label}: ${each.value}`];
    return each.kind === 'qr' ? [each.data] : [];
  });
}

describe('the receipt of a case', () => {
  it('carries what a receipt must, the name masked, in both languages', () => {
    for (const language of languages) {
      const slip = render('case-receipt', received, { ...optionsFor(language), item: permit });
      const all = words(slip).join('\n');
      const expected = [
        received.receiptNumber,
        received.title[language],
        received.delivery[language],
        permit.office[language],
      ];
      for (const each of [...expected, permit.phone, 'demo-terminal-1', '欧**满', received.shortCode])
        expect(all).toContain(each);
      expect(all).not.toContain(received.applicant);
      expect(slip.elements).toContainEqual({ kind: 'qr', data: code });
    }
  });

  it('shows the code in groups that join to the code and fit the narrowest paper', () => {
    const lines = words(render('case-receipt', received, { ...optionsFor('zh-CN'), item: permit }));
    const groups = lines.filter((line) => /^[0-9A-Z]{4}( [0-9A-Z]{4})+$/.test(line));
    expect(groups.join('').replaceAll(' ', '')).toBe(code);
    for (const line of groups) expect(line.length).toBeLessThanOrEqual(32);
  });

  it('writes the time of the country, whatever zone the machine is in', () => {
    const lines = words(render('case-receipt', received, { ...optionsFor('zh-CN'), item: permit }));
    expect(lines).toContain('收件时间: 2026年3月1日 09:02');
    expect(lines).toContain('打印时间: 2026年3月2日 00:30');
  });

  it('does not call itself a receipt while the case is only kept in the terminal', () => {
    for (const language of languages) {
      const { receiptNumber: _, ...kept } = { ...received, state: 'kept' };
      const all = words(render('case-receipt', kept, { ...optionsFor(language), item: permit })).join('\n');
      const titleOf = (data: typeof received | typeof kept) =>
        render('case-receipt', data, { ...optionsFor(language), item: permit }).title;
      expect(titleOf(kept)).not.toBe(titleOf(received));
      expect(all).not.toContain(titleOf(received));
      expect(all).toContain(language === 'en' ? 'NOT reached the centre' : '还没有送到中心');
      expect(all).toContain(kept.shortCode);
    }
  });

  it('is marked when printed again, and only then', () => {
    const lines = (repeat: boolean) =>
      words(render('case-receipt', received, { ...optionsFor('zh-CN'), item: permit, repeat })).join();
    expect(lines(true)).toContain('补打');
    expect(lines(false)).not.toContain('补打');
  });

  it('says that no papers were needed rather than nothing', () => {
    const all = words(render('case-receipt', { ...received, materials: [] }, { ...optionsFor('zh-CN'), item: permit }));
    expect(all).toContain('这件事不用交材料。');
    expect(all.join()).not.toContain('交了哪些材料');
  });
});

describe('the other slips', () => {
  it('lists the papers of the scenario chosen, and no others', () => {
    const scenario = { home: 'rented', reason: 'stay' };
    const all = words(render('ask-list', {}, { ...optionsFor('zh-CN'), item: permit, scenario })).join('\n');
    expect(all).toContain('□ 租房合同');
    expect(all).toContain('○ 别的证明');
    expect(all).toContain('本人照片在机器上现拍');
    for (const other of ['不动产权证书', '单位住宿证明', '就业证明', '就读证明']) expect(all).not.toContain(other);
    for (const fact of ['1 次', '首次申领不收费', '7 个工作日', '15 个工作日', '第663号']) expect(all).toContain(fact);
  });

  it('tells nobody waiting as nobody, and an old number as old', () => {
    const lines = words(render('queue-slip', ticket, optionsFor('zh-CN')));
    expect(lines).toContain('A017');
    expect(lines).toContain('前面还有: 0 人');
    expect(lines.join()).not.toContain('已经取过号');
    expect(words(render('queue-slip', { ...ticket, existing: true }, optionsFor('zh-CN'))).join()).toContain(
      '已经取过号',
    );
  });

  it('shows what is done and what is ahead', () => {
    const progress = {
      code,
      title: received.title,
      state: { 'zh-CN': '已受理', en: 'Accepted' },
      nextActor: { 'zh-CN': '公安分局', en: 'Police' },
      daysLeft: { 'zh-CN': '还剩 5 个工作日', en: '5 working days left' },
      phone: '12345',
      events: [
        { at: { 'zh-CN': '3月1日', en: '1 Mar' }, title: { 'zh-CN': '中心已收到', en: 'Received' }, done: true },
        { at: { 'zh-CN': '', en: '' }, title: { 'zh-CN': '已办结', en: 'Decided' }, done: false },
      ],
    };
    const lines = words(render('progress', progress, optionsFor('en')));
    expect(lines).toContain('[x] Received: 1 Mar');
    expect(lines).toContain('[ ] Decided');
    expect(lines).toContain('Time left: 5 working days left');
  });

  it('never shows an unfilled placeholder or an empty line, whatever is missing', () => {
    const names = ['queue-slip', 'ask-list', 'case-receipt', 'progress'] as const;
    fc.assert(
      fc.property(
        fc.constantFrom(...names),
        fc.constantFrom(...languages),
        fc.subarray(Object.keys({ ...received, ...ticket })),
        fc.boolean(),
        (name, language, kept, withItem) => {
          const all: Record<string, unknown> = { ...received, ...ticket };
          const data = Object.fromEntries(kept.map((key) => [key, all[key]]));
          const slip = render(name, data, { ...optionsFor(language), ...(withItem && { item: permit }) });
          for (const line of words(slip)) {
            expect(line).not.toMatch(/\{\w+\}|undefined|null|\[object/);
            expect(line.trim()).not.toBe('');
          }
        },
      ),
    );
  });
});

describe('loading slips', () => {
  async function problems(file: string, change: (text: string) => string) {
    await cp(slipsDirectory, scratch, { recursive: true });
    await writeFile(join(scratch, file), change(await readFile(join(slipsDirectory, file), 'utf8')));
    const loaded = await loadSlips(scratch);
    return loaded.ok ? [] : loaded.error.map((each) => `${each.file} ${each.path}`);
  }

  it('names a text missing, a text too many, a broken template and a file cut off', async () => {
    expect(await problems('en.json', (text) => text.replace('"slip.phone"', '"slip.fone"'))).toEqual([
      'en.json slip.phone',
      'en.json slip.fone',
    ]);
    expect(await problems('progress.json', (text) => text.replace('"rule"', '"image"'))).not.toEqual([]);
    expect(await problems('queue-slip.json', (text) => text.slice(0, 100))).toEqual(['queue-slip.json ']);
  });
});
