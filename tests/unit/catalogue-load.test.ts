import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadCatalogue } from '../../runtime/catalogue/catalogue.ts';
import { type Item, itemSchema } from '../../runtime/catalogue/item.ts';
import { lintItem } from '../../runtime/catalogue/lint.ts';

const itemsDirectory = new URL('../../flows/catalogue/items', import.meta.url).pathname;
let scratch: string;

beforeEach(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'window24-catalogue-'));
});
afterEach(() => rm(scratch, { recursive: true, force: true }));

async function shippedItem(id: string): Promise<Item> {
  return itemSchema.parse(JSON.parse(await readFile(join(itemsDirectory, `${id}.json`), 'utf8')));
}

async function problemsWith(files: Readonly<Record<string, string>>) {
  for (const [file, content] of Object.entries(files)) await writeFile(join(scratch, file), content);
  const loaded = await loadCatalogue(scratch);
  return loaded.ok ? [] : loaded.error.problems;
}

describe('the shipped catalogue', () => {
  it('loads, each item by the name of its file', async () => {
    const loaded = await loadCatalogue(itemsDirectory);
    if (!loaded.ok) throw new Error(JSON.stringify(loaded.error));
    expect(loaded.value.list().map((item) => item.id)).toEqual(['individual-business', 'residence-permit']);
    expect(loaded.value.get('residence-permit')?.title.en).toBe('First residence permit');
    expect(loaded.value.get('toString')).toBeNull();
  });

  it('has items of different shape that leave nobody without a way to get the result', async () => {
    const [permit, business] = await Promise.all(['residence-permit', 'individual-business'].map(shippedItem));
    expect(permit?.materials.some((each) => each.camera === 'face')).toBe(true);
    expect(business?.materials.some((each) => each.camera === 'face')).toBe(false);
    expect(permit?.audience).not.toBe(business?.audience);
    for (const item of [permit, business]) expect(item?.delivery.some((each) => each.id === 'window')).toBe(true);
  });

  it('asks for at least one paper, and no paper twice, whatever the citizen answers', async () => {
    for (const id of ['residence-permit', 'individual-business']) {
      const item = await shippedItem(id);
      const answers = fc.record(
        Object.fromEntries(
          item.scenarios.map((each) => [each.id, fc.constantFrom(...each.options.map((option) => option.id))]),
        ),
      );
      fc.assert(
        fc.property(answers, (scenario) => {
          const asked = item.materials.filter(
            ({ when, required }) => required && (!when || when.anyOf.includes(String(scenario[when.scenario]))),
          );
          expect(asked.length).toBeGreaterThan(0);
          expect(new Set(asked.map((each) => each.title.en)).size).toBe(asked.length);
        }),
      );
    }
  });
});

describe('loading a catalogue', () => {
  it('lists every problem of every file, with a hint', async () => {
    const item = await shippedItem('residence-permit');
    const problems = await problemsWith({
      'a-broken.json': '{"taskCode":',
      'b-foreign.json': JSON.stringify({ ...item, script: 'alert(1)' }),
      'c-late.json': JSON.stringify({ ...item, promiseDays: 90 }),
      'Upper.json': JSON.stringify(item),
    });
    expect(problems.map((each) => each.file).sort()).toEqual([
      'Upper.json',
      'a-broken.json',
      'b-foreign.json',
      'c-late.json',
    ]);
    for (const each of problems) expect(each.hint).not.toBe('');
  });

  it('refuses two items with one task code', async () => {
    const item = JSON.stringify(await shippedItem('residence-permit'));
    const problems = await problemsWith({ 'one.json': item, 'two.json': item });
    expect(problems.map(({ file, path }) => ({ file, path }))).toEqual([{ file: 'two.json', path: 'taskCode' }]);
  });

  it('refuses a file too large to be a guide, and a folder that is not there', async () => {
    expect((await problemsWith({ 'huge.json': `"${'x'.repeat(600_000)}"` }))[0]?.problem).toContain('larger');
    const loaded = await loadCatalogue(join(scratch, 'nowhere'));
    expect(loaded.ok).toBe(false);
  });

  it('is empty for an empty folder', async () => {
    const loaded = await loadCatalogue(scratch);
    expect(loaded.ok && loaded.value.list()).toEqual([]);
  });

  it('never throws for any JSON', async () => {
    await fc.assert(
      fc.asyncProperty(fc.json(), async (text) => {
        expect((await problemsWith({ 'any.json': text })).length).toBeGreaterThan(0);
      }),
      { numRuns: 40, seed: 24 },
    );
  });
});

describe('the guide linter', () => {
  const changes: readonly (readonly [string, string, (item: Item) => Partial<Item>])[] = [
    ['a promise longer than the law allows', 'promiseDays', () => ({ promiseDays: 20, legalDays: 15 })],
    [
      'no trip, but no post either',
      'trips',
      (item) => ({ trips: 0, delivery: item.delivery.filter((each) => each.id !== 'post') }),
    ],
    [
      'a fee whose note names no amount',
      'fee.note',
      () => ({ fee: { amount: 20, note: { 'zh-CN': '按规定收费', en: 'as laid down' } } }),
    ],
    [
      'a condition on a question that is not asked',
      'materials.1.when',
      (item) => ({ scenarios: item.scenarios.filter((each) => each.id !== 'home') }),
    ],
    [
      'a condition on an answer that cannot be given',
      'form.6.when.anyOf',
      (item) => ({
        form: item.form.map((each) => (each.when ? { ...each, when: { ...each.when, anyOf: ['pension'] } } : each)),
      }),
    ],
    [
      'a question asked twice',
      'scenarios.2',
      (item) => ({ scenarios: [...item.scenarios, ...item.scenarios.slice(0, 1)] }),
    ],
    ['a field asked twice', 'form.8', (item) => ({ form: [...item.form, ...item.form.slice(0, 1)] })],
    [
      'a choice without options',
      'form.0.options',
      (item) => ({ form: item.form.map((each) => ({ ...each, kind: 'choice' as const })) }),
    ],
    [
      'a pattern that is none',
      'form.0.pattern',
      (item) => ({ form: item.form.map((each) => ({ ...each, pattern: '(' })) }),
    ],
    [
      'a portrait of several pages',
      'materials.0.maxPages',
      (item) => ({ materials: item.materials.map((each) => ({ ...each, maxPages: 2 })) }),
    ],
    [
      'a material with the name of the signature',
      'materials.0.id',
      (item) => ({ materials: item.materials.map((each, n) => (n === 0 ? { ...each, id: 'signature' } : each)) }),
    ],
    [
      'post without an address',
      'delivery.1.needsAddress',
      (item) => ({ delivery: item.delivery.map((each) => ({ ...each, needsAddress: false })) }),
    ],
  ];

  it.each(changes)('finds %s', async (_, path, change) => {
    const item = await shippedItem('residence-permit');
    expect(lintItem(item)).toEqual([]);
    expect(lintItem({ ...item, ...change(item) }).map((each) => each.path)).toContain(path);
  });
});
