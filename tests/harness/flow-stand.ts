import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import demo from '../../config/kiosks/demo.json' with { type: 'json' };
import { configSchema } from '../../config/schema.ts';
import type { DeviceError, DeviceState } from '../../drivers/contract/device.ts';
import type { CardHolder, IdCardReader, IdCardReaderStatus } from '../../drivers/contract/id-card-reader.ts';
import { silentLog } from '../../drivers/contract/log.ts';
import type {
  ReceiptPrinter,
  ReceiptPrinterDetail,
  ReceiptPrinterStatus,
  SlipDocument,
} from '../../drivers/contract/receipt-printer.ts';
import { err, ok, type Result } from '../../drivers/contract/result.ts';
import { Sensitive } from '../../drivers/contract/sensitive.ts';
import { type Item, itemSchema } from '../../runtime/catalogue/item.ts';
import type { ProgressCase } from '../../runtime/centre/api.ts';
import { createLedger } from '../../runtime/effects/ledger.ts';
import type { FlowPorts } from '../../runtime/flow/ports.ts';
import { openJournal } from '../../runtime/journal/journal.ts';
import type { CentreError, ConfirmedCase, LineState, SealError, Uplink } from '../../runtime/uplink/uplink.ts';
import { createManualClock, type ManualClock } from './manual-clock.ts';

/** Planted where a real person's data would be; nothing of it may be found after a wipe. */
export const plantedHolder: CardHolder = {
  kind: 'citizen',
  name: '欧阳示例',
  sex: '1',
  nation: '01',
  birth: '1949-12-31',
  address: '示例省示例市示例路一号',
  number: '11010519491231002X',
  authority: '示例公安局',
  validFrom: '2020-01-01',
  validTo: null,
};

const both = (word: string) => ({ 'zh-CN': word, en: word });

export const permit: Item = itemSchema.parse({
  taskCode: '1137080MB285591843370117002011A'.padEnd(31, '0'),
  version: 1,
  title: both('permit'),
  summary: both('summary'),
  icon: 'paper',
  theme: both('theme'),
  audience: 'person',
  trips: 0,
  fee: { amount: 0, note: both('free') },
  promiseDays: 5,
  legalDays: 20,
  basis: both('law'),
  office: both('office'),
  phone: '12345',
  result: both('card'),
  scenarios: [
    {
      id: 'reason',
      ask: both('why?'),
      options: [
        { id: 'work', title: both('work') },
        { id: 'study', title: both('study') },
      ],
    },
  ],
  form: [
    { name: 'name', label: both('name'), kind: 'name', prefill: 'name' },
    { name: 'address', label: both('address'), kind: 'address', prefill: 'address' },
    { name: 'employer', label: both('employer'), kind: 'text', when: { scenario: 'reason', anyOf: ['work'] } },
  ],
  materials: [
    { id: 'lease', title: both('lease'), maxPages: 2 },
    { id: 'contract', title: both('contract'), required: false, when: { scenario: 'reason', anyOf: ['work'] } },
  ],
  declaration: both('all of this is true'),
  delivery: [
    { id: 'post', title: both('post'), needsAddress: true },
    { id: 'window', title: both('window') },
  ],
});

export const testConfig = configSchema.parse({ ...demo, journeys: ['errand'] });

const printerFault = (detail: ReceiptPrinterDetail): DeviceError<ReceiptPrinterDetail> => ({
  code: detail === 'mayHavePrinted' ? 'inDoubt' : 'userError',
  detail,
  cause: detail,
});

/** A reader held in memory: a card lies on it or not, and reading waits for one. */
export class StandReader {
  readonly class = 'idCardReader';
  readonly name = 'idCardReader';
  readonly model = 'stand';
  readonly portraits: Uint8Array[] = [];
  device: DeviceState = 'online';
  media: IdCardReaderStatus['media'] = 'notPresent';
  #listeners = new Set<(status: IdCardReaderStatus) => void>();

