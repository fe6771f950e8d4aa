import type { Clock } from '../../drivers/contract/clock.ts';
import { type Log, technical } from '../../drivers/contract/log.ts';
import { assert, err, ok, type Result } from '../../drivers/contract/result.ts';
import { Sensitive } from '../../drivers/contract/sensitive.ts';
import { type CaseEnvelope, type CasePayload, centrePaths, progressList, queueList, ticket } from '../centre/api.ts';
import type { Journal } from '../journal/journal.ts';
import { awaitReceipt } from './await-receipt.ts';
import { caseCodeOf, runningNumbers } from './case-code.ts';
import { type CentreRequest, createCentreClient, failure } from './centre-client.ts';
import { fileCause, isFileError } from './durable-files.ts';
import { createEvaluationQueue } from './evaluations.ts';
import { sha256Hex } from './fingerprint.ts';
import { holderHash } from './holder.ts';
import { type CentreKeyring, createCentreKeyring, loadTerminalKey, suite, type TerminalKey } from './keys.ts';
import { createLine } from './line.ts';
import { createOutbox, type Outbox } from './outbox.ts';
import { sealMaterial, sealPayload } from './seal.ts';
import { createSender } from './sender.ts';
import type { CentreError, ConfirmedCase, RequestOptions, SealError, Uplink } from './uplink.ts';
import { uuidV7 } from './uuid.ts';

export interface UplinkOptions {
  readonly journal: Journal;
  readonly stateDirectory: string;
  readonly terminalId: string;
  /** Number of the terminal within its centre, 0 to 46655. */
  readonly terminalNumber: number;
  readonly centreUrl: string;
  /** File with the centre's public keys (`centreKeys`); it may come later than the uplink. */
  readonly centreKeysPath: string;
  readonly clock: Clock;
  readonly log: Log;
  /** Uniform in [0, 1): spreads retries. Keys, ids and nonces come from the operating system instead. */
  readonly random: () => number;
}

/** `keys`: the terminal's own key is there and unreadable; `files`: the state directory cannot be used. */
export interface UplinkError {
  readonly code: 'keys' | 'files';
  readonly cause: string;
}

/** Loads or makes the terminal's key, brings the outbox into order, and starts to watch the line and to send. */
export async function createUplink(options: UplinkOptions): Promise<Result<Uplink, UplinkError>> {
  const terminalKey = await loadTerminalKey(options.stateDirectory);
  if (!terminalKey.ok) return terminalKey;
  const outbox = createOutbox(options);
  try {
    await outbox.recover();
  } catch (error) {
    if (!isFileError(error)) throw error;
    return err({ code: 'files', cause: `outbox: ${fileCause(error)}` });
  }
  return ok(assemble(options, terminalKey.value, outbox));
}

