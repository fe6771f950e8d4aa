/** Every journey in real Chromium, by touch alone, in both languages, on both panels; axe on each screen met. */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Browser, BrowserContext } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { sampleCards } from '../../drivers/id-card-reader/samv/samples.ts';
import { type Stage, setStage } from '../../runtime/rehearsal/stage.ts';
import type { Language, ScreenMessage } from '../../runtime/server/protocol.ts';
import { Toucher } from '../harness/toucher.ts';
import { axeFaults, launchChromium, panels } from '../harness/ui-page.ts';

const pictures = new URL('../../test-results/journeys/', import.meta.url).pathname;
const card = sampleCards[0];

let stage: Stage;
let browser: Browser;
let context: BrowserContext | null = null;

beforeAll(async () => {
  await mkdir(pictures, { recursive: true });
  const set = await setStage({ paced: false });
  if (!set.ok) throw new Error(set.error);
  stage = set.value;
  browser = await launchChromium();
});

afterEach(async () => {
  stage.bench.reader?.liftCard();
  await context?.close();
  context = null;
  // A journey that failed half-way must not stand in the way of the next.
  await stage.kill();
  await stage.start();
});

afterAll(async () => {
  await browser?.close();
  await stage?.close();
});

interface Walk {
  readonly faults: string[];
  readonly screens: string[];
  /** What the citizen left with. */
  told: string | null;
}

/** Does what the screen asks for. */
async function act(toucher: Toucher, message: ScreenMessage, journey: string, item: number): Promise<void> {
  switch (message.screen) {
    case 'attract':
      return toucher.touch('START', journey);
    case 'choose': {
      const open = message.props.options.filter((each) => !each.unavailable);
      return toucher.touch('CHOSEN', open[item % open.length]?.id);
    }
    case 'askList':
      return toucher.readOn('CONTINUE');
    case 'presentCard':
    case 'findCase':
      if (card) stage.bench.reader?.placeCard(card);
      return;
    case 'confirm':
      return toucher.touch('YES');
    case 'form':
      return toucher.fillForm(message.props.fields);
    case 'capture':
      return toucher.page.locator('.shutter:enabled').tap();
    case 'comparePictures':
      return toucher.touch('KEEP');
    case 'review':
      return toucher.readOn('CONFIRMED');
    case 'sign':
      await toucher.readOn('readDeclaration');
      await toucher.sign();
      return toucher.touch('SIGNED');
    case 'outcome':
    case 'timeline':
      return toucher.touch('OK');
    case 'evaluate':
      await toucher.touch('level', '5');
      return toucher.touch('RATED');
    case 'digits':
      await toucher.digits(message.props.kind === 'phone' ? '13800138000' : '11010519491231002X');
      return toucher.touch('ENTERED');
    case 'tell':
      return toucher.touch(message.props.actions.find((each) => each.main)?.event ?? 'LEAVE');
    case 'leaving':
      stage.bench.reader?.liftCard();
      return;
    default:
      throw new Error(`nobody said what to do on ${message.screen}`);
  }
}

async function walk(journey: string, language: Language, item: number, panel: (typeof panels)[number]): Promise<Walk> {
  context = await browser.newContext({
    viewport: panel,
    hasTouch: true,
    permissions: ['camera'],
    reducedMotion: 'reduce',
  });
  const page = await context.newPage();
  const result: Walk = { faults: [], screens: [], told: null };
  page.on('pageerror', (error) => result.faults.push(error.message));
  page.on('console', (message) => message.type() === 'error' && result.faults.push(message.text()));
  const toucher = await Toucher.at(page, stage.terminal().url);
  if (language === 'en') await toucher.touch('otherLanguage');
  let seq = -1;
  for (let n = 0; n < 80; n += 1) {
    const message = await toucher.question(seq);
    if (message.screen === 'attract' && message.chrome.language !== language && n === 0) continue;
    if (message.screen === 'attract' && result.screens.length > 1) return result;
    if (!result.screens.includes(message.screen)) {
      const name = `${journey}.${language}.${panel.name}.${String(result.screens.length).padStart(2, '0')}-${message.screen}`;
      await page.screenshot({ path: join(pictures, `${name}.jpg`), type: 'jpeg', quality: 70 });
      result.faults.push(...(await axeFaults(page)).map((fault) => `${message.screen}: ${fault}`));
      result.screens.push(message.screen);
    }
    if (message.screen === 'outcome') result.told = message.props.qr ?? message.props.headline.value;
    if (message.screen === 'timeline') result.told = message.props.code;
    seq = message.seq;
    await act(toucher, message, journey, item);
  }
  throw new Error(`the journey has no end: ${result.screens.join(' → ')}`);
}

const [portrait, landscape] = panels;

describe('by touch alone', () => {
  it.each([
    ['queue-ticket', 'zh-CN', 0, portrait],
    ['queue-ticket', 'en', 1, landscape],
    ['apply', 'zh-CN', 0, portrait],
    ['apply', 'en', 1, portrait],
    ['apply', 'zh-CN', 1, landscape],
    ['progress', 'zh-CN', 0, portrait],
    ['progress', 'en', 0, landscape],
  ] as const)('%s in %s, choice %i', async (journey, language, item, panel) => {
    const walked = await walk(journey, language, item, panel);
    expect(walked.faults).toEqual([]);
    expect(walked.told).not.toBeNull();
    if (journey === 'apply') expect(stage.bench.centre.cases().map((each) => each.code)).toContain(walked.told);
    if (journey === 'queue-ticket') expect(walked.screens).toContain('outcome');
  });
});
