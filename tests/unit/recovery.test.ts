import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { systemClock } from '../../drivers/contract/clock.ts';
import { silentLog } from '../../drivers/contract/log.ts';
import type { EffectLedger, EffectOutcome } from '../../runtime/effects/effect.ts';
import { createLedger } from '../../runtime/effects/ledger.ts';
import type { FlowPorts } from '../../runtime/flow/ports.ts';
import { type Journal, openJournal } from '../../runtime/journal/journal.ts';
import type { Language } from '../../runtime/server/protocol.ts';
import { createRecovery, type Recovery } from '../../runtime/session/recovery.ts';
import type { OutboxEntry } from '../../runtime/uplink/uplink.ts';
import { createStand, permit, type Stand } from '../harness/flow-stand.ts';
import { temporaryDirectory, unwrap } from '../harness/uplink-bench.ts';

const terminal = { id: 'demo-terminal-1', centre: { 'zh-CN': '中心', en: 'Centre' }, phone: '12345' };
const never = new Promise<EffectOutcome<never>>(() => {});
const code = `${permit.taskCode}2611230010010`;

let directory: ReturnType<typeof temporaryDirectory>;
let stand: Stand;
let journal: Journal;
let ledger: EffectLedger;
let recovery: Recovery;
let entries: Map<string, OutboxEntry>;
let rendered: { template: string; data: Readonly<Record<string, unknown>>; language: Language; repeat: boolean }[];

/** Opens the journal again as a new process would; the earlier one's memory is gone. */
function restart(): void {
  if (journal?.database.isOpen) journal.close();
  journal = unwrap(openJournal({ path: join(directory.path, 'journal.db'), clock: systemClock, log: silentLog }));
  ledger = createLedger({ journal, clock: systemClock, newId: randomUUID });
  const ports: FlowPorts = {
    ...stand.ports,
    ledger,
    uplink: Object.assign(stand.uplink, { entry: (id: string) => entries.get(id) ?? null }),
    renderSlip(template, data, options) {
      rendered.push({ template, data, language: options.language, repeat: options.repeat });
      return { title: template, elements: [] };
    },
  };
  recovery = createRecovery({ journal, ports, terminal });
}

beforeEach(() => {
  directory = temporaryDirectory();
  stand = createStand();
  entries = new Map();
  rendered = [];
  restart();
});
afterEach(() => {
  journal.close();
  directory.remove();
  stand.close();
});

/** Begins an effect of the session and leaves it where a crash would. */
function cutPrint(template: string, printed: string, session = 's-1'): void {
  const details = { template, code: printed, cutsBefore: null, repeats: null };
  void ledger.perform('printSlip', { session, flow: 'flow', details }, () => never);
}
async function print(template: string, printed: string, state: 'confirmed' | 'failed', session = 's-1') {
  const details = { template, code: printed, cutsBefore: null, repeats: null };
  const failed = { state: 'failed', code: 'userError', detail: 'paperOut', cause: 'no paper' } as const;
  await ledger.perform('printSlip', { session, flow: 'flow', details }, async () =>
    state === 'confirmed' ? { state, value: undefined } : failed,
  );
}
function cutSubmission(caseId: string, state: OutboxEntry['state'] | null): void {
  const { taskCode } = permit;
  void ledger.perform('submitCase', { session: 's-1', flow: 'flow', details: { caseId, code, taskCode } }, () => never);
  const rest = { attempts: 1, createdAt: Date.UTC(2026, 10, 23), lastError: null, receipt: null };
  if (state) entries.set(caseId, { caseId, code, taskCode, state, ...rest });
}
const prints = () => ledger.list().filter((each) => each.kind === 'printSlip');

it('has nothing to tell of a session that came to its end', async () => {
  await print('queue-slip', 'A001', 'confirmed');
  recovery.sessionEnded('s-1');
  restart();
  expect(recovery.pending()).toBeNull();
});

it('tells the number of a slip that was cut off, once', () => {
  cutPrint('queue-slip', 'A001');
  restart();
  expect(recovery.pending()?.code).toBe('A001');
  recovery.dismiss();
  expect(recovery.pending()).toBeNull();
  restart();
  expect(recovery.pending()).toBeNull();
});

