/** Every screen, looked at by a machine: nothing cut off, nothing overlapping, every target big enough, axe clean. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { languages, type ScreenMessage, screens, type TextSize, textSizes } from '../../runtime/server/protocol.ts';
import { messageOf, type Scene, scenes } from '../fixtures/screens.ts';
import { buildUi, type Gallery, startGallery } from '../harness/ui-gallery.ts';
import { findGeometryFaults } from '../harness/ui-geometry.ts';

const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const pictures = new URL('../../test-results/gallery/', import.meta.url).pathname;
/** 27" upright and 21.5" across: pixels per millimetre of the two panels. */
const panels = [
  { name: 'portrait', width: 1080, height: 1920, pixelsPerMm: 3.213 },
  { name: 'landscape', width: 1920, height: 1080, pixelsPerMm: 4.034 },
] as const;

/** Pictures for people to look at; the other settings are photographed only where something is wrong. */
const photographed: ReadonlySet<string> = new Set(['normal.zh-CN', 'largest.en']);

const folder = mkdtempSync(join(tmpdir(), 'window24-gallery-'));
let gallery: Gallery;
let browser: Browser;
let seq = 1;

beforeAll(async () => {
  await mkdir(pictures, { recursive: true });
  await buildUi(folder);
  gallery = await startGallery(folder);
  browser = await chromium.launch({
    executablePath: '/usr/bin/chromium',
    args: ['--no-sandbox', '--use-fake-ui-for-media-stream', '--use-fake-device-for-media-stream'],
  });
});

afterAll(async () => {
  await browser?.close();
  await gallery?.close();
  rmSync(folder, { recursive: true, force: true });
});

async function openPage(panel: (typeof panels)[number], faults: string[]): Promise<Page> {
  const page = await browser.newPage({ viewport: panel, reducedMotion: 'reduce' });
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') faults.push(`console: ${message.text()}`);
  });
  page.on('pageerror', (error) => faults.push(`page: ${error.message}`));
  await page.goto(gallery.url);
  await page.addScriptTag({ content: axeSource });
  return page;
}

/** Shows a message and waits until it stands: lazy parts there, pages broken, pictures loaded. */
async function show(page: Page, message: ScreenMessage): Promise<void> {
  gallery.show(message);
  await page.waitForFunction(
    ({ shown, size, language }) => {
      const root = document.documentElement;
      const shell = document.querySelector<HTMLElement>('.shell');
      const images = [...document.images].every((image) => image.complete);
      const there = shell?.dataset['seq'] === String(shown) && document.querySelector('.loading, span.qr') === null;
      return there && images && root.dataset['text'] === size && root.lang === language;
    },
    { shown: message.seq, size: message.chrome.textSize, language: message.chrome.language },
  );
  // Two frames: page breaks follow the layout, the layout follows them.
  await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
}

interface AxeResults {
  readonly violations: readonly { readonly id: string; readonly nodes: readonly { readonly html: string }[] }[];
}

async function axeFaults(page: Page): Promise<string[]> {
  const results = await page.evaluate(async () => {
    const { axe } = window as unknown as { axe: { run(root: Document, options: object): Promise<AxeResults> } };
    return axe.run(document, {
      runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
      rules: { 'color-contrast-enhanced': { enabled: true } },
    });
  });
  return results.violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `axe ${id}: ${html.slice(0, 160)}`));
}

async function look(page: Page, panel: (typeof panels)[number], scene: Scene): Promise<string[]> {
  const faults: string[] = [];
  for (const textSize of textSizes as readonly TextSize[]) {
    for (const language of languages) {
      const setting = { language, textSize, pixelsPerMm: panel.pixelsPerMm };
      const name = `${scene.name}.${panel.name}.${textSize}.${language}`;
      await show(page, messageOf(scene, seq++, setting));
      const found = await page.evaluate(findGeometryFaults, panel.pixelsPerMm);
      if (textSize === 'normal' && panel.name === 'portrait') found.push(...(await axeFaults(page)));
      faults.push(...found.map((fault) => `${name}: ${fault}`));
      if (found.length > 0 || photographed.has(`${textSize}.${language}`)) {
        await page.screenshot({ path: join(pictures, `${name}.jpg`), type: 'jpeg', quality: 70 });
      }
    }
  }
  return faults;
}

describe('fixtures', () => {
  it.each(scenes)('$name is what the protocol allows', (scene) => {
    for (const language of languages) {
      expect(screens[scene.screen].safeParse(scene.props[language]).error).toBeUndefined();
    }
  });

  it('show every screen of the protocol', () => {
    expect(new Set(scenes.map((scene) => scene.screen))).toEqual(new Set(Object.keys(screens)));
  });
});

describe.each(panels)('$name', (panel) => {
  const consoleFaults: string[] = [];
  let page: Page;
  beforeAll(async () => {
    page = await openPage(panel, consoleFaults);
  });
  afterAll(() => page?.close());

  it.each(scenes)('$name stands in every size and language', async (scene) => {
    expect(await look(page, panel, scene)).toEqual([]);
  });

  it('the console stayed silent', () => {
    expect(consoleFaults).toEqual([]);
  });
});
