import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checkFlow } from '../../runtime/flow/check/check.ts';
import { runFlowCheck } from '../../runtime/flow/check/command.ts';
import type { Rule } from '../../runtime/flow/check/findings.ts';

const flowsDirectory = new URL('../../flows', import.meta.url).pathname;
const shipped = ['queue-ticket', 'apply', 'progress'] as const;

// biome-ignore lint/suspicious/noExplicitAny: faults are injected below the types that would forbid them
type Json = any;
interface Files {
  flow: Json;
  chinese: Json;
  english: Json;
}
/** A kind of fault: every place of a flow where it can be made, each as a function that makes it. */
interface FaultKind {
  readonly name: string;
  readonly rules: readonly Rule[];
  readonly places: (files: Files) => (() => void)[];
}

let scratch: string;
let originals: Map<string, Files>;

beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'window24-check-'));
  const read = async (flow: string, file: string) =>
    JSON.parse(await readFile(join(flowsDirectory, flow, file), 'utf8')) as Json;
  originals = new Map();
  for (const id of shipped) {
    originals.set(id, {
      flow: await read(id, 'flow.json'),
      chinese: await read(id, 'zh-CN.json'),
      english: await read(id, 'en.json'),
    });
  }
});
afterAll(() => rm(scratch, { recursive: true, force: true }));

/** Writes the files as a flow folder and checks it. */
async function checked(id: string, files: Files) {
  const directory = join(scratch, id);
  await mkdir(directory, { recursive: true });
  await writeFile(join(directory, 'flow.json'), JSON.stringify(files.flow));
  await writeFile(join(directory, 'zh-CN.json'), JSON.stringify(files.chinese));
  await writeFile(join(directory, 'en.json'), JSON.stringify(files.english));
  return checkFlow(directory);
}

const states = (files: Files): [string, Json][] => Object.entries(files.flow.machine.states);
const invoking = (files: Files) => states(files).filter(([, state]) => state.invoke);
const showing = (files: Files) => states(files).filter(([, state]) => state.meta);

