import { type AnyMachineSnapshot, initialTransition, transition } from 'xstate';
import type { ProgressCase } from '../../runtime/centre/api.ts';
import { admit, literalFields } from '../../runtime/flow/admission.ts';
import { compileFlow, resolveInput } from '../../runtime/flow/compile.ts';
import type { FlowContext } from '../../runtime/flow/context.ts';
import { acceptsOf } from '../../runtime/flow/engine.ts';
import type { FlowState } from '../../runtime/flow/language.ts';
import type { Flow } from '../../runtime/flow/load.ts';
import type { FlowPorts, RunScope, ServiceCall } from '../../runtime/flow/ports.ts';
import type { Projected, ScreenView } from '../../runtime/flow/screens/view.ts';
import { project } from '../../runtime/flow/screens.ts';
import { services } from '../../runtime/flow/services.ts';
import { type ServiceName, services as vocabulary } from '../../runtime/flow/vocabulary.ts';
import type { Language } from '../../runtime/server/protocol.ts';
import { type Stand, testConfig } from './flow-stand.ts';

/** A place in a flow: a state with one of the contexts in which it is reached. */
export interface Place {
  readonly state: string;
  readonly snapshot: AnyMachineSnapshot;
  /** How it was reached, for messages. */
  readonly by: string;
}

/** One thing that can happen at a place, and where it leads. */
export interface Step {
  readonly event: string;
  readonly data: Readonly<Record<string, unknown>>;
  readonly to: Place | null;
}

const contextsPerState = 60;

/**
 * Walks a flow through everything that can happen in it: each event with data that its screen offers, each service with
 * what it really gives over the stand, and with each failure that its vocabulary names.
 */
export class FlowWalk {
  readonly flow: Flow;
  readonly places: Place[] = [];
  /** Services that were called with what they cannot work with. */
  readonly broken: string[] = [];
  readonly #stand: Stand;
  readonly #ports: FlowPorts;
  readonly #machine;
  readonly #outputs = new Map<string, readonly unknown[]>();

  constructor(flow: Flow, stand: Stand, ports: FlowPorts) {
    this.flow = flow;
    this.#stand = stand;
    this.#ports = ports;
    this.#machine = compileFlow(flow.definition, { run: async () => null, entered: () => {} });
  }

  async explore(): Promise<void> {
    const seen = new Map<string, Set<string>>();
    const [first] = initialTransition(this.#machine);
    const waiting: Place[] = [{ state: String(first.value), snapshot: first, by: 'start' }];
    for (let place = waiting.shift(); place; place = waiting.shift()) {
      const known = seen.get(place.state) ?? new Set();
      seen.set(place.state, known);
      const shape = shapeOf(place.snapshot.context);
      if (known.has(shape) || known.size >= contextsPerState) continue;
      known.add(shape);
      this.places.push(place);
      for (const step of [...this.eventSteps(place), ...(await this.serviceSteps(place))]) {
        if (step.to) waiting.push(step.to);
      }
    }
  }

  stateOf(place: Place): FlowState {
    return this.flow.definition.machine.states[place.state] ?? {};
  }

  view(place: Place, language: Language): ScreenView {
    return {
      context: place.snapshot.context as FlowContext,
      language,
      texts: this.flow.texts[language],
      catalogue: this.#ports.catalogue,
      cameras: testConfig.cameras,
      reader: this.#stand.reader.status(),
      running: this.stateOf(place).invoke !== undefined,
      errors: {},
      can: (type, data) => place.snapshot.can({ ...data, type }),
    };
  }

  shown(place: Place, language: Language): Projected {
    const { meta } = this.stateOf(place);
    if (!meta) throw new Error(`no screen at ${place.state}`);
    return project(meta.screen, this.view(place, language));
  }

  accepts(place: Place): readonly string[] {
    const state = this.stateOf(place);
    const leavable = state.invoke ? vocabulary[state.invoke.src as ServiceName].leavable : true;
    return acceptsOf(state, this.shown(place, 'en'), this.view(place, 'en'), leavable);
  }

  /** Every event that the place accepts, with each choice of data that its screen offers. */
  eventSteps(place: Place): Step[] {
    if (!this.stateOf(place).meta) return [];
    const shown = this.shown(place, 'en');
    return this.accepts(place)
      .filter((event) => event !== 'LEAVE')
      .flatMap((event) => samples(event, shown).map((data) => this.step(place, event, data)));
  }

  step(place: Place, event: string, data: Readonly<Record<string, unknown>>): Step {
    const fields = literalFields(this.stateOf(place).meta?.screen ?? {});
    const admitted =
      event === 'PICTURE_TAKEN'
        ? ({ kind: 'take', data } as const)
        : admit(event, data, this.shown(place, 'en'), fields);
    if (admitted.kind === 'ask') return { event, data, to: place };
    if (admitted.kind !== 'take' || !place.snapshot.can({ ...admitted.data, type: event }))
      return { event, data, to: null };
    return { event, data, to: this.#next(place, event, { ...admitted.data, type: event }) };
  }

  /** What the service of the place can come to: its outputs, and every failure. */
  async serviceSteps(place: Place): Promise<Step[]> {
    const { invoke } = this.stateOf(place);
    if (!invoke) return [];
    const name = invoke.src as ServiceName;
    const id = `0.${this.flow.id}.${place.state}`;
    const outputs = await this.#run(name, resolveInput(invoke.input, place.snapshot.context as FlowContext), place);
    const done = outputs.map((output) => ({
      event: `${name} done`,
      data: {},
      to: this.#next(place, `${name} done`, { type: `xstate.done.actor.${id}`, output, actorId: id }),
    }));
    const failed = [...vocabulary[name].failures, 'timeOut', 'internalError'].map((code) => ({
      event: `${name} ${code}`,
      data: {},
      to: this.#next(place, `${name} ${code}`, {
        type: `xstate.error.actor.${id}`,
        error: { service: name, code, detail: code },
        actorId: id,
      }),
    }));
    return [...done, ...failed];
  }

