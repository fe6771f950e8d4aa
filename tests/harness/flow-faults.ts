import type { Rule } from '../../runtime/flow/check/findings.ts';

/** Faults are made below the types that would forbid them: on what the parser gives. */
export type Json = ReturnType<typeof JSON.parse>;
export interface Files {
  flow: Json;
  chinese: Json;
  english: Json;
}
/** A kind of fault: every place of a flow where it can be made, each as a function that makes it. */
export interface FaultKind {
  readonly name: string;
  readonly rules: readonly Rule[];
  readonly places: (files: Files) => (() => void)[];
}

const states = (files: Files): [string, Json][] => Object.entries(files.flow.machine.states);
const invoking = (files: Files) => states(files).filter(([, state]) => state.invoke);
const showing = (files: Files) => states(files).filter(([, state]) => state.meta);

/** All transitions of a flow as objects, with their place. */
export function transitionsOf(files: Files): { holder: Json; key: string; list: Json[] }[] {
  return states(files).flatMap(([, state]) => {
    const holders: [Json, string][] = [
      ...Object.keys(state.on ?? {}).map((key): [Json, string] => [state.on, key]),
      ...(state.invoke
        ? [[state.invoke, 'onDone'] as [Json, string], [state.invoke, 'onError'] as [Json, string]]
        : []),
      ...(state.always ? [[state, 'always'] as [Json, string]] : []),
    ];
    return holders.map(([holder, key]) => {
      const value = holder[key];
      const list = (Array.isArray(value) ? value : [value]).map((each: Json) =>
        typeof each === 'string' ? { target: each } : each,
      );
      holder[key] = list;
      return { holder, key, list };
    });
  });
}
const everyTransition = (files: Files) => transitionsOf(files).flatMap(({ list }) => list);
const everyAction = (files: Files) =>
  everyTransition(files).flatMap((each: Json) => (each.actions === undefined ? [] : [each.actions].flat()));
const everyGuard = (files: Files) => everyTransition(files).flatMap((each: Json) => each.guard ?? []);

