import type { FlowAction, FlowState } from '../language.ts';
import { type CheckRule, type Subject, statesOf } from './findings.ts';
import type { Edge } from './graph.ts';

/** What the last failed service left behind: there after `failed`, forgotten after `done`. */
const lastFailure = 'lastFailure';

/** Values that the screens and services of a state need are there on every way into it. */
export const data: CheckRule = (subject, note) => {
  const { definition, graph, paths } = subject;
  const known = knownValues(subject);
  for (const [name, state] of statesOf(definition)) {
    if (!paths.has(name)) continue;
    const here = known.at(name);
    for (const root of neededByState(state)) {
      if (!here.has(root)) note('data', name, `It reads "${root}", which may not be there on every way into it.`);
    }
    for (const edge of graph.outOf(name)) {
      let there = known.afterGuard(edge);
      for (const action of edge.transition.actions) {
        for (const root of readByAction(action)) {
          if (root !== 'event' && !there.has(root))
            note('data', name, `At "${edge.label}" it reads "${root}", which may not be there on every way into it.`);
        }
        there = applied(there, action);
      }
    }
  }
  const read = new Set<string>();
  const written = new Set<string>();
  for (const [, state] of statesOf(definition)) for (const root of readByState(state)) read.add(root);
  for (const { transition } of graph.edges) {
    for (const root of rootsIn(transition.guard?.params ?? {})) read.add(root);
    for (const action of transition.actions) {
      for (const root of readByAction(action)) read.add(root);
      for (const root of writtenBy(action)) written.add(root);
    }
  }
  for (const key of Object.keys(definition.data.properties)) {
    if (!written.has(key)) note('data', null, `"${key}" is declared, but nothing writes it.`);
    if (!read.has(key)) note('data', null, `"${key}" is kept, but nothing reads it.`);
  }
};

type Known = ReadonlySet<string>;

/**
 * Which values are surely there, by the greatest fixed point over the graph. A value that is there by a guard brings
 * along whatever is there wherever it is written: a plan never comes without the list of pictures begun beside it.
 */
function knownValues({ definition, graph, paths }: Subject) {
  const all: Known = new Set([...Object.keys(definition.data.properties), lastFailure]);
  const entry = new Map<string, Known>(graph.states.map((state) => [state, all]));
  entry.set(graph.initial, new Set());
  const edges = graph.edges.filter((edge) => paths.has(edge.from));
  const forgotten = edges.map((edge) => new Set(edge.transition.actions.flatMap(forgottenBy)));
  let companions = new Map<string, Known>();
  const afterGuard = (edge: Edge): Known => {
    const known = new Set(entry.get(edge.from));
    if (edge.kind === 'failed') known.add(lastFailure);
    if (edge.kind === 'done') known.delete(lastFailure);
    for (const root of provenBy(edge)) {
      known.add(root);
      for (const each of companions.get(root) ?? []) known.add(each);
    }
    return known;
  };
  const after = (edge: Edge): Known => edge.transition.actions.reduce<Known>(applied, afterGuard(edge));
  for (let changed = true; changed; ) {
    changed = false;
    const outs = edges.map((edge) => ({ edge, out: after(edge) }));
    const next = new Map<string, Known>();
    for (const key of Object.keys(definition.data.properties)) {
      const writers = outs.filter(({ edge }) => edge.transition.actions.flatMap(writtenBy).includes(key));
      const lost = forgotten.flatMap((each) => (each.has(key) ? [] : [...each]));
      next.set(key, without(intersection(writers.map(({ out }) => out)) ?? new Set(), [...lost, lastFailure]));
    }
    for (const state of paths.keys()) {
      if (state === graph.initial) continue;
      const merged = intersection(outs.filter(({ edge }) => edge.to === state).map(({ out }) => out)) ?? new Set();
      if (merged.size !== entry.get(state)?.size) changed = true;
      entry.set(state, merged);
    }
    companions = next;
  }
  return { at: (state: string): Known => entry.get(state) ?? new Set(), afterGuard };
}

function intersection(sets: readonly Known[]): Known | null {
  const [first, ...rest] = sets;
  return first ? new Set([...first].filter((each) => rest.every((other) => other.has(each)))) : null;
}