  #next(place: Place, by: string, event: { type: string } & Readonly<Record<string, unknown>>): Place {
    const [snapshot] = transition(this.#machine, place.snapshot, event);
    return { state: String(snapshot.value), snapshot, by: `${place.state} --${by}-->` };
  }

  /** What the real service gives for this input, in each mood of the world. */
  async #run(name: ServiceName, input: Readonly<Record<string, unknown>>, place: Place): Promise<readonly unknown[]> {
    const key = `${name} ${JSON.stringify(input)}`;
    const known = this.#outputs.get(key);
    if (known) return known;
    const outputs: unknown[] = [];
    for (const mood of moods) {
      mood(this.#stand);
      const service = services[name] as (
        input: unknown,
        call: ServiceCall,
      ) => Promise<{ ok: boolean; value?: unknown }>;
      const result = await service(input, this.#call()).catch((error: Error) => {
        this.broken.push(`${place.by} ${place.state}: ${error.message}`);
        return { ok: false, value: undefined };
      });
      const text = JSON.stringify(result.value);
      if (result.ok && !outputs.some((each) => JSON.stringify(each) === text)) outputs.push(result.value);
    }
    this.#outputs.set(key, outputs);
    return outputs;
  }

  #call(): ServiceCall {
    const scope: RunScope = {
      session: 'walk',
      flow: this.flow,
      terminal: { id: 'walk', centre: { 'zh-CN': '中心', en: 'Centre' }, phone: '12345' },
      language: () => 'zh-CN',
      pictures: { bytesOf: () => Uint8Array.of(1), keepOnly: () => {} },
      chip: null,
      keys: new Map(),
      submission: null,
    };
    return { ports: this.#ports, scope, signal: new AbortController().signal, timeoutMs: 1000 };
  }
}

const moods: readonly ((stand: Stand) => void)[] = [
  ({ uplink, reader }) => {
    reader.media = 'present';
    uplink.receipts = true;
    uplink.cases = [];
    uplink.nothingOpen = false;
  },
  ({ uplink }) => {
    uplink.receipts = false;
    uplink.nothingOpen = true;
    uplink.cases = [sampleCase('1', 'received')];
  },
  ({ uplink }) => {
    uplink.cases = [sampleCase('1', 'closed'), sampleCase('2', 'supplement_required')];
  },
];

function sampleCase(digit: string, state: ProgressCase['state']): ProgressCase {
  return {
    code: digit.repeat(44),
    title: { 'zh-CN': '事项', en: 'Item' },
    state,
    events: [{ at: '2026-11-23T08:00:00.000Z', state, note: { 'zh-CN': '说明', en: 'Note' } }],
    nextActor: { 'zh-CN': '窗口', en: 'Window' },
    promiseDays: 5,
    daysLeft: state === 'closed' ? null : 3,
    phone: '12345',
  };
}

/** Contexts differ where different things are known, not where the same things have other values. */
function shapeOf(value: unknown, depth = 0): string {
  if (Array.isArray(value)) return `[${Math.min(value.length, 2)}]`;
  if (typeof value === 'object' && value !== null) {
    if (depth === 2) return '{}';
    const entries = Object.entries(value).filter(([key, each]) => each !== undefined && key !== 'lastFailure');
    return `{${entries.map(([key, each]) => `${key}:${shapeOf(each, depth + 1)}`).sort()}}`;
  }
  return typeof value === 'string' ? 'text' : String(value);
}

const valueOfKind: Readonly<Record<string, string>> = {
  text: '示例',
  name: '示例',
  address: '示例路一号院',
  digits: '12',
  phone: '13800138000',
  idNumber: '11010519491231002X',
  date: '2026-01-05',
  caseCode: '12345678',
};

/** Data that a person could send with this event from this screen. */
function samples(event: string, { screen, props }: Projected): Readonly<Record<string, unknown>>[] {
  switch (event) {
    case 'CHOSEN':
      return screen === 'choose' ? props.options.filter((each) => !each.unavailable).map(({ id }) => ({ id })) : [];
    case 'KEEP':
    case 'MORE_PAGES':
      return screen === 'comparePictures' ? props.shots.map(({ id }) => ({ id })) : [];
    case 'EDIT':
      return screen === 'review'
        ? props.sections.filter((each) => each.editable).map(({ id }) => ({ section: id }))
        : [];
    case 'ENTERED':
      if (screen === 'digits') return [{ text: valueOfKind[props.kind] ?? '' }];
      if (screen !== 'form') return [];
      return [
        {
          values: Object.fromEntries(
            props.fields.map(({ name, kind, options }) => [name, options?.[0]?.id ?? valueOfKind[kind] ?? '']),
          ),
        },
        ...(props.fields.some((each) => each.required) ? [{ values: {} }] : []),
      ];
    case 'CODE':
      return [{ text: '1'.repeat(44) }];
    case 'SIGNED':
      return [{ width: 100, height: 50, strokes: [[[1, 2, 0]]] }];
    case 'RATED':
      return [{ level: 5 }];
    case 'PICTURE_TAKEN':
      return [{ id: 'picture-1' }];
    default:
      return [{}];
  }
}
