/** What goes wrong while somebody stands there, in real Chromium against the real terminal. */
import { createServer } from 'node:net';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import type { Config } from '../../config/schema.ts';
import { Person } from '../../runtime/rehearsal/person.ts';
import { makePersona } from '../../runtime/rehearsal/persona.ts';
import { samplePicture } from '../../runtime/rehearsal/picture.ts';
import { type Stage, setStage } from '../../runtime/rehearsal/stage.ts';
import { answer } from '../../runtime/rehearsal/walk.ts';
import type { Language, ScreenName } from '../../runtime/server/protocol.ts';
import { cardOf } from '../harness/terminal-stage.ts';
import { actOn } from '../harness/touched-journey.ts';
import { Toucher } from '../harness/toucher.ts';
import { findGeometryFaults } from '../harness/ui-geometry.ts';
import { axeFaults, launchChromium, panels } from '../harness/ui-page.ts';
import { unwrap } from '../harness/uplink-bench.ts';

const [portrait, landscape] = panels;
const patienceMs = 15_000;
/** What is typed goes up a moment later; a page that is gone by then cannot send it. */
const draftMs = 300;

let stage: Stage;
let browser: Browser;
let picture: Uint8Array;
let visitors = 0;
const contexts: BrowserContext[] = [];

/** The page finds the terminal again after a restart only at the same address. */
async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === 'object' && address !== null ? address.port : 0;
}

beforeAll(async () => {
  picture = await samplePicture();
  const port = await freePort();
  const change = (config: Config) => ({ ...config, server: { ...config.server, port } });
  stage = unwrap(await setStage({ paced: false, change }));
  browser = await launchChromium();
});

afterEach(async () => {
  stage.bench.reader?.liftCard();
  stage.bench.line.setMode('up');
  for (const context of contexts.splice(0)) await context.close();
  // Nobody's visit is left for the next test.
  await stage.kill();
  unwrap(await stage.start());
});

afterAll(async () => {
  await browser?.close();
  await stage?.close();
});

async function newPage(panel: (typeof panels)[number] = portrait, from = browser): Promise<Page> {
  const context = await from.newContext({
    viewport: panel,
    hasTouch: true,
    permissions: ['camera'],
    reducedMotion: 'reduce',
  });
  contexts.push(context);
  return context.newPage();
}

/** Leads a new visit up to a screen without a browser, and leaves the place to one. */
async function visitUpTo(screen: ScreenName, journey: string, language: Language = 'zh-CN'): Promise<void> {
  const person = unwrap(await Person.walkUp(stage.terminal().url));
  const persona = { ...makePersona(visitors++, picture), choice: 0 };
  const hands = {
    placeCard: () => stage.bench.reader?.placeCard(cardOf(persona)),
    liftCard: () => stage.bench.reader?.liftCard(),
  };
  person.send({ type: 'preference', language });
  for (let seq = -1; ; ) {
    const next = unwrap(await person.nextQuestion(seq, patienceMs)).screen;
    if (next.screen === screen && next.chrome.language === language) break;
    seq = next.seq;
    if (next.chrome.language === language) unwrap(await answer(person, next, persona, journey, hands));
  }
  await person.leave();
}

const heading = (page: Page) => page.locator('main h1').innerText();

it('keeps a half-typed answer when the page is loaded anew', async () => {
  await visitUpTo('form', 'apply');
  const toucher = await Toucher.at(await newPage(), stage.terminal().url);
  const { page } = toucher;
  await toucher.touch('next');
  await toucher.digits('1380');
  const asked = await heading(page);
  const typed = await page.locator('.field').inputValue();
  expect(typed.replaceAll(' ', '')).toBe('1380');
  await page.waitForTimeout(draftMs);
  await page.reload();
  await toucher.standing();
  expect(await heading(page)).toBe(asked);
  expect(await page.locator('.field').inputValue()).toBe(typed);
});

it('keeps a refused number to be mended, and one that led nowhere', async () => {
  const toucher = await Toucher.at(await newPage(), stage.terminal().url);
  const { page } = toucher;
  await toucher.touch('START', 'progress');
  await page.locator('main[data-screen="findCase"] [data-act="NO_CARD"]').tap();
  await page.waitForSelector('main[data-screen="digits"]');
  await toucher.digits('A12');
  await toucher.touch('ENTERED');
  await page.waitForSelector('main[data-screen="digits"] .trouble');
  expect(await page.locator('.field').inputValue()).toBe('A12');
  await toucher.digits('B3456');
  await toucher.touch('ENTERED');
  await page.waitForSelector('main[data-screen="tell"]');
  await page.locator('[data-look="main"]').tap();
  await page.waitForSelector('main[data-screen="digits"]');
  expect(await page.locator('.field').inputValue()).toBe('A12B3456');
});

