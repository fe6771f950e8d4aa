import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Citizen, is } from '../harness/citizen.ts';
import { readSlip, scanSlip, wholeSlips } from '../harness/slip-reading.ts';
import { worldOfThisFile } from '../harness/terminal-stage.ts';

const preload = new URL('../harness/wrong-clock.ts', import.meta.url).href;
const options = process.env.NODE_OPTIONS;
/** The terminal is a child of this process and takes these over; the centre stays here, with the right time. */
const startAt = (at: string) => {
  process.env.NODE_OPTIONS = `--import ${preload}?at=${at}`;
};

beforeAll(() => startAt('1970-01-01T00:00:00Z'));
afterAll(() => {
  process.env.NODE_OPTIONS = options ?? '';
});

const world = worldOfThisFile();

describe.each([
  ['1970-01-01T00:00:05Z', '1970'],
  ['2056-02-29T12:00:00Z', '2056'],
])('the clock of the terminal says %s', (at, year) => {
  it('a case arrives once, its slip can be scanned, and it is found again', async () => {
    startAt(at);
    await world.freshProcess();
    const persona = world.somebody();
    const code = await (await Citizen.walkUp(world, persona)).goesHome();
    await world.arrivesOnce(persona, code);
    const slip = wholeSlips(world.printer()).at(-1);
    if (!slip) throw new Error('no slip was printed');
    expect(await scanSlip(world.printer(), slip)).toBe(code);
    // Proof that the clock was wrong indeed: the time of printing is the terminal's own.
    expect(readSlip(slip).text).toContain(year);
    const back = await Citizen.walkUp(world, persona, 'progress');
    const timeline = await back.walksTo(is('timeline'));
    expect(timeline.props.code).toBe(code);
    await back.goesHome();
  });

  it('it is put right in the middle of a visit: nobody is sent away, and the case arrives once', async () => {
    startAt(at);
    await world.freshProcess();
    const citizen = await Citizen.walkUp(world);
    await citizen.walksTo(is('review'));
    process.kill(world.stage().terminal().pid, 'SIGUSR2');
    const code = await citizen.goesHome();
    await world.arrivesOnce(citizen.persona, code);
  });
});