export const faultKinds: readonly FaultKind[] = [
  {
    name: 'a target that does not exist',
    rules: ['names'],
    places: (files) => everyTransition(files).map((each) => () => Object.assign(each, { target: 'nowhere' })),
  },
  {
    name: 'a start that does not exist',
    rules: ['names'],
    places: (files) => [() => Object.assign(files.flow.machine, { initial: 'nowhere' })],
  },
  {
    name: 'a state that nothing leads to',
    rules: ['reachable'],
    places: (files) =>
      states(files)
        .filter(([, state]) => state.meta)
        .map(
          ([name, state]) =>
            () =>
              Object.assign(files.flow.machine.states, { [`${name}Copy`]: structuredClone(state) }),
        ),
  },
  {
    name: 'a state that only leads to itself',
    rules: ['exit'],
    places: (files) =>
      showing(files)
        .filter(([, state]) => !state.invoke)
        .map(([name, state]) => () => {
          for (const event of Object.keys(state.on)) state.on[event] = name;
        }),
  },
  {
    name: 'an unknown service',
    rules: ['names'],
    places: (files) =>
      invoking(files).map(
        ([, state]) =>
          () =>
            Object.assign(state.invoke, { src: 'constructor' }),
      ),
  },
  {
    name: 'an unknown patience',
    rules: ['names'],
    places: (files) =>
      invoking(files).map(
        ([, state]) =>
          () =>
            Object.assign(state.invoke.input, { within: 'forever' }),
      ),
  },
  {
    name: 'no patience',
    rules: ['schema'],
    places: (files) =>
      invoking(files).map(
        ([, state]) =>
          () =>
            delete state.invoke.input.within,
      ),
  },
  {
    name: 'no onError',
    rules: ['schema'],
    places: (files) =>
      invoking(files).map(
        ([, state]) =>
          () =>
            delete state.invoke.onError,
      ),
  },
  {
    name: 'no onDone',
    rules: ['schema'],
    places: (files) =>
      invoking(files).map(
        ([, state]) =>
          () =>
            delete state.invoke.onDone,
      ),
  },
  {
    name: 'a service without one of its parameters',
    rules: ['names'],
    places: (files) =>
      invoking(files).flatMap(([, { invoke }]) =>
        Object.keys(invoke.input)
          .filter((key) => ['queue', 'holder', 'item', 'data', 'template', 'fields', 'pictures'].includes(key))
          .filter((key) => invoke.src !== 'cases.progress' && !(invoke.src === 'effect.printSlip' && key === 'item'))
          .map((key) => () => delete invoke.input[key]),
      ),
  },
  {
    name: 'an unknown guard',
    rules: ['names'],
    places: (files) => everyGuard(files).map((each) => () => Object.assign(each, { type: 'toString' })),
  },
  {
    name: 'a guard without its parameters',
    rules: ['names'],
    places: (files) => everyGuard(files).map((each) => () => delete each.params),
  },
  {
    name: 'a failure that cannot come',
    rules: ['failures'],
    places: (files) =>
      everyGuard(files)
        .filter((each) => each.type === 'failedWith')
        .map((each) => () => each.params.code.push('paperOut')),
  },
  {
    name: 'an unknown action',
    rules: ['names'],
    places: (files) => everyAction(files).map((each) => () => Object.assign(each, { type: 'eval' })),
  },
  {
    name: 'an action with a foreign parameter',
    rules: ['names'],
    places: (files) => everyAction(files).map((each) => () => Object.assign(each.params, { expression: '1 + 1' })),
  },
  {
    name: 'a value that is not declared',
    rules: ['names'],
    places: (files) =>
      Object.keys(files.flow.data.properties).map((key) => () => delete files.flow.data.properties[key]),
  },
  {
    name: 'a value that nobody keeps',
    rules: ['data'],
    places: (files) => [() => Object.assign(files.flow.data.properties, { spare: { type: 'string' } })],
  },
  {
    name: 'personal data that is not declared as such',
    rules: ['sensitive'],
    places: (files) =>
      Object.entries(files.flow.data.properties)
        .filter(([key, each]) => (each as Json).sensitive && key !== 'plan')
        .map(
          ([, each]) =>
            () =>
              delete (each as Json).sensitive,
        ),
  },
  {
    name: 'an unknown screen',
    rules: ['names'],
    places: (files) =>
      showing(files).map(
        ([, { meta }]) =>
          () =>
            Object.assign(meta.screen, { use: 'hasOwnProperty' }),
      ),
  },
  {
    name: 'a screen with a foreign parameter',
    rules: ['names'],
    places: (files) =>
      showing(files).map(
        ([, { meta }]) =>
          () =>
            Object.assign(meta.screen, { html: '<b>' }),
      ),
  },
  {
    name: 'an event that the screen does not have',
    rules: ['names'],
    places: (files) =>
      showing(files)
        .filter(([, state]) => !state.invoke)
        .map(
          ([name, state]) =>
            () =>
              Object.assign(state.on, { HACK: name }),
        ),
  },
  {
    name: 'a button that leads nowhere',
    rules: ['hole'],
    places: (files) =>
      showing(files)
        .filter(([, { meta }]) => meta.screen.use === 'tell')
        .flatMap(([, state]) =>
          Object.keys(state.on)
            .filter((event) => event !== 'BACK')
            .map((event) => () => delete state.on[event]),
        ),
  },
  {
    name: 'a way that no button offers',
    rules: ['hole'],
    places: (files) =>
      showing(files)
        .filter(([, { meta }]) => meta.screen.use === 'tell')
        .map(([name, state]) => () => {
          const free = ['AGAIN', 'OTHER_WAY', 'CONTINUE', 'OK'].find((event) => !state.on[event]) ?? 'OK';
          state.on[free] = name;
        }),
  },
  {
    name: 'an event that matters is not taken',
    rules: ['hole'],
    places: (files) =>
      showing(files)
        .filter(([, { meta }]) => meta.screen.use !== 'tell')
        .flatMap(([, state]) =>
          Object.keys(state.on ?? {})
            .filter((event) => !['BACK', 'PRINT'].includes(event))
            .map((event) => () => delete state.on[event]),
        ),
  },
  {
    name: 'an event that only sometimes does something',
    rules: ['hole', 'names'],
    places: (files) =>
      transitionsOf(files)
        .filter(({ list }) => list.length === 1)
        .map(
          ({ list }) =>
            () =>
              Object.assign(list[0], { guard: { type: 'exists', params: { path: 'event' } } }),
        ),
  },
  {
    name: 'a way out of a running effect',
    rules: ['effect', 'names'],
    places: (files) =>
      invoking(files)
        .filter(([, state]) => state.invoke.src.startsWith('effect.') || state.invoke.src === 'tickets.take')
        .map(
          ([name, state]) =>
            () =>
              Object.assign(state, { on: { BACK: name } }),
        ),
  },
  {
    name: 'trying again for ever without asking',
    rules: ['spin'],
    places: (files) =>
      invoking(files).map(([name, state]) => () => {
        state.invoke.onError = name;
      }),
  },
  {
    name: 'a wait for nothing',
    rules: ['hole', 'names'],
    places: (files) =>
      invoking(files)
        .filter(([, state]) => state.meta.screen.use === 'wait')
        .map(
          ([, state]) =>
            () =>
              delete state.invoke,
        ),
  },
  {
    name: 'a text missing in one language',
    rules: ['texts'],
    places: (files) => Object.keys(files.english).map((key) => () => delete files.english[key]),
  },
  {
    name: 'a text that nothing shows',
    rules: ['texts'],
    places: (files) => [() => Object.assign(files.chinese, { 'spare.text': '多余' })],
  },
  {
    name: 'a text left untranslated',
    rules: ['texts'],
    places: (files) =>
      Object.keys(files.english).map((key) => () => {
        files.english[key] = files.chinese[key];
      }),
  },
  {
    name: 'a placeholder in one language only',
    rules: ['texts'],
    places: (files) =>
      Object.keys(files.english).map((key) => () => {
        files.english[key] += ' {extra}';
      }),
  },
  {
    name: 'a device that is used and not listed',
    rules: ['needs'],
    places: (files) =>
      files.flow.needs.optional.map((_: string, n: number) => () => files.flow.needs.optional.splice(n, 1)),
  },
  {
    name: 'a step that no state belongs to',
    rules: ['steps'],
    places: (files) => [() => files.flow.steps.push({ id: 'spare', title: files.flow.title })],
  },
  {
    name: 'a state in an unknown step',
    rules: ['names'],
    places: (files) =>
      showing(files).map(
        ([, { meta }]) =>
          () =>
            Object.assign(meta, { step: 'spare' }),
      ),
  },
  {
    name: 'a decision without help',
    rules: ['help'],
    places: (files) =>
      showing(files)
        .filter(([, { meta }]) => meta.help)
        .map(
          ([, { meta }]) =>
            () =>
              delete meta.help,
        ),
  },
  {
    name: 'another id than the folder',
    rules: ['names'],
    places: (files) => [() => Object.assign(files.flow, { id: 'other' })],
  },
];
