import type { DatabaseSync } from 'node:sqlite';
import type { z } from 'zod';
import { err, ok, type Result } from '../../drivers/contract/result.ts';
import type { evaluation } from './api.ts';
import type { Cases } from './cases.ts';
import { type Refusal, refusal } from './problems.ts';
import { moverOf } from './states.ts';

type Evaluation = z.infer<typeof evaluation>;

export interface StoredEvaluation {
  readonly level: number;
  readonly reasons: readonly string[];
  readonly text: string | null;
  readonly at: number;
}

export interface Evaluations {
  /** One a case, for ever: the database's key decides. The same nonce again is a repetition and changes nothing. */
  store(terminal: string, given: Evaluation): Result<void, Refusal>;
  of(caseId: string): StoredEvaluation | null;
}

export function createEvaluations(database: DatabaseSync, cases: Cases, now: () => number): Evaluations {
  const insert = database.prepare(
    `INSERT INTO evaluations (case_id, nonce, terminal, level, reasons, text, at) VALUES (?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT DO NOTHING`,
  );
  const find = database.prepare('SELECT nonce, terminal, level, reasons, text, at FROM evaluations WHERE case_id = ?');

  return {
    store(terminal, given) {
      const found = cases.byCode(given.code).find((each) => each.code === given.code);
      if (!found) return err(refusal('case-unknown', 'no case with this code'));
      const reasons = JSON.stringify(given.reasons);
      const { changes } = insert.run(
        found.caseId,
        given.nonce,
        terminal,
        given.level,
        reasons,
        given.text ?? null,
        now(),
      );
      if (Number(changes) === 1) {
        if (moverOf(found.state, 'evaluated') === 'citizen') cases.move(found.caseId, 'evaluated', null);
        return ok(undefined);
      }
      const kept = find.get(found.caseId);
      const repeats =
        kept?.nonce === given.nonce &&
        kept.terminal === terminal &&
        kept.level === given.level &&
        kept.reasons === reasons &&
        kept.text === (given.text ?? null);
      return repeats ? ok(undefined) : err(refusal('already-evaluated', 'this case or this nonce has its evaluation'));
    },
    of(caseId) {
      const row = find.get(caseId);
      if (!row) return null;
      return {
        level: Number(row.level),
        reasons: JSON.parse(String(row.reasons)) as string[],
        text: row.text === null ? null : String(row.text),
        at: Number(row.at),
      };
    },
  };
}
