import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Persona } from './persona.ts';
import type { RehearsalReport } from './report.ts';
import type { Stage } from './stage.ts';

/** What a person left with. */
export interface Told {
  readonly persona: Persona;
  readonly code: string;
}

/** How long sealed cases may take to arrive after the last visit. */
const arrivalMs = 60_000;

/**
 * Compares what people were told with what the centre holds. `learner` walked once more than counted, to show the
 * screens of the journey.
 */
export async function countCentre(
  stage: Stage,
  journey: string,
  told: readonly Told[],
  learner: Persona,
): Promise<RehearsalReport['centre']> {
  return journey === 'queue-ticket' ? countTickets(stage, told) : await countCases(stage, told, learner, journey);
}

function countTickets(stage: Stage, told: readonly Told[]): RehearsalReport['centre'] {
  const numbers = stage.bench.centre.tickets().map((each) => each.number);
  const known = new Set(numbers);
  const received = told.filter((each) => known.has(each.code)).length;
  const distinct = new Set(told.map((each) => each.code)).size;
  return { received, duplicates: told.length - distinct, lost: told.length - received };
}

async function countCases(
  stage: Stage,
  told: readonly Told[],
  learner: Persona,
  journey: string,
): Promise<RehearsalReport['centre']> {
  const { centre } = stage.bench;
  const codes = journey === 'progress' ? [] : told.map((each) => each.code);
  const missing = () => {
    const there = new Set(centre.cases().map((each) => each.code));
    return codes.filter((code) => !there.has(code)).length;
  };
  const until = performance.now() + arrivalMs;
  while (missing() > 0 && performance.now() < until) await sleep(200);
  const byHolder = new Map<string, number>();
  for (const { caseId } of centre.cases()) {
    const number = (await centre.openCase(caseId))?.payload.holder.number ?? '';
    byHolder.set(number, (byHolder.get(number) ?? 0) + 1);
  }
  byHolder.delete(learner.number);
  const cases = [...byHolder.values()];
  return { received: cases.length, duplicates: cases.reduce((sum, count) => sum + count - 1, 0), lost: missing() };
}

/** Reads the effect ledger of a terminal that has stopped. */
export function countEffects(stage: Stage): RehearsalReport['effects'] {
  const journal = new DatabaseSync(join(stage.stateDirectory, 'journal.db'), { readOnly: true });
  const rows = journal.prepare('SELECT state, count(*) AS n FROM effect GROUP BY state').all();
  journal.close();
  const of = (state: string) => Number(rows.find((each) => each.state === state)?.n ?? 0);
  const [confirmed, failed, inDoubt] = [of('confirmed'), of('failed'), of('inDoubt')];
  const unfinished = of('planned') + of('started');
  return { planned: confirmed + failed + inDoubt + unfinished, confirmed, failed, inDoubt, unfinished };
}
