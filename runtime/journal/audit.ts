import { createHash } from 'node:crypto';
import type { DatabaseSync } from 'node:sqlite';
import type { Clock } from '../../drivers/contract/clock.ts';
import type { LogFields } from '../../drivers/contract/log.ts';
import { assert } from '../../drivers/contract/result.ts';

/** `brokenAt`: the first row whose hash, link or number does not follow from the rows before it. */
export interface AuditVerdict {
  readonly ok: boolean;
  readonly rows: number;
  readonly brokenAt?: number;
}

/**
 * What the terminal did, each row chained to the one before by its hash: a row changed, removed or slipped in later
 * shows. Rows cut off the end show only against a `head` kept elsewhere.
 */
export interface AuditLog {
  /** Only within the transaction that records the fact itself. Bodies are typed like log fields: nothing personal. */
  append(kind: Lowercase<string>, body: LogFields): void;
  verify(): AuditVerdict;
  /** Newest row; null while there is none. */
  head(): { readonly seq: number; readonly hash: string } | null;
}

const firstPrevHash = '0'.repeat(64);

/** SHA-256 over the UTF-8 of a JSON array: one way to write it, and no field can flow into the next. */
function rowHash(seq: number, at: number, kind: string, body: string, prevHash: string): string {
  return createHash('sha256')
    .update(JSON.stringify([seq, at, kind, body, prevHash]))
    .digest('hex');
}

function canonicalBody(body: LogFields): string {
  return JSON.stringify(Object.fromEntries(Object.entries(body).sort(([left], [right]) => (left < right ? -1 : 1))));
}

export function createAuditLog(database: DatabaseSync, clock: Clock): AuditLog {
  const newest = database.prepare('SELECT seq, hash FROM audit ORDER BY seq DESC LIMIT 1');
  const all = database.prepare('SELECT seq, at, kind, body, prev_hash, hash FROM audit ORDER BY seq');
  const insert = database.prepare('INSERT INTO audit (seq, at, kind, body, prev_hash, hash) VALUES (?, ?, ?, ?, ?, ?)');
  const head = () => {
    const row = newest.get();
    return row ? { seq: Number(row.seq), hash: String(row.hash) } : null;
  };
  return {
    head,
    append(kind, body) {
      assert(database.isTransaction, 'an audit row stands or falls with the fact it records');
      const last = head();
      const seq = (last?.seq ?? 0) + 1;
      const prevHash = last?.hash ?? firstPrevHash;
      const at = Math.trunc(clock.now());
      const text = canonicalBody(body);
      insert.run(seq, at, kind, text, prevHash, rowHash(seq, at, kind, text, prevHash));
    },
    verify() {
      let rows = 0;
      let prevHash = firstPrevHash;
      for (const row of all.iterate()) {
        const seq = Number(row.seq);
        const hash = rowHash(seq, Number(row.at), String(row.kind), String(row.body), prevHash);
        if (seq !== rows + 1 || row.prev_hash !== prevHash || row.hash !== hash) {
          return { ok: false, rows, brokenAt: seq };
        }
        rows += 1;
        prevHash = hash;
      }
      return { ok: true, rows };
    },
  };
}