it('takes no dot for a signature, and keeps the strokes when the page is loaded anew', async () => {
  await visitUpTo('sign', 'apply');
  const toucher = await Toucher.at(await newPage(), stage.terminal().url);
  const { page } = toucher;
  await toucher.readOn('readDeclaration');
  await toucher.dot();
  await toucher.touch('SIGNED');
  expect(await page.locator('.trouble').innerText()).toContain('笔画太少');
  expect(await axeFaults(page)).toEqual([]);
  await toucher.sign();
  await page.waitForSelector('.signature-ink:nth-of-type(3)');
  const strokes = () =>
    page.locator('.signature-ink').evaluateAll((all) => all.flatMap((path) => path.getAttribute('d') || []));
  await page.waitForTimeout(draftMs);
  const drawn = await strokes();
  await page.reload();
  await page.waitForSelector('.signature-ink:nth-of-type(3)');
  expect(drawn.length).toBe(2);
  expect(await strokes()).toEqual(drawn);
  await toucher.touch('SIGNED');
  await page.waitForSelector('main[data-screen="choose"]');
});

it('tells a second window that the terminal is in use, and the first goes on', async () => {
  const first = await Toucher.at(await newPage(), stage.terminal().url);
  await first.touch('START', 'queue-ticket');
  await first.page.waitForSelector('main[data-screen="choose"]');
  const second = await newPage();
  await second.goto(stage.terminal().url);
  await second.waitForSelector('[data-overlay="occupied"]');
  expect(await axeFaults(second)).toEqual([]);
  await first.page.locator('[data-act="CHOSEN"]:enabled').first().tap();
  await first.page.waitForSelector('main[data-screen="presentCard"]');
});

it.each(['zh-CN', 'en'] as const)('leads on without a camera (%s)', async (language) => {
  const blind = await launchChromium({ camera: false });
  try {
    await visitUpTo('capture', 'apply', language);
    const toucher = await Toucher.at(await newPage(portrait, blind), stage.terminal().url);
    const { page } = toucher;
    await page.waitForSelector('main[data-screen="tell"]');
    expect(await heading(page)).toMatch(language === 'en' ? /camera/i : /镜头/);
    expect(await axeFaults(page)).toEqual([]);
    const told = await toucher.standing();
    const ways = told.screen === 'tell' ? told.props.actions : [];
    expect(ways.filter((way) => way.main)).toHaveLength(1);
    await toucher.touch(ways.find((way) => !way.main)?.event ?? 'no other way');
    const next = await toucher.question(told.seq);
    expect(next.screen).not.toBe('capture');
  } finally {
    await blind.close();
  }
});

it('says one moment when the terminal dies under somebody’s eyes, and then what became of it', async () => {
  const toucher = await Toucher.at(await newPage(), stage.terminal().url);
  const { page } = toucher;
  await toucher.touch('otherLanguage');
  await page.waitForSelector('html[lang="en"]');
  await toucher.touch('START', 'queue-ticket');
  await page.waitForSelector('main[data-screen="choose"]');
  await stage.kill();
  await page.waitForSelector('[data-overlay="oneMoment"]');
  expect(await axeFaults(page)).toEqual([]);
  unwrap(await stage.start());
  // Told in the language of the visit that was cut off.
  await page.locator('main[data-screen="attract"] .notice').filter({ hasText: 'has just restarted' }).waitFor();
  await page.waitForSelector('.overlay', { state: 'detached' });
  expect(await axeFaults(page)).toEqual([]);
  await toucher.touch('START', 'queue-ticket');
  await page.waitForSelector('main[data-screen="choose"]');
});