function without(known: Known, lost: readonly string[]): Known {
  return new Set([...known].filter((each) => !lost.includes(each)));
}

function root(path: string): string {
  return path.split('.')[0] ?? '';
}

function param(named: { readonly params?: Record<string, unknown> | undefined }, name: string): string[] {
  const value = named.params?.[name];
  return typeof value === 'string' ? [root(value)] : [];
}

/** Actions that make the list or number they work on where it is missing. */
function writtenBy(action: FlowAction): readonly string[] {
  if (action.type === 'clear') return [];
  if (action.type === 'answerScenario') return [...param(action, 'at'), ...param(action, 'index')];
  return [...param(action, 'at'), ...param(action, 'shots'), ...param(action, 'with')];
}

function forgottenBy(action: FlowAction): readonly string[] {
  return action.type === 'clear' ? param(action, 'at') : [];
}

function readByAction(action: FlowAction): readonly string[] {
  return ['from', 'list', 'id', 'scenarios', 'materials', 'index', 'with'].flatMap((name) => param(action, name));
}

function applied(known: Known, action: FlowAction): Known {
  const next = without(known, forgottenBy(action));
  return new Set([...next, ...writtenBy(action)]);
}

/** What a guard that held proves to be there. */
function provenBy({ transition: { guard } }: Edge): readonly string[] {
  if (!guard) return [];
  if (guard.type === 'exists') return param(guard, 'path').filter((each) => each !== 'event');
  if (guard.type === 'is' && guard.params?.equals !== null)
    return param(guard, 'path').filter((each) => each !== 'event');
  return ['hasMore', 'hasNext', 'isOptional'].includes(guard.type) ? param(guard, 'list') : [];
}

/** All that a state's screen and service read. */
function readByState(state: FlowState): ReadonlySet<string> {
  return new Set([...neededByState(state), ...rootsIn(state.meta?.screen.prefill ?? {})]);
}

/** What they cannot do without: a field begins empty where there is nothing to prefill. */
function neededByState(state: FlowState): ReadonlySet<string> {
  const { prefill: _, ...screen }: Readonly<Record<string, unknown>> = state.meta?.screen ?? {};
  const roots = new Set([...rootsIn(screen), ...rootsIn(state.invoke?.input ?? {})]);
  if (screen.because === lastFailure) roots.add(lastFailure);
  return roots;
}

/** Roots of every `path` (and of the lists and indexes of guards) within parameters. */
function rootsIn(value: unknown): readonly string[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, each]) =>
    ['path', 'list', 'index'].includes(key) && typeof each === 'string'
      ? [root(each)].filter((name) => name !== 'event')
      : rootsIn(each),
  );
}

/** Services whose answers are about a person. */
const personalServices = [
  'idCardReader.read',
  'tickets.take',
  'items.plan',
  'form.check',
  'cases.progress',
  'effect.submitCase',
];
/** Data of events that a person typed or wrote. */
const personalEvents = /^event(\.(text|values(\..+)?))?$/;

/** The engine wipes, masks and keeps out of logs by what is declared: so everything personal must be declared. */
export const sensitive: CheckRule = ({ definition, graph }, note) => {
  const properties = definition.data.properties;
  const declared = (key: string) => Object.hasOwn(properties, key) && properties[key]?.sensitive === true;
  for (const { from, kind, transition } of graph.edges) {
    const src = definition.machine.states[from]?.invoke?.src ?? '';
    for (const action of transition.actions) {
      const pictures = ['keepPicture', 'dropPictures', 'replacePictures', 'answerScenario'].includes(action.type);
      const source = action.params?.from ?? action.params?.list;
      const personal =
        pictures ||
        (typeof source === 'string' &&
          (declared(root(source)) ||
            (kind === 'event' && personalEvents.test(source)) ||
            (kind === 'done' && /^event\.output/.test(source) && personalServices.includes(src))));
      if (!personal) continue;
      for (const key of [...param(action, 'at'), ...(pictures ? param(action, 'shots') : [])]) {
        if (!declared(key) && action.type !== 'seek')
          note('sensitive', from, `"${key}" receives personal data: declare it with "sensitive": true.`);
      }
    }
  }
};
