import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checkFlow } from '../../runtime/flow/check/check.ts';
import { runFlowCheck } from '../../runtime/flow/check/command.ts';
import { type Files, faultKinds, type Json, transitionsOf } from '../harness/flow-faults.ts';

const flowsDirectory = new URL('../../flows', import.meta.url).pathname;
const shipped = ['queue-ticket', 'apply', 'progress'] as const;

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

  it.each(faultKinds)('finds $name, wherever it is', async ({ places, rules: expected }) => {
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
