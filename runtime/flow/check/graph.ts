import type { FlowDefinition } from '../language.ts';
import { type EvenTransition, evenTransitions } from '../validate.ts';

/** What makes a flow leave a state: the citizen, its service's end, or nothing at all. */
export type EdgeKind = 'event' | 'done' | 'failed' | 'always';

export interface Edge {
  readonly from: string;
  readonly to: string;
  readonly kind: EdgeKind;
  /** Name of the event; the kind's own name where there is none. */
  readonly label: string;
  readonly transition: EvenTransition;
}

export interface FlowGraph {
  readonly initial: string;
  readonly states: readonly string[];
  readonly finals: ReadonlySet<string>;
  readonly edges: readonly Edge[];
  outOf(state: string): readonly Edge[];
  into(state: string): readonly Edge[];
}

/** The flow as a graph. Transitions to states that do not exist are left out; transitions without a target stay. */
export function graphOf({ machine }: FlowDefinition): FlowGraph {
  const states = Object.keys(machine.states);
  const known = new Set(states);
  const edges: Edge[] = [];
  for (const [from, state] of Object.entries(machine.states)) {
    const add = (kind: EdgeKind, label: string, transitions: Parameters<typeof evenTransitions>[0]) => {
      for (const transition of evenTransitions(transitions)) {
        const to = transition.target ?? from;
        if (known.has(to)) edges.push({ from, to, kind, label, transition });
      }
    };
    for (const [event, transitions] of Object.entries(state.on ?? {})) add('event', event, transitions);
    if (state.always) add('always', 'always', state.always);
    if (state.invoke) {
      add('done', 'done', state.invoke.onDone);
      add('failed', 'failed', state.invoke.onError);
    }
  }
  const outOf = group(edges, (edge) => edge.from);
  const into = group(edges, (edge) => edge.to);
  return {
    initial: machine.initial,
    states,
    finals: new Set(states.filter((name) => machine.states[name]?.type === 'final')),
    edges,
    outOf: (state) => outOf.get(state) ?? [],
    into: (state) => into.get(state) ?? [],
  };
}

/** Shortest way to each state that can be reached, as the states passed. */
export function pathsFromStart(graph: FlowGraph): ReadonlyMap<string, readonly string[]> {
  const paths = new Map<string, readonly string[]>();
  if (!graph.states.includes(graph.initial)) return paths;
  paths.set(graph.initial, [graph.initial]);
  for (const [state, path] of paths) {
    for (const { to } of graph.outOf(state)) if (!paths.has(to)) paths.set(to, [...path, to]);
  }
  return paths;
}

/** States from which some way leads to a final one. */
export function statesWithExit(graph: FlowGraph): ReadonlySet<string> {
  const found = new Set(graph.finals);
  for (const state of found) for (const { from } of graph.into(state)) found.add(from);
  return found;
}

/** States that lie on a circle which the flow runs through by itself, without the citizen. */
export function spinningStates(graph: FlowGraph): readonly string[] {
  const next = (state: string) => graph.outOf(state).flatMap((edge) => (edge.kind === 'event' ? [] : [edge.to]));
  return graph.states.filter((start) => {
    const seen = new Set(next(start));
    for (const state of seen) for (const each of next(state)) seen.add(each);
    return seen.has(start);
  });
}

function group(edges: readonly Edge[], key: (edge: Edge) => string): ReadonlyMap<string, readonly Edge[]> {
  return Map.groupBy(edges, key);
}
