/** Every journey in real Chromium, by touch alone, in both languages, on both panels; axe on each screen met. */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Browser, BrowserContext } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type Stage, setStage } from '../../runtime/rehearsal/stage.ts';
import type { Language } from '../../runtime/server/protocol.ts';
import { actOn } from '../harness/touched-journey.ts';
import { Toucher } from '../harness/toucher.ts';
import { axeFaults, launchChromium, panels } from '../harness/ui-page.ts';

const pictures = new URL('../../test-results/journeys/', import.meta.url).pathname;

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
    await actOn(toucher, stage, message, { journey, item });
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
