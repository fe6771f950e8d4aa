import { afterEach, describe, expect, it } from 'vitest';
import { Citizen, is } from '../harness/citizen.ts';
import { readSlip, scanSlip, wholeSlips } from '../harness/slip-reading.ts';
import { worldOfThisFile } from '../harness/terminal-stage.ts';

const world = worldOfThisFile();
const outcome = is('outcome');
const printed = (how: string) => is('outcome', ({ props }) => props.printed === how);
/** More than the longest way of saying where the paper begins, and well before the cut. */
const middle = 700;

afterEach(() => repair());

function repair(): void {
  const printer = world.printer();
  for (const fault of printer.activeFaults()) printer.setFault(fault, false);
  if (!printer.plugged) printer.replug();
}

/** Slips of this case that a person would take for good. */
function slipsOf(code: string) {
  return wholeSlips(world.printer())
    .map((slip) => ({ slip, ...readSlip(slip) }))
    .filter(({ text }) => text.replaceAll(/\s/g, '').includes(code));
}

async function readyToSend(): Promise<Citizen> {
  const citizen = await Citizen.walkUp(world);
  await citizen.walksTo(is('confirm', ({ chrome }) => chrome.journey?.step === 6));
  return citizen;
}

/** The printer works again; the person asks for the slip until they hold one. */
async function printsAgain(citizen: Citizen, code: string): Promise<void> {
  await expect
    .poll(
      async () => {
        const screen = citizen.screen();
        if (outcome(screen) && screen.props.printed !== 'yes') citizen.say('PRINT_AGAIN');
        else if (is('tell')(screen)) citizen.say('AGAIN');
        return outcome(screen) && screen.props.printed === 'yes';
      },
      { timeout: 15_000, interval: 150 },
    )
    .toBe(true);
  const slips = slipsOf(code);
  expect(slips.length).toBeGreaterThan(0);
  expect(slips.filter(({ text }) => !text.includes('补打')).length).toBeLessThanOrEqual(1);
  for (const { slip } of slips) expect(await scanSlip(world.printer(), slip)).toBe(code);
}

describe('a printer that cannot print', () => {
  it.each([
    ['paperOut', /打印纸用完/, /out of paper/],
    ['jam', /卡纸/, /jammed/],
    ['coverOpen', /盖子开着/, /cover is open/],
    ['unplug', /没有连接|没有反应/, /not connected|does not answer/],
  ])(
    '%s before the slip: the code is on the screen, and the slip follows when it works again',
    async (what, zh, en) => {
      const citizen = await readyToSend();
      if (what === 'unplug') world.printer().unplug();
      else world.printer().setFault(what, true);
      citizen.say('YES');
      await citizen.sees(printed('no'));
      const told = await citizen.readsBoth();
      expect(told['zh-CN']).toMatch(zh);
      expect(told.en).toMatch(en);
      const code = citizen.told ?? '';
      expect(slipsOf(code)).toEqual([]);
      repair();
      await printsAgain(citizen, code);
      expect(await citizen.goesHome()).toBe(code);
      await world.arrivesOnce(citizen.persona, code);
    },
  );

  it('without paper for the list of papers: a sentence, and the journey goes on without it', async () => {
    world.printer().setFault('paperOut', true);
    const citizen = await Citizen.walkUp(world);
    await citizen.walksTo(is('askList'));
    citizen.say('PRINT_LIST');
    await citizen.sees(is('tell'));
    const told = await citizen.readsBoth();
    expect(told['zh-CN']).toMatch(/打印纸用完/);
    expect(told.en).toMatch(/out of paper/);
    // No number stands on this screen that could be noted down.
    expect(told.en).not.toMatch(/number/);
    const code = await citizen.goesHome();
    await world.arrivesOnce(citizen.persona, code);
  });
});

describe('a printer that breaks off in the middle of the slip', () => {
  it.each(['paperOut', 'jam', 'coverOpen', 'cutterError', 'unplug'])(
    '%s: the truth about the slip, the case arrives once, and a whole slip follows',
    async (what) => {
      const citizen = await readyToSend();
      world.printer().breakAfter(middle, what);
      citizen.say('YES');
      if (what === 'unplug') {
        // The driver waits for the plug; nobody else need stand there that long.
        await expect.poll(() => world.printer().plugged, { timeout: 10_000 }).toBe(false);
        world.printer().replug();
      }
      const shown = await citizen.sees(outcome);
      expect(shown.props.printed).not.toBe('yes');
      await citizen.readsBoth();
      const code = citizen.told ?? '';
      expect(slipsOf(code)).toEqual([]);
      repair();
      await printsAgain(citizen, code);
      expect(await citizen.goesHome()).toBe(code);
      await world.arrivesOnce(citizen.persona, code);
    },
  );

  it('nobody repairs it: the person leaves with the code on the screen', async () => {
    const citizen = await readyToSend();
    world.printer().breakAfter(middle, 'jam');
    citizen.say('YES');
    await citizen.sees(outcome);
    const code = await citizen.goesHome();
    await world.arrivesOnce(citizen.persona, code);
  });
});

describe('long and rare texts', () => {
  it.each([
    { name: '𠮷㛃𬎆', address: '云南省文山壮族苗族自治州富宁县示例瑶族乡示范村民委员会样本小组第十二号' },
    { name: '阿卜杜热合曼·麦麦提图尔荪尼亚', address: '新疆维吾尔自治区乌鲁木齐市天山区𡐓村㙍路5号' },
  ])('$name: the slip is right, and the case has name and address as on the card', async (special) => {
    const persona = world.somebody({ ...special, choice: 0 });
    const plain = world.somebody({ name: '王示例', choice: 0 });
    const codes: string[] = [];
    for (const each of [persona, plain]) {
      const citizen = await Citizen.walkUp(world, each);
      codes.push(await citizen.goesHome());
    }
    const [rare, ordinary] = codes.map((code) => slipsOf(code)[0]);
    if (!rare || !ordinary) throw new Error('both slips were printed');
    expect(await scanSlip(world.printer(), rare.slip)).toBe(codes[0]);
    // Surname and last character stay; what the printer has no glyph for is a picture more.
    if (special.name.startsWith('阿')) expect(rare.text).toContain('阿*****·*******亚');
    else expect(rare.pictures).toBeGreaterThan(ordinary.pictures);
    expect(rare.text).not.toMatch(/[?\ufffd]/);
    const { payload } = await world.arrivesOnce(persona, codes[0] ?? '');
    expect(payload.holder).toMatchObject({ source: 'card', name: special.name, details: { address: special.address } });
    await world.arrivesOnce(plain, codes[1] ?? '');
  });
});