function assemble(options: UplinkOptions, terminalKey: TerminalKey, outbox: Outbox): Uplink {
  const { journal, terminalId, clock, log, random } = options;
  const keyring = createCentreKeyring(options.centreKeysPath);
  const client = createCentreClient({ ...options, terminalKey });
  const line = createLine({ client, clock, log });
  const sender = createSender({ outbox, line, keyring, clock, log, random });
  const evaluations = createEvaluationQueue({ journal, line, waits: outbox.holdsCode, clock, log, random });
  const sealing = new Map<string, Promise<Result<void, SealError>>>();

  // Cases go first: an evaluation is worth nothing to a centre that lacks its case.
  sender.onAttempt((_caseId, failed) => {
    if (failed === null) void evaluations.flush();
  });
  line.onChange((state) => {
    if (state === 'up') void evaluations.flush();
  });
  // The first probe finds the line, and the line wakes the sender.
  void line.probe();

  function post<T>(
    path: string,
    key: string,
    body: unknown,
    schema: CentreRequest<T>['schema'],
    request: RequestOptions,
  ) {
    const bytes = Buffer.from(JSON.stringify(body));
    return line.send({ method: 'POST', path, key, body: { contentType: 'application/json', bytes }, schema }, request);
  }

  async function hashOf(holder: Sensitive<string>): Promise<Result<string, CentreError>> {
    const keys = await keyring();
    return keys.ok ? ok(holderHash(keys.value.holderSalt, holder)) : err(failure('offline', keys.error.cause));
  }

  async function seal(confirmed: ConfirmedCase): Promise<Result<void, SealError>> {
    const room = outbox.room();
    if (!room.ok) return room;
    const keys = await keyring();
    if (!keys.ok) return keys;
    const stored = await outbox.store(confirmed.caseId, (blob) =>
      sealCase(confirmed, { terminalId, terminalKey, keyring: keys.value, wallMs: clock.now(), blob }),
    );
    if (stored.ok) sender.wake();
    else log.error('case-not-sealed', { code: technical(stored.error.code), cause: technical(stored.error.cause) });
    return stored;
  }

  return {
    line: line.state,
    onLine: line.onChange,
    reserve(taskCode) {
      const room = outbox.room();
      if (!room.ok) return room;
      const reserved = journal.transaction(() => ({ caseId: uuidV7(clock.now()), code: nextCode(taskCode) }));
      return reserved.ok ? reserved : err({ code: 'journal', cause: reserved.error.cause });
    },
    seal(confirmed) {
      // Sealed already, or just being sealed: the same promise, not a second one.
      if (outbox.entry(confirmed.caseId)) return Promise.resolve(ok(undefined));
      const begun = sealing.get(confirmed.caseId) ?? seal(confirmed).finally(() => sealing.delete(confirmed.caseId));
      sealing.set(confirmed.caseId, begun);
      return begun;
    },
    awaitReceipt: (caseId, request) => awaitReceipt({ caseId, request, outbox, line, sender, clock }),
    outbox: outbox.list,
    entry: outbox.entry,
    async queues(request) {
      const answer = await line.send({ method: 'GET', path: centrePaths.queues, schema: queueList }, request);
      return answer.ok ? ok(answer.value.queues) : answer;
    },
    async takeTicket({ queue, holder, masked, key }, request) {
      const hash = await hashOf(holder);
      if (!hash.ok) return hash;
      return post(centrePaths.tickets, key, { queue, holder: hash.value, masked }, ticket, request);
    },
    async progress(by, request) {
      const hash = 'holder' in by ? await hashOf(by.holder) : null;
      if (hash && !hash.ok) return hash;
      const body = 'code' in by ? by : { holder: hash?.value };
      const answer = await post(centrePaths.progress, uuidV7(clock.now()), body, progressList, request);
      return answer.ok ? ok(answer.value.cases) : answer;
    },
    evaluate: evaluations.send,
    async close() {
      line.close();
      await Promise.all([sender.close(), evaluations.close(), client.close(), ...sealing.values()]);
    },
  };

  /** The running number goes round after 46656 cases; with a clock that stands still it could meet an old code. */
  function nextCode(taskCode: string): string {
    const first = Math.floor(random() * runningNumbers);
    for (let tries = 0; tries < runningNumbers; tries += 1) {
      const running = journal.counters.next('case', first) % runningNumbers;
      const { terminalNumber } = options;
      const code = caseCodeOf({ taskCode, wallMs: clock.now(), terminalNumber, running });
      if (!outbox.knowsCode(code)) return code;
    }
    throw new Error('invariant broken: 46656 cases of one item on one day');
  }
}

/** Seals page by page, so that only one page at a time is in memory twice; returns what the outbox commits. */
async function sealCase(
  { caseId, code, flow, payload, materials }: ConfirmedCase,
  using: {
    readonly terminalId: string;
    readonly terminalKey: TerminalKey;
    readonly keyring: CentreKeyring;
    readonly wallMs: number;
    readonly blob: (n: number, sealed: Uint8Array) => Promise<void>;
  },
): Promise<CaseEnvelope> {
  const blobs: CaseEnvelope['blobs'] = [];
  const named: CasePayload['materials'] = [];
  for (const [n, { id, page, contentType, source, bytes }] of materials.entries()) {
    const sealed = await sealMaterial(bytes, using.keyring);
    await using.blob(n, sealed);
    blobs.push({ n, sha256: sha256Hex(sealed), bytes: sealed.length });
    named.push({ id, page, n, contentType, source, sha256: sha256Hex(bytes.reveal()) });
  }
  const { caseId: inner, code: innerCode } = payload.reveal();
  assert(inner === caseId && innerCode === code, 'payload and case agree on id and code');
  const whole = new Sensitive({ ...payload.reveal(), materials: named });
  const sealed = await sealPayload(whole, using.terminalKey, using.keyring);
  const createdWall = new Date(using.wallMs).toISOString();
  return { caseId, code, terminal: using.terminalId, suite: suite.name, flow, sealed, blobs, createdWall };
}
