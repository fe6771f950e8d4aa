import { type AnyStateMachine, assign, fromPromise, setup } from 'xstate';
import { actions } from './actions.ts';
import { type FlowContext, type FlowEvent, read, type View, write } from './context.ts';
import { guards } from './guards.ts';
import type { FlowDefinition, FlowState, FlowTransition, FlowTransitions } from './language.ts';
import { evenTransitions } from './validate.ts';
import { type ActionName, type GuardName, type ServiceName, services } from './vocabulary.ts';

/** What the machine calls while it runs. */
export interface MachineHooks {
  /**
   * Runs a service with its resolved input; rejects with a Failure. `signal` aborts when the state is left before.
   * `within` names the patience that bounds it.
   */
  readonly run: (name: ServiceName, input: Readonly<Record<string, unknown>>, signal: AbortSignal) => Promise<unknown>;
  /** A state was entered, also when it is entered again from itself. */
  readonly entered: (state: string) => void;
}

/** A flow that passed `loadFlow` as an XState machine. */
export function compileFlow(definition: FlowDefinition, hooks: MachineHooks): AnyStateMachine {
  const implementations = {
    actors: table(Object.keys(services) as ServiceName[], (name) =>
      fromPromise(({ input, signal }: { input: Readonly<Record<string, unknown>>; signal: AbortSignal }) =>
        hooks.run(name, input, signal),
      ),
    ),
    guards: table(Object.keys(guards) as GuardName[], (name) => {
      const guard = guards[name] as (view: View, params: unknown) => boolean;
      return ({ context, event }: View, params: unknown) => guard({ context, event: plain(event) }, params);
    }),
    actions: {
      ...table(Object.keys(actions) as ActionName[], (name) => {
        const action = actions[name] as (view: View, params: unknown) => FlowContext;
        return assign(({ context, event }: View, params: unknown) => action({ context, event: plain(event) }, params));
      }),
      recordFailure: assign(({ context, event }: View) => write(context, 'lastFailure', event.error)),
      forgetFailure: assign(({ context }: View) => write(context, 'lastFailure', undefined)),
      entered: (_: unknown, params: unknown) => hooks.entered((params as { state: string }).state),
    },
  };
  const config = {
    id: definition.id,
    context: {},
    initial: definition.machine.initial,
    states: table(Object.keys(definition.machine.states), (name) =>
      stateConfig(name, definition.machine.states[name] ?? {}),
    ),
  };
  // Names and parameters were checked against the vocabulary when the flow was loaded, and the tables against the
  // vocabulary by the compiler; XState's own inference cannot see into a file.
  return setup(implementations as unknown as Parameters<typeof setup>[0]).createMachine(config as object);
}

function stateConfig(name: string, state: FlowState): object {
  if (state.type === 'final') return { type: 'final' };
  return {
    entry: { type: 'entered', params: { state: name } },
    ...(state.always && { always: transitionConfigs(state.always) }),
    ...(state.on && { on: table(Object.keys(state.on), (event) => transitionConfigs(state.on?.[event] ?? [])) }),
    ...(state.invoke && {
      invoke: {
        src: state.invoke.src,
        input: ({ context }: View) => resolveInput(state.invoke?.input ?? {}, context),
        onDone: transitionConfigs(state.invoke.onDone, 'forgetFailure'),
        onError: transitionConfigs(state.invoke.onError, 'recordFailure'),
      },
    }),
  };
}

/** A transition that names its own state enters it again: XState would otherwise not restart its service. */
function transitionConfigs(transitions: FlowTransitions | readonly FlowTransition[], before?: string): object[] {
  return evenTransitions(transitions).map((each) => ({
    ...(each.target !== undefined && { target: each.target, reenter: true }),
    ...(each.guard && { guard: { type: each.guard.type, params: each.guard.params } }),
    actions: [...(before ? [{ type: before }] : []), ...each.actions],
  }));
}

/** Replaces `{path}` by what the context holds there; all else is literal. */
export function resolveInput(input: Readonly<Record<string, unknown>>, context: FlowContext): Record<string, unknown> {
  const event: FlowEvent = { type: '' };
  const resolve = (value: unknown): unknown =>
    typeof value === 'object' && value !== null && 'path' in value && typeof value.path === 'string'
      ? read(value.path, { context, event })
      : value;
  return Object.fromEntries(Object.entries(input).map(([key, value]) => [key, resolve(value)]));
}

/** XState's own fields of an event are not the flow's to see. */
function plain(event: FlowEvent): FlowEvent {
  if (event.type.startsWith('xstate.done.')) return { type: 'done', output: event.output };
  if (event.type.startsWith('xstate.error.')) return { type: 'error', error: event.error };
  return event;
}

function table<K extends string, V>(names: readonly K[], make: (name: K) => V): Record<K, V> {
  return Object.fromEntries(names.map((name) => [name, make(name)])) as Record<K, V>;
}
