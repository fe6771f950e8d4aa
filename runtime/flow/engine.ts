import { type AnyMachineSnapshot, createActor } from 'xstate';
import type { Config } from '../../config/schema.ts';
import type { Unsubscribe } from '../../drivers/contract/device.ts';
import { technical } from '../../drivers/contract/log.ts';
import { assert } from '../../drivers/contract/result.ts';
import { events, type Language } from '../server/protocol.ts';
import { admit, literalFields } from './admission.ts';
import { compileFlow } from './compile.ts';
import type { FlowContext } from './context.ts';
import { faultOf } from './fault.ts';
import type { FlowState } from './language.ts';
import type { Flow } from './load.ts';
import type { FlowPictures, FlowPorts, RunScope, TerminalIdentity } from './ports.ts';
import { patienceMs, runService } from './runner.ts';
import { type Projected, type ScreenView, text } from './screens/view.ts';
import { project } from './screens.ts';
import { services } from './vocabulary.ts';

/** Where a running flow stands, ready to be shown. */
export interface FlowScreen {
  readonly shown: Projected;
  readonly accepts: readonly string[];
  /** Milliseconds until the flow goes on by itself; null where nothing runs. */
  readonly deadline: number | null;
  /** Grows each time a state is entered, also when it is entered again. */
  readonly position: number;
  /** Index into the flow's steps. */
  readonly step: number;
  readonly help: readonly string[];
}

export type DispatchAnswer = 'applied' | 'notAccepted' | 'invalid';
/** `broken`: a bug in this program or an error that the checks of flows let through. */
export type FlowEnd = 'final' | 'left' | 'broken';

export interface FlowRun {
  current(): FlowScreen;
  onChange(listener: () => void): Unsubscribe;
  dispatch(event: string, data: unknown): DispatchAnswer;
  /** Tells the flow of a picture that the session holds. */
  pictureTaken(id: string): DispatchAnswer;
  /** Ends the run and forgets all it knew. Effects that have begun finish and are recorded. */
  stop(): void;
}

export interface FlowRunOptions {
  readonly flow: Flow;
  readonly ports: FlowPorts;
  readonly session: string;
  readonly language: () => Language;
  readonly pictures: FlowPictures;
  readonly terminal: TerminalIdentity;
  readonly config: Pick<Config, 'cameras' | 'patience'>;
  readonly onEnd: (end: FlowEnd) => void;
  readonly onTone: (tone: 'success') => void;
}

