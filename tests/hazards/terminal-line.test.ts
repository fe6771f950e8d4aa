import { afterEach, describe, expect, it } from 'vitest';
import { Citizen, is } from '../harness/citizen.ts';
import { readSlip, wholeSlips } from '../harness/slip-reading.ts';
import { worldOfThisFile } from '../harness/terminal-stage.ts';

const world = worldOfThisFile();
const line = () => world.stage().bench.line;
const lineUp = is('attract', ({ props }) => !props.notices.some((each) => each.includes('线路')));

afterEach(async () => {
  line().setMode('up');
  const passer = await Citizen.walkUp(world);
  // Where nothing waits to be sent, the terminal looks for the line only now and then.
  const down = !lineUp(passer.screen());
  await passer.person.leave();
  if (down) await world.freshProcess();
});

async function readyToSend(): Promise<Citizen> {
  const citizen = await Citizen.walkUp(world);
  await citizen.walksTo(is('confirm', ({ chrome }) => chrome.journey?.step === 6));
  return citizen;
}

describe('the centre while a case is sent', () => {
  it.each(['cut', 'nonsense', 'stall'] as const)(
    '%s: the case is kept, the slip says so, and it arrives once when the line is back',
    async (mode) => {
      const citizen = await readyToSend();
      line().setMode(mode);
      citizen.say('YES');
      await citizen.sees(is('outcome'));
      const told = await citizen.readsBoth();
      expect(told['zh-CN']).toMatch(/已经安全存好，线路恢复后自动发送/);
      expect(told.en).toMatch(/Kept safely/);
      const code = await citizen.goesHome();
      expect(await world.casesOf(citizen.persona)).toEqual([]);
      const slip = readSlip(wholeSlips(world.printer()).at(-1) ?? fail());
      expect(slip.text).toContain('暂存凭条');
      expect(slip.text.replaceAll(/\s/g, '')).toContain(code);
      await Citizen.findsLineUp(world);
      await world.arrivesOnce(citizen.persona, code);
    },
  );

  it('slow: what is said is true, and it arrives once', async () => {
    line().setMode('slow');
    const citizen = await readyToSend();
    citizen.say('YES');
    await citizen.sees(is('outcome'));
    await citizen.readsBoth();
    const code = await citizen.goesHome();
    await world.arrivesOnce(citizen.persona, code);
  });

  it('cut as soon as sealing begins, then up, then cut: still once', async () => {
    const citizen = await readyToSend();
    citizen.say('YES');
    await citizen.sees(is('wait'));
    for (const mode of ['cut', 'up', 'cut', 'up'] as const) {
      line().setMode(mode);
      await new Promise((resolve) => setImmediate(resolve));
    }
    await citizen.sees(is('outcome'));
    const code = await citizen.goesHome();
    await world.arrivesOnce(citizen.persona, code);
  });
});

describe('the centre while somebody takes a number', () => {
  it.each(['cut', 'stall', 'nonsense'] as const)(
    '%s: a sentence, and one number when the line is back',
    async (mode) => {
      const { centre } = world.stage().bench;
      const before = centre.tickets().length;
      const citizen = await Citizen.walkUp(world, world.somebody(), 'queue-ticket');
      await citizen.walksTo((screen) => screen.screen !== 'attract');
      line().setMode(mode);
      await citizen.walksTo(is('tell', ({ props }) => props.tone === 'trouble'));
      await citizen.readsBoth();
      expect(centre.tickets().length).toBe(before);
      line().setMode('up');
      await citizen.walksTo(is('outcome'));
      await citizen.goesHome();
      expect(centre.tickets().length).toBe(before + 1);
    },
  );

  it('cut, and the person goes: the next one is told why no number is to be had', async () => {
    const citizen = await Citizen.walkUp(world, world.somebody(), 'queue-ticket');
    await citizen.walksTo((screen) => screen.screen !== 'attract');
    line().setMode('cut');
    await citizen.walksTo(is('tell', ({ props }) => props.tone === 'trouble'));
    citizen.say('LEAVE');
    await citizen.walksTo(is('attract'));
    const refused = ({ id, unavailable }: { id: string; unavailable?: string | undefined }) =>
      id === 'queue-ticket' && unavailable?.includes('连不上中心');
    await citizen.sees(is('attract', ({ props }) => props.journeys.some(refused)));
    const told = await citizen.readsBoth();
    expect(told.en).toMatch(/line to the centre is down/);
    await citizen.person.leave();
    world.sameProcess();
  });
});

describe('the centre while somebody looks at their case', () => {
  it.each(['cut', 'stall', 'nonsense'] as const)('%s: a sentence, and the case when the line is back', async (mode) => {
    const persona = world.somebody();
    const code = await (await Citizen.walkUp(world, persona)).goesHome();
    await world.arrivesOnce(persona, code);
    const back = await Citizen.walkUp(world, persona, 'progress');
    await back.walksTo(is('findCase'));
    line().setMode(mode);
    back.placeCard();
    await back.sees(is('tell', ({ props }) => props.tone === 'trouble'));
    await back.readsBoth();
    line().setMode('up');
    const timeline = await back.walksTo(is('timeline'));
    expect(timeline.props.code).toBe(code);
    await back.goesHome();
  });
});

function fail(): never {
  throw new Error('no slip was printed');
}
