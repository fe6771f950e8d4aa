import { basename, resolve } from 'node:path';
import { type CheckFinding, type CheckRule, rules, subjectOf } from './findings.ts';
import { readFlow } from './read-flow.ts';
import { data, sensitive } from './rules-data.ts';
import { effects, exits, holes, reachable, steps } from './rules-graph.ts';
import { failures, names, needs } from './rules-names.ts';
import { texts } from './rules-texts.ts';

export interface CheckReport {
  readonly flow: string;
  readonly states: number;
  readonly transitions: number;
  readonly findings: readonly CheckFinding[];
}

const checkers: readonly CheckRule[] = [
  names,
  failures,
  needs,
  reachable,
  exits,
  holes,
  effects,
  data,
  sensitive,
  steps,
  texts,
];

/** More findings than anybody reads: a hostile flow must not make the report endless. */
const findingLimit = 200;

/**
 * Proves one flow (a folder with flow.json, zh-CN.json, en.json) sound, or says where it is not. Never throws for what
 * is in the files; the work is bounded by their size.
 */
export async function checkFlow(directory: string): Promise<CheckReport> {
  const flow = basename(resolve(directory));
  const files = await readFlow(directory);
  if (!files.ok) {
    const findings = files.error.map((each) => ({ flow, path: [], ...each }));
    return { flow, states: 0, transitions: 0, findings };
  }
  const subject = subjectOf(flow, files.value);
  const found = new Map<string, CheckFinding>();
  for (const check of checkers) {
    check(subject, (rule, state, sentence) => {
      if (found.size >= findingLimit) return;
      const path = (state !== null && subject.paths.get(state)) || [];
      found.set(`${rule} ${state} ${sentence}`, { flow, state, rule, sentence, path });
    });
  }
  const findings = [...found.values()].sort((a, b) => rules.indexOf(a.rule) - rules.indexOf(b.rule));
  const { states, edges } = subject.graph;
  return { flow, states: states.length, transitions: edges.length, findings };
}
