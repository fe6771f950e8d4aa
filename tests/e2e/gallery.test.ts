/** Every screen, looked at by a machine: nothing cut off, nothing overlapping, every target big enough, axe clean. */
import { mkdtempSync, rmSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { languages, type ServerMessage, screens, textSizes } from '../../runtime/server/protocol.ts';
import { messageOf, type Scene, scenes } from '../fixtures/screens.ts';
import { buildUi, type Gallery, startGallery } from '../harness/ui-gallery.ts';
import { findGeometryFaults } from '../harness/ui-geometry.ts';
import { axeFaults, launchChromium, openUi, type Panel, panels, settle, showScreen } from '../harness/ui-page.ts';

const pictures = new URL('../../test-results/gallery/', import.meta.url).pathname;
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
  browser = await launchChromium();
});

afterAll(async () => {
  await browser?.close();
  await gallery?.close();
  rmSync(folder, { recursive: true, force: true });
});

/** All that is wrong with a scene in every size and language; `over` lays something over it first. */
async function look(page: Page, panel: Panel, scene: Scene, over?: Overlay): Promise<string[]> {
  const faults: string[] = [];
  for (const textSize of textSizes) {
    for (const language of languages) {
      const name = `${over?.name ?? scene.name}.${panel.name}.${textSize}.${language}`;
      await showScreen(page, gallery, messageOf(scene, seq++, { language, textSize, pixelsPerMm: panel.pixelsPerMm }));
      if (over !== undefined) {
        gallery.show(over.message);
        await page.waitForSelector(`[data-overlay="${over.name}"]`);
        await settle(page);
      }
      const found = await page.evaluate(findGeometryFaults, panel.pixelsPerMm);
      if (textSize === 'normal' && panel.name === 'portrait') found.push(...(await axeFaults(page)));
      faults.push(...found.map((fault) => `${name}: ${fault}`));
      if (found.length > 0 || photographed.has(`${textSize}.${language}`)) {
        await page.screenshot({ path: join(pictures, `${name}.jpg`), type: 'jpeg', quality: 70 });
      }
      if (over !== undefined) gallery.show(over.lift);
    }
  }
  return faults;
}

interface Overlay {
  readonly name: string;
  readonly message: ServerMessage;
  readonly lift: ServerMessage;
}
const noCountdown: ServerMessage = { type: 'countdown', remainingMs: null, extensionsLeft: 10 };
const overlays: readonly Overlay[] = [
  { name: 'countdown', message: { type: 'countdown', remainingMs: 20_000, extensionsLeft: 10 }, lift: noCountdown },
  { name: 'occupied', message: { type: 'occupied' }, lift: noCountdown },
];

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
    page = await openUi(browser, gallery, panel, consoleFaults);
  });
  afterAll(() => page?.close());

  it.each(scenes)('$name stands in every size and language', async (scene) => {
    expect(await look(page, panel, scene)).toEqual([]);
  });

  it.each(overlays)('$name stands in every size and language', async (over) => {
    const [scene] = scenes.filter(({ name }) => name === 'confirm');
    expect(scene && (await look(page, panel, scene, over))).toEqual([]);
  });

  it('the console stayed silent', () => {
    expect(consoleFaults).toEqual([]);
  });
});
