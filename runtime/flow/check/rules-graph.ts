import type { FlowState } from '../language.ts';
import { type ServiceName, services } from '../vocabulary.ts';
import { type CheckRule, type Note, statesOf } from './findings.ts';
import { spinningStates, statesWithExit } from './graph.ts';

export const reachable: CheckRule = ({ graph, paths }, note) => {
  for (const state of graph.states) if (!paths.has(state)) note('reachable', state, 'No way leads here.');
};

/** From everywhere to the end, and never round and round without a person deciding so. */
export const exits: CheckRule = ({ graph, paths }, note) => {
  if (graph.finals.size === 0) note('exit', null, 'The flow has no final state.');
  const leading = statesWithExit(graph);
  for (const state of graph.states) {
    if (paths.has(state) && !leading.has(state)) note('exit', state, 'From here no way leads to the end of the flow.');
  }
  for (const state of spinningStates(graph))
    note('spin', state, 'From here the flow comes back here by itself; a person must decide to try again.');
};

/** Events without which a screen would have a button that does nothing, or a person who cannot go on. */
const owed = new Map<string, readonly string[]>(
  Object.entries({
    choose: ['CHOSEN'],
    chooseScenario: ['CHOSEN'],
    askList: ['CONTINUE', 'PRINT_LIST'],
    confirm: ['YES'],
    digits: ['ENTERED'],
    form: ['ENTERED'],
    capture: ['PICTURE_TAKEN', 'NO_CAMERA', 'SKIP'],
    comparePictures: ['KEEP', 'RETAKE', 'MORE_PAGES'],
    review: ['CONFIRMED', 'EDIT'],
    sign: ['SIGNED'],
    outcome: ['OK', 'PRINT_AGAIN'],
    findCase: ['CODE', 'NO_CARD'],
    timeline: ['OK'],
    evaluate: ['RATED', 'SKIP'],
  }),
);

function takes(state: FlowState, event: string): boolean {
  return state.on !== undefined && Object.hasOwn(state.on, event);
}

/** What each screen offers, and what the state can take, must be the same. */
export const holes: CheckRule = ({ definition }, note) => {
  for (const [name, state] of statesOf(definition)) {
    const screen = state.meta?.screen;
    if (!screen) continue;
    for (const event of owed.get(screen.use) ?? []) {
      if (!takes(state, event)) note('hole', name, `The screen "${screen.use}" needs the event "${event}".`);
    }
    agree(name, screen.use === 'confirm' && screen.no !== undefined, 'NO', 'a text "no"', state, note);
    agree(
      name,
      screen.use === 'presentCard' && screen.alternative !== undefined,
      'NO_CARD',
      'a text "alternative"',
      state,
      note,
    );
    if (screen.use === 'presentCard' && state.invoke?.src !== 'idCardReader.read')
      note('hole', name, 'The screen asks for a card, but nothing reads it.');
    if (screen.use === 'wait' && !state.invoke) note('hole', name, 'The screen says "wait", but nothing is going on.');
    if (screen.use !== 'wait' && state.invoke && state.invoke.src !== 'idCardReader.read')
      note('hole', name, `While "${state.invoke.src}" runs, the screen must be "wait".`);
    if (screen.use === 'tell') buttons(name, screen.actions, state, note);
    for (const [event, transitions] of Object.entries(state.on ?? {})) {
      const last = Array.isArray(transitions) ? transitions.at(-1) : transitions;
      if (typeof last === 'object' && last.guard)
        note('hole', name, `"${event}" does nothing where no guard holds: let the last one have none.`);
    }
  }
};

/** Events of these screens that stand and fall with one of their texts. */
function agree(name: string, offered: boolean, event: string, by: string, state: FlowState, note: Note): void {
  const use = state.meta?.screen.use;
  if (use !== 'confirm' && use !== 'presentCard') return;
  if ((event === 'NO') !== (use === 'confirm')) return;
  const taken = takes(state, event);
  if (offered && !taken) note('hole', name, `The screen offers "${event}", but nothing takes it.`);
  if (!offered && taken) note('hole', name, `"${event}" is taken, but the screen offers it only with ${by}.`);
}

/** Events of "tell" that have their place at the foot of every screen and need no button. */
const footEvents = ['BACK'];

function buttons(name: string, actions: unknown, state: FlowState, note: Note): void {
  const list: readonly unknown[] = Array.isArray(actions) ? actions : [];
  const offered = list.flatMap((each) =>
    typeof each === 'object' && each !== null && 'event' in each ? [String(each.event)] : [],
  );
  const main = list.filter((each) => typeof each === 'object' && each !== null && 'main' in each && each.main === true);
  if (main.length !== 1) note('hole', name, `One button is the main one; here ${main.length} are.`);
  for (const event of offered) {
    if (event !== 'LEAVE' && !takes(state, event)) note('hole', name, `The button "${event}" leads nowhere.`);
    if (offered.filter((each) => each === event).length > 1) note('hole', name, `Two buttons send "${event}".`);
  }
  for (const event of Object.keys(state.on ?? {})) {
    if (!offered.includes(event) && !footEvents.includes(event))
      note('hole', name, `"${event}" is taken, but no button sends it.`);
  }
}

/** Printing and submitting end in a known outcome: no event may tear the citizen away in between. */
export const effects: CheckRule = ({ definition }, note) => {
  for (const [name, state] of statesOf(definition)) {
    const src = state.invoke?.src ?? '';
    if (!Object.hasOwn(services, src)) continue;
    const service = services[src as ServiceName];
    if (service.leavable && !service.effect) continue;
    for (const event of Object.keys(state.on ?? {}))
      note('effect', name, `"${event}" would leave while "${src}" runs, before its outcome is known.`);
  }
};

/** Screens that ask nothing, or that say by themselves what to do. */
const plainScreens = ['wait', 'tell'];

/** The progress display says where one is; help says what to do there. */
export const steps: CheckRule = ({ definition, paths }, note) => {
  const order = definition.steps.map((each) => each.id);
  const used = new Set<string>();
  for (const [name, { meta, type }] of statesOf(definition)) {
    if (type === 'final' || !meta) continue;
    if (meta.step === undefined) note('steps', name, 'The screen belongs to no step of the journey.');
    else used.add(meta.step);
    if (!plainScreens.includes(meta.screen.use) && paths.has(name) && !meta.help?.length)
      note('help', name, 'People decide something here, and there is no help.');
  }
  for (const [n, step] of order.entries()) {
    if (!used.has(step)) note('steps', null, `No state belongs to the step "${step}".`);
    if (order.indexOf(step) !== n) note('steps', null, `The step "${step}" is listed twice.`);
  }
  const first = definition.machine.states[definition.machine.initial]?.meta?.step;
  if (first !== undefined && first !== order[0]) note('steps', null, 'The journey does not begin with its first step.');
};
