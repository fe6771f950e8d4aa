import type { FlowDefinition } from '../language.ts';
import { type FlowGraph, graphOf, pathsFromStart } from './graph.ts';
import type { FlowFiles } from './read-flow.ts';

/** Rules of the checker, in the order in which a reader should look at their findings. */
export const rules = [
  'file', // a file is missing, unreadable, too large or not JSON
  'schema', // a file does not follow the flow language
  'names', // a name, parameter, target or path that does not exist
  'failures', // a failure that the service cannot have
  'needs', // a device or service is used but not listed, or listed but not used
  'reachable', // no way leads to a state
  'exit', // no way leads from a state to the end
  'spin', // the flow runs in a circle without the citizen
  'hole', // a screen offers something that leads nowhere, or a transition that nothing can take
  'effect', // a state that prints or submits can be left before it knows the outcome
  'data', // a value is read that may not be there, or kept for nobody
  'sensitive', // personal data is kept where it is not declared as such
  'steps', // the progress display lacks or misplaces a step
  'help', // a screen where people decide has no help
  'texts', // a text is missing, unused, in the wrong language or with other placeholders
] as const;
export type Rule = (typeof rules)[number];

export interface CheckFinding {
  readonly flow: string;
  readonly state: string | null;
  readonly rule: Rule;
  /** What is wrong and, where it is not plain, what to do. */
  readonly sentence: string;
  /** Shortest way from the start of the flow to the state. */
  readonly path: readonly string[];
}

/** What the rules look at. */
export interface Subject extends FlowFiles {
  readonly flow: string;
  readonly graph: FlowGraph;
  readonly paths: ReadonlyMap<string, readonly string[]>;
}

export type Note = (rule: Rule, state: string | null, sentence: string) => void;
export type CheckRule = (subject: Subject, note: Note) => void;

/** A flow with its graph and the ways through it, made once for all rules. `flow` is the name of its folder. */
export function subjectOf(flow: string, files: FlowFiles): Subject {
  const graph = graphOf(files.definition);
  return { ...files, flow, graph, paths: pathsFromStart(graph) };
}

/** States by name, in the order of the file. */
export function statesOf(definition: FlowDefinition): readonly (readonly [string, StateOf])[] {
  return Object.entries(definition.machine.states);
}
type StateOf = FlowDefinition['machine']['states'][string];