/** Starts a flow. One run at a time belongs to a session; it is stopped with it. */
export function createFlowRun(options: FlowRunOptions): FlowRun {
  const { flow, ports, pictures } = options;
  const { states } = flow.definition.machine;
  const scope: RunScope = {
    session: options.session,
    flow,
    terminal: options.terminal,
    language: options.language,
    pictures,
    chip: null,
    keys: new Map(),
    submission: null,
  };
  const listeners = new Set<() => void>();
  let running: { readonly until: number; readonly leavable: boolean } | null = null;
  let errors: ScreenView['errors'] = {};
  let position = 0;
  let step = 0;
  let over = false;

  const machine = compileFlow(flow.definition, {
    entered(name) {
      position += 1;
      errors = {};
      const at = flow.definition.steps.findIndex((each) => each.id === states[name]?.meta?.step);
      if (at >= 0) step = at;
    },
    async run(name, input, signal) {
      const timeoutMs = patienceMs(String(input.within), options.config.patience);
      const mine = { until: ports.clock.monotonic() + timeoutMs, leavable: services[name].leavable };
      running = mine;
      try {
        const output = await runService(name, input, { ports, scope, signal, timeoutMs });
        if (name === 'idCardReader.read' && !signal.aborted) options.onTone('success');
        return output;
      } finally {
        if (running === mine) running = null;
      }
    },
  });
  const actor = createActor(machine);

  const end = (how: FlowEnd) => {
    if (over) return;
    stop();
    options.onEnd(how);
  };
  const notify = () => {
    for (const listener of [...listeners]) listener();
  };
  const changed = (snapshot: AnyMachineSnapshot) => {
    if (over) return;
    if (!stateOf(snapshot).invoke) running = null;
    pictures.keepOnly(textsIn(snapshot.context));
    if (snapshot.status === 'done') end('final');
    else notify();
  };
  const stopReader = ports.idCardReader?.onStatus(() => {
    const use = stateOf(actor.getSnapshot()).meta?.screen.use;
    if (use === 'presentCard' || use === 'findCase') notify();
  });
  function stop() {
    over = true;
    stopReader?.();
    actor.stop();
    listeners.clear();
    scope.chip?.portrait.fill(0);
    scope.chip = null;
    scope.keys.clear();
  }
  function stateOf(snapshot: AnyMachineSnapshot): FlowState {
    return states[String(snapshot.value)] ?? {};
  }
  function view(snapshot: AnyMachineSnapshot): ScreenView {
    const language = options.language();
    return {
      context: snapshot.context as FlowContext,
      language,
      texts: flow.texts[language],
      catalogue: ports.catalogue,
      cameras: options.config.cameras,
      reader: ports.idCardReader?.status() ?? null,
      running: running !== null,
      errors,
      can: (type, data) => snapshot.can({ ...data, type }),
    };
  }
  function current(): FlowScreen {
    const snapshot = actor.getSnapshot();
    const state = stateOf(snapshot);
    assert(state.meta !== undefined, 'a state that lasts has a screen');
    const seen = view(snapshot);
    const shown = project(state.meta.screen, seen);
    return {
      shown,
      accepts: acceptsOf(state, shown, seen, running?.leavable ?? true),
      deadline: running === null ? null : Math.max(0, running.until - ports.clock.monotonic()),
      position,
      step,
      help: (state.meta.help ?? []).map((key) => text(key, seen)),
    };
  }
  /** `can` looks at guards without acting, so that an event no guard lets through is answered and not swallowed. */
  function send(type: string, data: Readonly<Record<string, unknown>>): DispatchAnswer {
    const event = { ...data, type };
    if (!actor.getSnapshot().can(event)) return 'notAccepted';
    actor.send(event);
    return 'applied';
  }

  actor.subscribe({
    next: changed,
    error(error) {
      ports.log.error('flow-broken', {
        flow: technical(flow.id),
        state: technical(String(actor.getSnapshot().value)),
        error: faultOf(error),
      });
      end('broken');
    },
  });
  actor.start();

  return {
    current,
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    dispatch(event, data) {
      if (over || event === 'PICTURE_TAKEN') return 'notAccepted';
      const { shown, accepts } = current();
      if (!accepts.includes(event)) return 'notAccepted';
      const { meta } = stateOf(actor.getSnapshot());
      const admitted = admit(event, data, shown, literalFields(meta?.screen ?? {}));
      if (admitted.kind === 'refuse') return 'invalid';
      if (admitted.kind === 'ask') {
        errors = admitted.errors;
        notify();
        return 'applied';
      }
      if (event !== 'LEAVE') return send(event, admitted.data);
      end('left');
      return 'applied';
    },
    pictureTaken(id) {
      return over ? 'notAccepted' : send('PICTURE_TAKEN', { id });
    },
    stop,
  };
}

/** Events of the state that it would act on now, and LEAVE unless something runs that must not be left alone. */
export function acceptsOf(state: FlowState, shown: Projected, view: ScreenView, leavable: boolean): readonly string[] {
  const listed = Object.keys(state.on ?? {}).filter((event) => {
    if (event === 'SKIP' && shown.screen === 'capture') return shown.props.optional;
    if (event === 'MORE_PAGES' && shown.screen === 'comparePictures') return shown.props.morePages;
    const carriesData = event === 'PICTURE_TAKEN' || Object.hasOwn(events, event);
    return carriesData || view.can(event);
  });
  return leavable ? [...listed, 'LEAVE'] : listed;
}

/** Every text in the context; among them the ids of all pictures that are still needed. */
function textsIn(value: unknown, found: Set<string> = new Set()): Set<string> {
  if (typeof value === 'string') found.add(value);
  else if (typeof value === 'object' && value !== null) for (const each of Object.values(value)) textsIn(each, found);
  return found;
}
