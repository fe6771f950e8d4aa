import type { z } from 'zod';
import type { FlowAction, FlowDefinition, FlowState, FlowTransition, FlowTransitions } from './language.ts';
import {
  type PatienceName,
  patience,
  screenParams,
  services,
  actions as vocabActions,
  guards as vocabGuards,
} from './vocabulary.ts';

export interface Finding {
  readonly path: string;
  readonly message: string;
}

/** What a flow may need; the terminal offers it only while these work. */
export const flowServices = ['tickets', 'items', 'form', 'cases', 'evaluations'] as const;
export const flowDevices = ['idCardReader', 'receiptPrinter', 'documentCamera', 'faceCamera'] as const;

/** A transition with its loose forms made even. */
export interface EvenTransition {
  readonly target?: string;
  readonly guard?: { readonly type: string; readonly params?: Record<string, unknown> | undefined };
  readonly actions: readonly FlowAction[];
}

/** A bare string is a target; a single transition is a list of one. */
export function evenTransitions(transitions: FlowTransitions | readonly FlowTransition[]): readonly EvenTransition[] {
  const all = typeof transitions === 'string' ? [{ target: transitions }] : [transitions].flat();
  return all.map((each: FlowTransition) => ({
    ...(each.target === undefined ? {} : { target: each.target }),
    ...(each.guard === undefined ? {} : { guard: each.guard }),
    actions: each.actions === undefined ? [] : [each.actions].flat(),
  }));
}

/** What the schema of the flow language cannot say by itself: names, parameters, targets, declared data. */
export function inspectFlow(flow: FlowDefinition): readonly Finding[] {
  const found: Finding[] = [];
  const note = (path: string, message: string) => found.push({ path, message });
  const { initial, states } = flow.machine;
  if (!Object.hasOwn(states, initial)) note('machine.initial', `There is no state "${initial}".`);
  const known = (names: readonly string[], allowed: readonly string[], path: string) => {
    names.forEach((name, n) => {
      if (!allowed.includes(name)) note(`${path}.${n}`, `"${name}" is none of: ${allowed.join(', ')}.`);
    });
  };
  known(flow.needs.devices, flowDevices, 'needs.devices');
  known(flow.needs.optional, flowDevices, 'needs.optional');
  known(flow.needs.services, flowServices, 'needs.services');
  for (const key of ['event', 'lastFailure']) {
    if (Object.hasOwn(flow.data.properties, key)) note(`data.properties.${key}`, 'This name belongs to the engine.');
  }
  for (const [name, state] of Object.entries(states)) {
    if (!/^[a-z][A-Za-z0-9]*$/.test(name))
      note(`machine.states.${name}`, 'A state is named in camelCase letters and digits.');
    inspectState(flow, state, `machine.states.${name}`, note);
  }
  return found;
}

/** Parameters of guards and actions that are paths; those that an action writes must be the flow's own data. */
const writtenParams = ['at', 'with', 'shots'];
const pathParams = [...writtenParams, 'from', 'path', 'list', 'index', 'id', 'scenarios', 'materials'];

type Note = (path: string, message: string) => void;

function inspectState(flow: FlowDefinition, state: FlowState, at: string, note: Note): void {
  const passing = state.always !== undefined;
  if (state.type === 'final') {
    if (state.invoke || state.on || state.always) note(at, 'A final state has neither services nor transitions.');
    return;
  }
  if (passing && (state.invoke || state.on))
    note(at, 'A state with "always" is left at once: it has no services and no events.');
  if (!passing && !state.meta) note(at, 'A state that can last needs a screen.');
  if (!passing && !state.invoke && Object.keys(state.on ?? {}).length === 0)
    note(at, 'No event and no service leads out of here.');
  if (state.meta) inspectMeta(flow, state, `${at}.meta`, note);
  if (state.always) inspectTransitions(flow, state.always, `${at}.always`, true, note);
  for (const [event, transitions] of Object.entries(state.on ?? {})) {
    inspectTransitions(flow, transitions, `${at}.on.${event}`, false, note);
  }
  if (state.invoke) {
    inspectInvoke(flow, state.invoke, `${at}.invoke`, note);
    inspectTransitions(flow, state.invoke.onDone, `${at}.invoke.onDone`, true, note);
    inspectTransitions(flow, state.invoke.onError, `${at}.invoke.onError`, true, note);
  }
}