/** All transitions of a flow as objects, with their place. */
function transitionsOf(files: Files): { holder: Json; key: string; list: Json[] }[] {
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

const kinds: readonly FaultKind[] = [
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

describe('the flow checker', () => {
  it('finds the shipped flows, slips and items sound', async () => {
    const { exitCode, output } = await runFlowCheck([flowsDirectory, '--json']);
    const { sound, reports } = JSON.parse(output);
    expect(reports.flatMap((report: Json) => report.findings)).toEqual([]);
    expect({ exitCode, sound }).toEqual({ exitCode: 0, sound: true });
    expect(reports.map((report: Json) => report.flow)).toEqual([
      'apply',
      'progress',
      'queue-ticket',
      'slips',
      'catalogue',
    ]);
  });

  it('is not disturbed by how transitions are written', async () => {
    for (const [id, original] of originals) {
      const files = structuredClone(original);
      transitionsOf(files);
      expect((await checked(id, files)).findings).toEqual([]);
    }
  });

  it.each(kinds)('finds $name, wherever it is', async ({ places, rules: expected }) => {
    const sites = [...originals].flatMap(([id, original]) =>
      places(structuredClone(original)).map((_, place) => ({ id, place })),
    );
    expect(sites.length).toBeGreaterThan(0);
    const property = fc.asyncProperty(fc.constantFrom(...sites), async ({ id, place }) => {
      const files = structuredClone(originals.get(id) as Files);
      places(files)[place]?.();
      const { findings } = await checked(id, files);
      const found = findings.filter((each) => expected.includes(each.rule));
      expect(found, `${id}, place ${place}: ${JSON.stringify(findings)}`).not.toEqual([]);
    });
    await fc.assert(property, { numRuns: Math.min(12, sites.length), seed: 24 });
  });

  it('finds a value that some way into a state leaves unwritten, and tells the way', async () => {
    const files = structuredClone(originals.get('apply') as Files);
    delete files.flow.machine.states.planning.invoke.onDone.actions;
    const { findings } = await checked('apply', files);
    const found = findings.find((each) => each.rule === 'data' && each.state === 'filling');
    expect(found?.sentence).toContain('"plan"');
    expect(found?.path[0]).toBe('loadingItems');
    expect(found?.path.at(-1)).toBe('filling');
  });

  it('sees that a failure told of was forgotten by a service that succeeded', async () => {
    const files = structuredClone(originals.get('queue-ticket') as Files);
    files.flow.machine.states.nothingOpen.meta.screen.because = 'lastFailure';
    const { findings } = await checked('queue-ticket', files);
    expect(findings.map(({ rule, state }) => ({ rule, state }))).toEqual([{ rule: 'data', state: 'nothingOpen' }]);
  });
});

describe('the flow checker meets hostile files', () => {
  async function withFlow(content: string): Promise<readonly { rule: string; sentence: string }[]> {
    const directory = join(scratch, 'progress');
    await cp(join(flowsDirectory, 'progress'), directory, { recursive: true });
    await writeFile(join(directory, 'flow.json'), content);
    return (await checkFlow(directory)).findings;
  }
  const whole = () => JSON.stringify(originals.get('progress')?.flow);

  it('names what is wrong with a file cut off anywhere', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 0, max: whole().length - 1 }), async (length) => {
        const findings = await withFlow(whole().slice(0, length));
        expect(findings.map((each) => each.rule)).toEqual(['file']);
        expect(findings[0]?.sentence).toContain('flow.json');
      }),
      { numRuns: 15, seed: 24 },
    );
  });

  it('refuses ten megabytes unread', async () => {
    const findings = await withFlow(`{"id": "${'x'.repeat(10 * 1024 * 1024)}"}`);
    expect(findings).toHaveLength(1);
    expect(findings[0]?.sentence).toContain('bytes');
  });

  it('refuses deep nesting', async () => {
    const findings = await withFlow('['.repeat(200_000));
    expect(findings[0]?.sentence).toContain('nested deeper');
  });

  it('refuses more states than anybody can read', async () => {
    const flow = structuredClone(originals.get('progress')?.flow);
    for (let n = 0; n < 5000; n++) flow.machine.states[`s${n}`] = { type: 'final' };
    const findings = await withFlow(JSON.stringify(flow));
    expect(findings.map((each) => each.sentence).join()).toContain('5017 states');
  });

  it('survives names that every object has', async () => {
    const flow = structuredClone(originals.get('progress')?.flow);
    flow.machine.states.reading.meta.screen.use = '__proto__';
    flow.machine.states.reading.on = JSON.parse('{"__proto__": "constructor", "toString": "finding"}');
    flow.machine.states.printing.invoke.src = 'hasOwnProperty';
    flow.needs.services = ['__proto__'];
    const findings = await withFlow(
      JSON.stringify(flow).replace('"reading":', '"constructor": {"type": "final"}, "reading":'),
    );
    expect(findings.length).toBeGreaterThan(2);
  });

  it('ends on flows that run in circles', async () => {
    const flow = structuredClone(originals.get('progress')?.flow);
    flow.machine.states.found.always = [{ target: 'circle' }];
    flow.machine.states.circle = { always: [{ target: 'found' }] };
    const findings = await withFlow(JSON.stringify(flow));
    expect(findings.filter((each) => each.rule === 'spin')).toHaveLength(2);
  });

  it('never throws for any JSON', async () => {
    await fc.assert(
      fc.asyncProperty(fc.json(), async (text) => {
        expect((await withFlow(text)).length).toBeGreaterThan(0);
      }),
      { numRuns: 40, seed: 24 },
    );
  });

  it('says so where there is nothing to check', async () => {
    expect((await runFlowCheck([join(scratch, 'nowhere')])).exitCode).toBe(2);
    expect((await runFlowCheck([])).exitCode).toBe(2);
    expect((await runFlowCheck(['--unknown'])).exitCode).toBe(2);
  });
});