  status(): IdCardReaderStatus {
    return { device: this.device, cause: null, since: 0, lastError: null, media: this.media };
  }
  onStatus(listener: (status: IdCardReaderStatus) => void) {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
  place() {
    this.#set({ media: 'present' });
  }
  lift() {
    this.#set({ media: 'notPresent' });
  }
  #set(change: { media?: IdCardReaderStatus['media']; device?: DeviceState }) {
    Object.assign(this, change);
    for (const listener of [...this.#listeners]) listener(this.status());
  }
  fail(device: DeviceState) {
    this.#set({ device });
  }
  moduleId() {
    return null;
  }
  async read({ signal }: { signal?: AbortSignal }) {
    if (this.device !== 'online') return err({ code: 'hardwareError', detail: 'readerFault', cause: 'stand' } as const);
    const there = await this.#until('present', signal);
    if (!there) return err({ code: 'canceled', detail: 'canceled', cause: 'stand' } as const);
    const portrait = new Uint8Array(1024).fill(7);
    this.portraits.push(portrait);
    return ok({ holder: new Sensitive(plantedHolder), portrait: new Sensitive(portrait) });
  }
  async awaitRemoval({ signal }: { signal?: AbortSignal }) {
    const gone = await this.#until('notPresent', signal);
    return gone ? ok(undefined) : err({ code: 'canceled', detail: 'canceled', cause: 'stand' } as const);
  }
  async reset() {
    return ok(undefined);
  }
  async close() {}
  #until(media: IdCardReaderStatus['media'], signal?: AbortSignal): Promise<boolean> {
    if (this.media === media) return Promise.resolve(true);
    return new Promise((resolve) => {
      const stop = this.onStatus((status) => {
        if (status.media === media) finish(true);
      });
      const finish = (met: boolean) => {
        stop();
        resolve(met);
      };
      signal?.addEventListener('abort', () => finish(false), { once: true });
    });
  }
}

/** A printer held in memory; `hold` keeps a slip in the works until it is released. */
export class StandPrinter {
  readonly class = 'receiptPrinter';
  readonly name = 'receiptPrinter';
  readonly model = 'stand';
  readonly columns = 48;
  readonly slips: SlipDocument[] = [];
  trouble: ReceiptPrinterDetail | null = null;
  hold: Promise<void> | null = null;

  status(): ReceiptPrinterStatus {
    return {
      device: 'online',
      cause: null,
      since: 0,
      lastError: null,
      paper: 'full',
      cover: 'closed',
      media: 'unknown',
    };
  }
  onStatus() {
    return () => {};
  }
  async memory() {
    return ok({ cuts: this.slips.length });
  }
  async print(slip: SlipDocument) {
    await this.hold;
    if (this.trouble) return err(printerFault(this.trouble));
    this.slips.push(slip);
    return ok({ reached: 'processed', cuts: this.slips.length } as const);
  }
  async reset() {
    return ok(undefined);
  }
  async close() {}
}

/** The line to a centre that says what the test wants. */
export class StandUplink {
  state: LineState = 'up';
  answer: CentreError | null = null;
  sealError: SealError | null = null;
  receipts = true;
  nothingOpen = false;
  cases: readonly ProgressCase[] = [];
  readonly sealed: ConfirmedCase[] = [];
  readonly sealedBytes: { id: string; bytes: Uint8Array }[] = [];
  readonly ticketKeys: string[] = [];
  reserved = 0;
  hold: Promise<void> | null = null;
  #listeners = new Set<(line: LineState) => void>();