function inspectMeta(flow: FlowDefinition, state: FlowState, at: string, note: Note): void {
  const { step, screen } = state.meta ?? { screen: { use: '' } };
  if (step !== undefined && !flow.steps.some((each) => each.id === step))
    note(`${at}.step`, `There is no step "${step}".`);
  const entry = entryOf<{ readonly params: z.ZodType; readonly events: readonly string[] }>(screenParams, screen.use);
  if (!entry) {
    note(`${at}.screen.use`, `There is no screen "${screen.use}".`);
    return;
  }
  inspectParams(entry.params, screen, `${at}.screen`, note);
  inspectPaths(flow, screen, `${at}.screen`, note);
  for (const event of Object.keys(state.on ?? {})) {
    if (!entry.events.includes(event))
      note(at.replace(/meta$/, `on.${event}`), `The screen "${screen.use}" has no event "${event}".`);
  }
}

function inspectInvoke(flow: FlowDefinition, invoke: NonNullable<FlowState['invoke']>, at: string, note: Note): void {
  const service = entryOf(services, invoke.src);
  if (!service) {
    note(`${at}.src`, `There is no service "${invoke.src}".`);
    return;
  }
  inspectParams(service.input, invoke.input, `${at}.input`, note);
  inspectPaths(flow, invoke.input, `${at}.input`, note);
  if (!isPatience(invoke.input.within)) {
    note(`${at}.input.within`, `"${invoke.input.within}" is none of: ${Object.keys(patience).join(', ')}.`);
  }
}

/** `total`: one of the transitions must always be taken, so the last one has no guard. */
function inspectTransitions(
  flow: FlowDefinition,
  transitions: FlowTransitions | readonly FlowTransition[],
  at: string,
  total: boolean,
  note: Note,
): void {
  const all = evenTransitions(transitions);
  all.forEach((each, n) => {
    const here = `${at}.${n}`;
    if (each.target !== undefined && !Object.hasOwn(flow.machine.states, each.target))
      note(here, `There is no state "${each.target}".`);
    if (total && each.target === undefined) note(here, 'This must lead to a state.');
    if (each.guard) inspectNamed(flow, vocabGuards, 'guard', each.guard, here, note);
    for (const action of each.actions) inspectNamed(flow, vocabActions, 'action', action, here, note);
    if (!each.guard && n < all.length - 1) note(here, 'What follows is never reached: this one has no guard.');
  });
  if (total && all.at(-1)?.guard) note(at, 'The last one must not have a guard: there has to be a way on.');
}

function inspectNamed(
  flow: FlowDefinition,
  table: Readonly<Record<string, { readonly params: z.ZodType }>>,
  kind: string,
  named: { readonly type: string; readonly params?: Record<string, unknown> | undefined },
  at: string,
  note: Note,
): void {
  const entry = entryOf(table, named.type);
  if (!entry) {
    note(at, `There is no ${kind} "${named.type}".`);
    return;
  }
  inspectParams(entry.params, named.params ?? {}, `${at}.${named.type}`, note);
  for (const [param, each] of Object.entries(named.params ?? {})) {
    if (!pathParams.includes(param) || typeof each !== 'string') continue;
    inspectPath(flow, each, `${at}.${named.type}.${param}`, writtenParams.includes(param), note);
  }
}

function inspectParams(schema: z.ZodType, params: unknown, at: string, note: Note): void {
  const checked = schema.safeParse(params);
  if (checked.success) return;
  for (const issue of checked.error.issues) note([at, ...issue.path].join('.'), issue.message);
}

/** Keys of screen parameters and service inputs that hold a path. */
export const screenPaths: readonly string[] = ['path', 'prefill'];

/** Every path within screen parameters and service inputs. */
function inspectPaths(flow: FlowDefinition, value: unknown, at: string, note: Note): void {
  if (typeof value !== 'object' || value === null) return;
  for (const [key, each] of Object.entries(value)) {
    if (screenPaths.includes(key) && typeof each === 'string') inspectPath(flow, each, `${at}.${key}`, false, note);
    else inspectPaths(flow, each, `${at}.${key}`, note);
  }
}

function inspectPath(flow: FlowDefinition, path: string, at: string, written: boolean, note: Note): void {
  const root = path.split('.')[0] ?? '';
  if (!written && (root === 'event' || root === 'lastFailure')) return;
  if (!Object.hasOwn(flow.data.properties, root)) note(at, `"${root}" is not declared in "data".`);
}

function entryOf<T>(table: Readonly<Record<string, T>>, name: string): T | undefined {
  return Object.hasOwn(table, name) ? table[name] : undefined;
}

export function isPatience(name: string): name is PatienceName {
  return Object.hasOwn(patience, name);
}
