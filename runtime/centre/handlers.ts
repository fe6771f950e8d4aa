import type { DatabaseSync } from 'node:sqlite';
import { err, ok } from '../../drivers/contract/result.ts';
import type { Handlers } from './app.ts';
import type { Blobs } from './blobs.ts';
import type { Cases } from './cases.ts';
import type { Evaluations } from './evaluations.ts';
import type { Catalogue } from './items.ts';
import type { Keys } from './keys.ts';
import { refusal } from './problems.ts';
import { describeProgress, findCases } from './progress.ts';
import type { Tickets } from './tickets.ts';

export interface Desk {
  readonly database: DatabaseSync;
  readonly keys: Keys;
  readonly catalogue: Catalogue;
  readonly blobs: Blobs;
  readonly cases: Cases;
  readonly tickets: Tickets;
  readonly evaluations: Evaluations;
  readonly now: () => number;
}

/** What each operation of the contract does. */
export function createHandlers(desk: Desk): Handlers {
  const { catalogue, cases } = desk;
  return {
    health() {
      desk.database.exec('BEGIN IMMEDIATE; ROLLBACK;');
      return ok({ status: 'ok' });
    },
    keys: () => ok(desk.keys.published),
    items({ headers }, reply) {
      reply.header('etag', catalogue.etag);
      if (headers['if-none-match'] === catalogue.etag) reply.code(304);
      return ok({ items: [...catalogue.items] });
    },
    queues: () => ok({ queues: [...desk.tickets.queues()] }),
    takeTicket: ({ terminal, key, body }) => desk.tickets.take(terminal, key, body),
    putBlob({ terminal, parameters, body }) {
      const stored = desk.blobs.store(terminal, parameters.caseId, parameters.n, body);
      return stored.ok ? ok({ status: 'ok' }) : stored;
    },
    async putCase({ terminal, key, parameters, body }) {
      if (key !== parameters.caseId || body.caseId !== parameters.caseId)
        return err(refusal('idempotency-key', 'Idempotency-Key, address and envelope name different cases'));
      if (body.terminal !== terminal) return err(refusal('forbidden', 'a case of another terminal'));
      const committed = await cases.commit(body);
      return committed.ok ? ok({ receipt: committed.value }) : committed;
    },
    progress({ body }) {
      const found = findCases(cases, body);
      if (!found.ok) return found;
      return ok({ cases: found.value.map((each) => describeProgress(cases, catalogue, each, desk.now())) });
    },
    evaluate({ terminal, body }) {
      const stored = desk.evaluations.store(terminal, body);
      return stored.ok ? ok({ status: 'ok' }) : stored;
    },
  };
}
