import type { Clock } from '../../drivers/contract/clock.ts';
import { type Log, technical } from '../../drivers/contract/log.ts';
import { err, ok, type Result } from '../../drivers/contract/result.ts';
import { type CaseEnvelope, centrePaths, done, receipt } from '../centre/api.ts';
import { backoff } from './backoff.ts';
import { type CentreFailure, type CentreRequest, failure } from './centre-client.ts';
import type { CentreKeyring, KeyError } from './keys.ts';
import type { Line } from './line.ts';
import type { Outbox } from './outbox.ts';
import { verifyReceipt } from './seal.ts';

const equalRefusalsToPark = 3;
const unsendable = failure('nonsense', 'the sealed files are gone or damaged');
/** A slow village line still ends: half a minute, and the body at 4 kB/s. */
const deadlineMs = (bytes: number) => 30_000 + bytes / 4;

/** Sends what the outbox holds, oldest first, until each case has its receipt. */
export interface Sender {
  /** Looks for work now. */
  wake(): void;
  /** Calls back after each attempt at a case; `failure` is null when it was received. */
  onAttempt(listener: (caseId: string, failure: CentreFailure | null) => void): () => void;
  close(): Promise<void>;
}

export function createSender(options: {
  readonly outbox: Outbox;
  readonly line: Line;
  readonly keyring: () => Promise<Result<CentreKeyring, KeyError>>;
  readonly clock: Clock;
  readonly log: Log;
  readonly random: () => number;
}): Sender {
  const { outbox, line, keyring, clock, log, random } = options;
  const listeners = new Set<(caseId: string, failure: CentreFailure | null) => void>();
  const closing = new AbortController();
  /** Cases that failed lately, and when they may go again. A restart forgets it and tries at once. */
  const waiting = new Map<string, { failures: number; dueAt: number }>();
  let running: Promise<void> | null = null;
  let cancelNext = () => {};

  const stopListening = line.onChange((state) => {
    if (state !== 'up') return;
    // What failed for want of a line need not wait longer; the count stays, so a line that flaps is not hammered.
    for (const each of waiting.values()) each.dueAt = clock.monotonic();
    wake();
  });

  function wake(): void {
    if (closing.signal.aborted || running) return;
    running = drain().finally(() => {
      running = null;
      schedule();
    });
  }

  async function drain(): Promise<void> {
    for (;;) {
      const caseId = line.state() === 'up' ? nextDue() : undefined;
      if (closing.signal.aborted || caseId === undefined) return;
      await attempt(caseId);
    }
  }

  function nextDue(): string | undefined {
    const now = clock.monotonic();
    return outbox.pending().find((caseId) => (waiting.get(caseId)?.dueAt ?? now) <= now);
  }

  function schedule(): void {
    cancelNext();
    const pending = outbox.pending();
    if (closing.signal.aborted || pending.length === 0) return;
    // A down line is watched by its own probe, one for all cases.
    if (line.state() !== 'up') return void line.probe();
    const due = Math.min(...pending.map((caseId) => waiting.get(caseId)?.dueAt ?? 0));
    cancelNext = clock.after(Math.max(0, due - clock.monotonic()), wake);
  }

  async function attempt(caseId: string): Promise<void> {
    outbox.markSending(caseId);
    const sent = await send(caseId);
    if (sent.ok) {
      waiting.delete(caseId);
      log.info('case-received', { case: technical(caseId) });
      return tell(caseId, null);
    }
    if (!closing.signal.aborted) failed(caseId, sent.error);
    tell(caseId, sent.error);
  }

  async function send(caseId: string): Promise<Result<void, CentreFailure>> {
    const envelope = await outbox.readEnvelope(caseId);
    if (!envelope) return err(unsendable);
    for (const n of outbox.blobsToSend(caseId)) {
      const bytes = await outbox.readBlob(caseId, n);
      if (!bytes) return err(unsendable);
      const body = { contentType: 'application/jose', bytes } as const;
      const stored = await put({ method: 'PUT', path: centrePaths.blobOf(caseId, n), key: caseId, body, schema: done });
      if (!stored.ok) return stored;
      outbox.markBlobSent(caseId, n);
    }
    const body = { contentType: 'application/json', bytes: Buffer.from(JSON.stringify(envelope)) } as const;
    const answer = await put({ method: 'PUT', path: centrePaths.caseOf(caseId), key: caseId, body, schema: receipt });
    if (!answer.ok) {
      // The centre may have lost a blob that it had confirmed; sending one twice changes nothing there.
      if (answer.error.code === 'refused') outbox.markBlobsUnsent(caseId);
      return answer;
    }
    return keep(envelope, answer.value.receipt);
  }

  function put<T>(request: CentreRequest<T> & { readonly body: { readonly bytes: Uint8Array } }) {
    return line.send(request, { signal: closing.signal, timeoutMs: deadlineMs(request.body.bytes.length) });
  }

  async function keep(envelope: CaseEnvelope, jws: string): Promise<Result<void, CentreFailure>> {
    const keys = await keyring();
    if (!keys.ok) return err(failure('nonsense', keys.error.cause));
    const claims = await verifyReceipt(jws, envelope, keys.value);
    if (!claims.ok) return err(failure('nonsense', claims.error));
    const kept = await outbox.receive(envelope.caseId, claims.value, jws);
    return kept ? ok(undefined) : err(failure('offline', 'received, but the journal cannot record the receipt'));
  }

  function failed(caseId: string, error: CentreFailure): void {
    const failures = waiting.get(caseId)?.failures ?? 0;
    const delay = error.retryAfterMs ?? backoff(failures, random);
    waiting.set(caseId, { failures: failures + 1, dueAt: clock.monotonic() + delay });
    const cause = `${error.code}: ${error.cause}`;
    log.warn('case-not-sent', { case: technical(caseId), cause: technical(cause) });
    const equal = outbox.markFailed(caseId, cause, error.permanent ? error.cause : null);
    if (error === unsendable || equal >= equalRefusalsToPark) outbox.park(caseId, cause);
  }

  function tell(caseId: string, outcome: CentreFailure | null): void {
    for (const listener of [...listeners]) listener(caseId, outcome);
  }

  return {
    wake,
    onAttempt(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    async close() {
      closing.abort();
      stopListening();
      await running;
      cancelNext();
      listeners.clear();
    },
  };
}