  line() {
    return this.state;
  }
  onLine(listener: (line: LineState) => void) {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
  cut() {
    this.state = 'down';
    this.answer = { code: 'offline', cause: 'stand', hint: null };
    for (const listener of [...this.#listeners]) listener('down');
  }
  reserve(taskCode: string): Result<{ caseId: string; code: string }, SealError> {
    this.reserved += 1;
    const code = `${taskCode}261123001${String(this.reserved).padStart(3, '0')}0`;
    return ok({ caseId: `case-${this.reserved}`, code });
  }
  async seal(confirmed: ConfirmedCase) {
    await this.hold;
    if (this.sealError) return err(this.sealError);
    this.sealed.push(confirmed);
    for (const { id, bytes } of confirmed.materials) this.sealedBytes.push({ id, bytes: bytes.reveal().slice() });
    return ok(undefined);
  }
  async awaitReceipt(caseId: string) {
    const confirmed = this.sealed.find((each) => each.caseId === caseId);
    if (!this.receipts || !confirmed) return err({ code: 'timeOut', cause: 'stand', hint: null } as const);
    return ok({
      caseId,
      code: confirmed.code,
      terminal: 'demo-terminal-1',
      fingerprint: '0'.repeat(64),
      receiptNumber: 'R-1',
      state: 'received' as const,
      receivedAt: '2026-11-23T08:00:00.000Z',
    });
  }
  outbox() {
    return [];
  }
  entry() {
    return null;
  }
  async queues() {
    if (this.answer) return err(this.answer);
    if (this.nothingOpen) return ok([]);
    const queue = { title: both('queue'), detail: both('detail'), waiting: 3 };
    return ok([
      { ...queue, id: 'general', open: true },
      { ...queue, id: 'closed', open: false },
    ]);
  }
  async takeTicket({ key, queue, masked }: { key: string; queue: string; masked: string }) {
    this.ticketKeys.push(key);
    if (this.answer) return err(this.answer);
    return ok({
      number: 'A001',
      queue,
      title: both('queue'),
      masked,
      waitingBefore: 3,
      window: both('window 1'),
      takenAt: '2026-11-23T08:00:00.000Z',
      existing: false,
      flowNumber: 'F1',
    });
  }
  async progress() {
    return this.answer ? err(this.answer) : ok(this.cases);
  }
  async evaluate() {
    return this.answer ? err(this.answer) : ok(undefined);
  }
  async close() {}
}

export interface Stand {
  readonly clock: ManualClock;
  readonly reader: StandReader;
  readonly printer: StandPrinter;
  readonly uplink: StandUplink;
  readonly ports: FlowPorts;
  close(): void;
}

/** Everything a flow reaches: devices and line in memory, the ledger in a real journal. */
export function createStand(): Stand {
  const directory = mkdtempSync(join(tmpdir(), 'window24-flow-'));
  const clock = createManualClock(Date.UTC(2026, 10, 23, 8));
  const journal = openJournal({ path: join(directory, 'journal.db'), clock, log: silentLog });
  if (!journal.ok) throw new Error(journal.error.cause);
  let ids = 0;
  const uuid = () => {
    ids += 1;
    return `00000000-0000-7000-8000-${String(ids).padStart(12, '0')}`;
  };
  const reader = new StandReader();
  const printer = new StandPrinter();
  const uplink = new StandUplink();
  const items = [{ ...permit, id: 'permit' }];
  return {
    clock,
    reader,
    printer,
    uplink,
    ports: {
      idCardReader: reader satisfies IdCardReader,
      receiptPrinter: printer satisfies ReceiptPrinter,
      uplink: uplink satisfies Uplink,
      ledger: createLedger({ journal: journal.value, clock, newId: uuid }),
      catalogue: { list: () => items, get: (id) => items.find((each) => each.id === id) ?? null },
      renderSlip: (template, data) => ({ title: template, elements: [{ kind: 'text', text: JSON.stringify(data) }] }),
      clock,
      log: silentLog,
      uuid,
    },
    close() {
      journal.value.close();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

/** Lets everything that is ready to go on go on; no time passes on the manual clock. */
export async function settle(): Promise<void> {
  for (let n = 0; n < 20; n += 1) await new Promise((resolve) => setImmediate(resolve));
}
