import { randomBytes } from 'node:crypto';
import type { z } from 'zod';
import type { Clock } from '../../drivers/contract/clock.ts';
import { type Log, technical } from '../../drivers/contract/log.ts';
import { err, ok, type Result } from '../../drivers/contract/result.ts';
import { centrePaths, done, type evaluation } from '../centre/api.ts';
import type { Journal } from '../journal/journal.ts';
import { backoff } from './backoff.ts';
import type { CentreFailure } from './centre-client.ts';
import type { Line } from './line.ts';
import type { RequestOptions, Uplink } from './uplink.ts';

type Evaluation = z.infer<typeof evaluation>;

const flushTimeoutMs = 30_000;

/** Evaluations that still have to reach the centre: queued durably, sent when the line allows. */
export interface EvaluationQueue {
  send: Uplink['evaluate'];
  /** Sends what is queued, as far as the line carries. */
  flush(): Promise<void>;
  close(): Promise<void>;
}

/**
 * `waits` tells whether a case is still on its way: the centre takes no evaluation of a case that it does not know.
 * Free text could be personal, so the disk holds the marks only; the text goes along unless the process stops first.
 */
export function createEvaluationQueue(options: {
  readonly journal: Journal;
  readonly line: Line;
  readonly waits: (code: string) => boolean;
  readonly clock: Clock;
  readonly log: Log;
  readonly random: () => number;
}): EvaluationQueue {
  const { journal, line, waits, clock, log, random } = options;
  const insert = journal.database.prepare('INSERT INTO outbox_evaluation (nonce, body) VALUES (?, ?)');
  const all = journal.database.prepare('SELECT body FROM outbox_evaluation ORDER BY seq');
  const remove = journal.database.prepare('DELETE FROM outbox_evaluation WHERE nonce = ?');
  const texts = new Map<string, string>();
  let flushing: Promise<void> | null = null;
  let failures = 0;
  let closed = false;
  let cancelNext = () => {};

  async function post(body: Evaluation, requestOptions: RequestOptions): Promise<Result<void, CentreFailure>> {
    const text = texts.get(body.nonce);
    const bytes = Buffer.from(JSON.stringify(text === undefined ? body : { ...body, text }));
    const answer = await line.send(
      {
        method: 'POST',
        path: centrePaths.evaluations,
        key: body.nonce,
        body: { contentType: 'application/json', bytes },
        schema: done,
      },
      requestOptions,
    );
    // 409: the case was evaluated before; no use in asking again.
    if (answer.ok || answer.error.permanent || answer.error.status === 409) forget(body.nonce);
    return answer.ok ? ok(undefined) : answer;
  }

  function forget(nonce: string): void {
    texts.delete(nonce);
    journal.transaction(() => remove.run(nonce));
  }

  async function flushAll(): Promise<void> {
    for (const row of all.all()) {
      const body = JSON.parse(String(row.body)) as Evaluation;
      if (closed || line.state() !== 'up') return;
      if (waits(body.code)) continue;
      const answer = await post(body, { timeoutMs: flushTimeoutMs });
      if (answer.ok) {
        failures = 0;
        continue;
      }
      log.warn('evaluation-not-sent', { cause: technical(answer.error.cause) });
      if (answer.error.permanent || answer.error.status === 409) continue;
      const delay = answer.error.retryAfterMs ?? backoff(failures, random);
      failures += 1;
      cancelNext();
      if (!closed) cancelNext = clock.after(delay, () => void flush());
      return;
    }
  }

  function flush(): Promise<void> {
    flushing ??= flushAll().finally(() => {
      flushing = null;
    });
    return flushing;
  }

  return {
    async send(given, requestOptions) {
      const { text, ...marks } = given;
      const reasons = marks.reasons.filter((reason) => /^[\w-]{1,64}$/.test(reason));
      const body: Evaluation = { ...marks, reasons, nonce: randomBytes(16).toString('hex') };
      if (text !== undefined) texts.set(body.nonce, text);
      const queued = journal.transaction(() => insert.run(body.nonce, JSON.stringify(body)));
      if (queued.ok && (waits(body.code) || line.state() !== 'up')) return ok(undefined);
      const answer = await post(body, requestOptions);
      if (answer.ok) return answer;
      const refusedForGood = answer.error.permanent || answer.error.status === 409;
      if (queued.ok && !refusedForGood) return ok(undefined);
      return err(answer.error);
    },
    flush,
    async close() {
      closed = true;
      cancelNext();
      await flushing;
    },
  };
}