it('gives the code back after dying in the middle of a submission, and the case arrives once', async () => {
  await visitUpTo('sign', 'apply');
  const toucher = await Toucher.at(await newPage(), stage.terminal().url);
  const { page } = toucher;
  stage.bench.line.setMode('stall');
  await actOn(toucher, stage, await toucher.standing(), { journey: 'apply' });
  const waiting = page.locator('main[data-screen="wait"]');
  for (let seq = -1; !(await waiting.isVisible()); ) {
    const message = await toucher.standing();
    if (message.seq > seq && message.screen !== 'wait' && message.screen !== 'sign') {
      seq = message.seq;
      await actOn(toucher, stage, message, { journey: 'apply' });
    } else {
      await page.waitForTimeout(50);
    }
  }
  await stage.kill();
  await page.waitForSelector('[data-overlay="oneMoment"]');
  unwrap(await stage.start());
  await page.waitForSelector('main[data-screen="attract"] .recovered');
  await toucher.standing();
  const { chrome } = await toucher.standing();
  expect(await page.evaluate(findGeometryFaults, chrome.pixelsPerMm)).toEqual([]);
  expect(await axeFaults(page)).toEqual([]);
  const code = (await page.locator('.recovered-code').innerText()).replaceAll(/\s/g, '');
  const slips = stage.bench.printer?.slips().length ?? 0;
  await toucher.touch('PRINT_SLIP');
  await page.waitForSelector('.recovered', { state: 'detached' });
  expect(stage.bench.printer?.slips().length).toBe(slips + 1);
  stage.bench.line.setMode('up');
  const codes = () => stage.bench.centre.cases().filter((each) => each.code === code).length;
  await expect.poll(codes, { timeout: patienceMs }).toBe(1);
});

it('counts down, gives more time, and clears the screen of whoever is gone', async () => {
  const idle = { normalSeconds: 1, largeTypeSeconds: 60, countdownSeconds: 3, extensions: 2 };
  const hasty = unwrap(await setStage({ paced: false, change: (config) => ({ ...config, idle }) }));
  try {
    const toucher = await Toucher.at(await newPage(), hasty.terminal().url);
    const { page } = toucher;
    await toucher.touch('START', 'queue-ticket');
    await page.waitForSelector('[data-overlay="countdown"]');
    await toucher.touch('moreTime');
    await page.waitForSelector('.overlay', { state: 'detached' });
    await page.waitForSelector('main[data-screen="choose"]');
    await page.waitForSelector('[data-overlay="countdown"]');
    expect(await axeFaults(page)).toEqual([]);
    await page.waitForSelector('main[data-screen="attract"]');
    await page.waitForSelector('.overlay', { state: 'detached' });
  } finally {
    await hasty.close();
  }
});

it('takes a number in the largest type on a panel that lies across', async () => {
  const panel = { diagonalInches: 21.5, width: landscape.width, height: landscape.height };
  const across = unwrap(await setStage({ paced: false, change: (config) => ({ ...config, panel }) }));
  try {
    const toucher = await Toucher.at(await newPage(landscape), across.terminal().url);
    const faults: string[] = [];
    const seen: string[] = [];
    await toucher.touch('elder');
    let message = await toucher.question(-1);
    while (message.chrome.textSize !== 'largest') message = await toucher.question(-1);
    while (message.screen !== 'attract' || seen.length === 0) {
      const found = await toucher.page.evaluate(findGeometryFaults, message.chrome.pixelsPerMm);
      faults.push(...[...found, ...(await axeFaults(toucher.page))].map((fault) => `${message.screen}: ${fault}`));
      seen.push(message.screen);
      await actOn(toucher, across, message, { journey: 'queue-ticket' });
      message = await toucher.question(message.seq);
    }
    expect(faults).toEqual([]);
    expect(seen).toContain('outcome');
  } finally {
    await across.close();
  }
});

it('moves the simulated world from its panel', async () => {
  const page = await newPage(landscape);
  const { bench } = stage;
  await page.goto(bench.panelUrl);
  await page.locator('.deck .card').first().tap();
  await page.waitForSelector('.plate.taken');
  await page.locator('.card.lying').tap();
  await page.waitForSelector('.plate:not(.taken)');

  await visitUpTo('outcome', 'queue-ticket');
  await page.waitForFunction(() => (document.querySelector<HTMLImageElement>('.slips img')?.naturalWidth ?? 0) > 0);
  expect(await axeFaults(page)).toEqual([]);

  await page.locator('.fault[title="paperOut"]').tap();
  await page.waitForSelector('.fault[title="paperOut"][aria-pressed="true"]');
  await page.locator('.modes label').filter({ hasText: 'Cut' }).tap();
  await page.waitForSelector('.line.cut');
  expect(bench.line.mode()).toBe('cut');
  await page.locator('.fault[title="paperOut"]').tap();
  await page.waitForSelector('.fault[title="paperOut"][aria-pressed="false"]');
  await page.locator('.modes label').filter({ hasText: 'Up' }).tap();
  await page.waitForSelector('.line.up');
});
