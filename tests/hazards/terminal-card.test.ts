import { afterEach, describe, expect, it } from 'vitest';
import type { CommandName } from '../../drivers/id-card-reader/samv/codec.ts';
import { Citizen, is } from '../harness/citizen.ts';
import { worldOfThisFile } from '../harness/terminal-stage.ts';

const world = worldOfThisFile();

afterEach(() => {
  const reader = world.reader();
  for (const fault of reader.activeFaults()) reader.setFault(fault, false);
  if (!reader.plugged) reader.replug();
  reader.liftCard();
});

const trouble = is('tell', ({ props }) => props.tone === 'trouble');

/** Does it at the next command of this name, before the reader answers. */
function whenAsked(name: CommandName | 'anything', act: () => void): void {
  const stop = world.reader().onCommand((asked) => {
    if (name !== 'anything' && asked !== name) return;
    stop();
    act();
  });
}

async function atTheReader(): Promise<Citizen> {
  const citizen = await Citizen.walkUp(world);
  await citizen.walksTo(is('presentCard', ({ props }) => props.state === 'waiting'));
  return citizen;
}

describe('a card reader that does not work', () => {
  // One that failed twice is left alone for half a minute; no test must find it in that state.
  afterEach(() => world.freshProcess());

  it.each([
    ['garble', /读卡器/, /reader/],
    ['wrongChecksum', /读卡器/, /reader/],
    ['wrongLength', /读卡器/, /reader/],
    ['truncate', /读卡器/, /reader/],
    ['stall', /读卡器/, /reader/],
    ['samError', /读卡器/, /reader/],
    ['unauthorised', /读卡器/, /reader/],
    ['cardError', /卡读不出来/, /cannot be read/],
    ['unknownLayout', /不认识的格式/, /does not know the kind/],
  ])(
    '%s while the card lies there: a sentence, then the number is typed and the case arrives',
    async (fault, zh, en) => {
      const citizen = await atTheReader();
      whenAsked('select', () => world.reader().setFault(fault, true));
      citizen.placeCard();
      await citizen.sees(trouble);
      const told = await citizen.readsBoth();
      expect(told['zh-CN']).toMatch(zh);
      expect(told.en).toMatch(en);
      citizen.say('OTHER_WAY');
      await citizen.walksTo(is('review'));
      world.reader().setFault(fault, false);
      const code = await citizen.goesHome();
      const arrived = await world.arrivesOnce(citizen.persona, code);
      expect(arrived.payload.holder).toMatchObject({ source: 'typed', name: citizen.persona.name });
    },
  );
});

describe('a line that is not clean', () => {
  it.each(['garble', 'wrongChecksum', 'wrongLength', 'truncate'])(
    '%s once: the answer is asked for again',
    async (fault) => {
      const citizen = await atTheReader();
      whenAsked('read', () => {
        world.reader().setFault(fault, true);
        whenAsked('anything', () => world.reader().setFault(fault, false));
      });
      citizen.placeCard();
      await citizen.walksTo(is('review'));
      const code = await citizen.goesHome();
      const arrived = await world.arrivesOnce(citizen.persona, code);
      expect(arrived.payload.holder).toMatchObject({ source: 'card', name: citizen.persona.name });
    },
  );

  it('noise between the frames is no trouble at all', async () => {
    world.reader().setFault('noise', true);
    const citizen = await Citizen.walkUp(world);
    const code = await citizen.goesHome();
    const arrived = await world.arrivesOnce(citizen.persona, code);
    expect(arrived.payload.holder).toMatchObject({ source: 'card', name: citizen.persona.name });
  });
});

describe('a card that does not stay', () => {
  it.each(['select', 'read', 'readNewest'] as const)('lifted at %s: put down again, it is read', async (at) => {
    const citizen = await atTheReader();
    whenAsked(at, () => world.reader().liftCard());
    citizen.placeCard();
    if (trouble(await citizen.sees((screen) => trouble(screen) || is('confirm')(screen)))) {
      const told = await citizen.readsBoth();
      expect(told['zh-CN']).toMatch(/拿起得太早/);
      citizen.say('AGAIN');
    }
    const code = await citizen.goesHome();
    const arrived = await world.arrivesOnce(citizen.persona, code);
    expect(arrived.payload.holder).toMatchObject({ source: 'card', number: citizen.persona.number });
  });
});

describe('a reader that is unplugged', () => {
  afterEach(() => world.freshProcess());

  it('before the card: the screen says so, and goes on once it is plugged in again', async () => {
    const citizen = await atTheReader();
    world.reader().unplug();
    const next = await citizen.sees(
      (screen) => trouble(screen) || is('presentCard', ({ props }) => props.state === 'unavailable')(screen),
    );
    await citizen.readsBoth();
    world.reader().replug();
    if (!trouble(next)) await citizen.sees((screen) => trouble(screen) || is('presentCard')(screen));
    if (trouble(citizen.screen())) citizen.say('AGAIN');
    const code = await citizen.goesHome();
    const arrived = await world.arrivesOnce(citizen.persona, code);
    expect(arrived.payload.holder.number).toBe(citizen.persona.number);
  });

  it('while it reads: a sentence, and with the plug back the same card is read', async () => {
    const citizen = await atTheReader();
    whenAsked('read', () => world.reader().unplug());
    citizen.placeCard();
    await citizen.sees(trouble);
    const told = await citizen.readsBoth();
    expect(told.en).toMatch(/reader is not (connected|working)/);
    world.reader().replug();
    citizen.say('AGAIN');
    const code = await citizen.goesHome();
    const arrived = await world.arrivesOnce(citizen.persona, code);
    expect(arrived.payload.holder).toMatchObject({ source: 'card', number: citizen.persona.number });
  });

  it('before anybody comes: the attract screen says so, and the number can be typed', async () => {
    world.reader().unplug();
    const citizen = await Citizen.walkUp(world);
    await citizen.sees(is('attract', ({ props }) => props.notices.length > 0));
    const told = await citizen.readsBoth();
    expect(told.en).toMatch(/card reader/);
    await citizen
      .walksTo(is('presentCard', ({ props }) => props.state === 'unavailable'))
      .then(() => citizen.say('NO_CARD'));
    const code = await citizen.goesHome();
    await world.arrivesOnce(citizen.persona, code);
  });
});
