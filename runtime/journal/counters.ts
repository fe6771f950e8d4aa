import type { DatabaseSync } from 'node:sqlite';
import { assert } from '../../drivers/contract/result.ts';

/** Numbers that never go back, whatever happens to the process or the clock. */
export interface Counters {
  /** Next value; the first one is `first`. Only within a transaction, so that it stands or falls with what it numbers. */
  next(name: string, first: number): number;
}

export function createCounters(database: DatabaseSync): Counters {
  const advance = database.prepare(
    `INSERT INTO counter (name, value) VALUES (?, ?)
     ON CONFLICT (name) DO UPDATE SET value = value + 1 RETURNING value`,
  );
  return {
    next(name, first) {
      assert(database.isTransaction, 'a counter moves only within a transaction');
      return Number(advance.get(name, first)?.value);
    },
  };
}