it('takes no other slip for a number', async () => {
  await print('ask-list', '', 'confirmed');
  await print('progress', code, 'confirmed');
  restart();
  expect(recovery.pending()).toBeNull();
});

it('promises nothing of a case that was not sealed', () => {
  cutSubmission('case-1', null);
  restart();
  expect(recovery.pending()).toBeNull();
});

it('tells the sealed case, though a later submission of the same visit was not sealed any more', () => {
  cutSubmission('case-1', 'sealed');
  cutSubmission('case-2', null);
  restart();
  expect(recovery.pending()).toMatchObject({ code, detail: { en: expect.stringContaining('sent when the line') } });
});

it.each([
  ['receipted', 'has received it'],
  ['parked', 'did not take it'],
] as const)('does not say of a case that is %s that it is on its way', (state, words) => {
  cutSubmission('case-1', state);
  restart();
  expect(recovery.pending()?.detail.en).toContain(words);
  expect(recovery.pending()?.detail.en).not.toContain('sent when the line');
});

it('prints the receipt in the language of whoever asks, as the first of its kind after another slip', async () => {
  await print('progress', code, 'confirmed');
  cutSubmission('case-1', 'sealed');
  restart();
  await recovery.printSlip('en');
  expect(rendered).toMatchObject([
    { template: 'case-receipt', data: { code, title: 'permit', state: 'kept' }, language: 'en', repeat: false },
  ]);
  expect(prints()[0]).toMatchObject({ state: 'confirmed', session: 's-1', details: { code, repeats: null } });
  expect(recovery.pending()).toBeNull();
});

it('says received on the slip where the centre has given its receipt', async () => {
  cutSubmission('case-1', 'receipted');
  const entry = entries.get('case-1');
  if (!entry) throw new Error('the entry is there');
  const receivedAt = '2026-11-23T08:00:00.000Z';
  const claims = { caseId: 'case-1', code, terminal: 't', fingerprint: '0', receiptNumber: 'R-1', receivedAt };
  entries.set('case-1', { ...entry, receipt: { ...claims, state: 'received' } });
  restart();
  await recovery.printSlip('zh-CN');
  expect(rendered[0]?.data).toMatchObject({ state: 'received', receiptNumber: 'R-1', receivedAt });
});

it('marks a slip as repeated where it may have been printed, and not where it is known that it was not', async () => {
  await print('queue-slip', 'A001', 'failed');
  restart();
  stand.printer.trouble = 'paperOut';
  await recovery.printSlip('zh-CN');
  expect(rendered.at(-1)?.repeat).toBe(false);
  expect(recovery.pending()?.code).toBe('A001');
  stand.printer.trouble = 'mayHavePrinted';
  await recovery.printSlip('zh-CN');
  const doubtful = prints()[0];
  expect(doubtful).toMatchObject({ state: 'inDoubt', details: { repeats: null } });
  stand.printer.trouble = null;
  await recovery.printSlip('zh-CN');
  expect(rendered.map((each) => each.repeat)).toEqual([false, false, true]);
  expect(prints()[0]).toMatchObject({ state: 'confirmed', details: { repeats: doubtful?.id } });
});

it('believes what the reconciler found out after the start', () => {
  cutPrint('queue-slip', 'A001');
  restart();
  const [left] = ledger.unfinished();
  ledger.settle(left?.id ?? '', 'failed', 'not printed');
  return recovery.printSlip('zh-CN').then(() => expect(rendered[0]?.repeat).toBe(false));
});

it('is over when the next visit has ended, also for the next start', () => {
  cutPrint('queue-slip', 'A001');
  restart();
  recovery.sessionEnded('s-2');
  expect(recovery.pending()).toBeNull();
  restart();
  expect(recovery.pending()).toBeNull();
});

it('prints nothing and keeps telling while the journal cannot be written', async () => {
  cutPrint('queue-slip', 'A001');
  restart();
  journal.database.exec('PRAGMA query_only = ON');
  await recovery.printSlip('zh-CN');
  expect(stand.printer.slips).toEqual([]);
  expect(recovery.pending()?.code).toBe('A001');
  recovery.dismiss();
  expect(recovery.pending()).toBeNull();
});
