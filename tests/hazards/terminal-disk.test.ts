import { execFileSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { Citizen, is } from '../harness/citizen.ts';
import { worldOfThisFile } from '../harness/terminal-stage.ts';

const world = worldOfThisFile();

/**
 * The kernel refuses the running terminal every write to a file from now on (RLIMIT_FSIZE; Node ignores SIGXFSZ), as a
 * disk without a free block does, and without rights that a test may not have.
 */
function disk(state: 'full' | 'free'): void {
  const limit = state === 'full' ? '0:unlimited' : 'unlimited:unlimited';
  execFileSync('prlimit', ['--pid', String(world.stage().terminal().pid), `--fsize=${limit}`]);
}

afterEach(() => disk('free'));

const outbox = () => readdirSync(join(world.stage().stateDirectory, 'outbox'));

async function readyToSend(): Promise<Citizen> {
  const citizen = await Citizen.walkUp(world);
  await citizen.walksTo(is('confirm', ({ chrome }) => chrome.journey?.step === 6));
  return citizen;
}

it('full when the case is to be sealed: nothing is promised, and it is sent once there is room', async () => {
  const citizen = await readyToSend();
  disk('full');
  citizen.say('YES');
  await citizen.sees(is('tell', ({ props }) => props.tone === 'trouble'));
  const told = await citizen.readsBoth();
  expect(told['zh-CN']).toMatch(/没有提交|存不下/);
  expect(told.en).toMatch(/not sent|cannot store/);
  expect(citizen.told).toBeNull();
  citizen.say('AGAIN');
  await citizen.sees(is('wait'));
  await citizen.sees(is('tell', ({ props }) => props.tone === 'trouble'));
  expect(await world.casesOf(citizen.persona)).toEqual([]);
  disk('free');
  citizen.say('AGAIN');
  await citizen.sees(is('outcome'));
  const code = await citizen.goesHome();
  await world.arrivesOnce(citizen.persona, code);
  await expect.poll(outbox).toEqual([]);
});

it('full, and the person goes: nothing arrives, nothing stays, the next one is served', async () => {
  const citizen = await readyToSend();
  disk('full');
  citizen.say('YES');
  await citizen.sees(is('tell'));
  citizen.say('LEAVE');
  await citizen.walksTo(is('attract'));
  await citizen.person.leave();
  disk('free');
  const next = await Citizen.walkUp(world);
  const code = await next.goesHome();
  await world.arrivesOnce(next.persona, code);
  expect(await world.casesOf(citizen.persona)).toEqual([]);
  expect(citizen.told).toBeNull();
  await expect.poll(outbox).toEqual([]);
});

it('full when a slip is to be printed: nothing is printed that could not be recorded, and the visit goes on', async () => {
  const citizen = await Citizen.walkUp(world);
  await citizen.walksTo(is('askList'));
  const slips = world.printer().slips().length;
  disk('full');
  citizen.say('PRINT_LIST');
  await citizen.sees(is('tell'));
  const told = await citizen.readsBoth();
  expect(told.en).toMatch(/cannot record the print/);
  expect(world.printer().slips().length).toBe(slips);
  disk('free');
  const code = await citizen.goesHome();
  await world.arrivesOnce(citizen.persona, code);
});

it('full when the receipt comes: the case is at the centre once, and is settled when there is room', async () => {
  const { line } = world.stage().bench;
  const citizen = await readyToSend();
  line.setMode('cut');
  citizen.say('YES');
  await citizen.sees(is('outcome'));
  const code = await citizen.goesHome();
  disk('full');
  await Citizen.findsLineUp(world);
  await world.arrivesOnce(citizen.persona, code);
  disk('free');
  await expect.poll(outbox, { timeout: 15_000 }).toEqual([]);
  await world.arrivesOnce(citizen.persona, code);
  world.sameProcess();
});
