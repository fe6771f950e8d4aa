/** Chromium looking at the gallery: how tests open the UI and wait until a screen stands. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { type Browser, chromium, type Page } from 'playwright-core';
import type { ScreenMessage } from '../../runtime/server/protocol.ts';
import type { Gallery } from './ui-gallery.ts';

const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** 27" upright and 21.5" across: pixels per millimetre of the two panels. */
export const panels = [
  { name: 'portrait', width: 1080, height: 1920, pixelsPerMm: 3.213 },
  { name: 'landscape', width: 1920, height: 1080, pixelsPerMm: 4.034 },
] as const;
export type Panel = (typeof panels)[number];

const fakeCamera = ['--use-fake-ui-for-media-stream', '--use-fake-device-for-media-stream'];

export function launchChromium({ camera = true } = {}): Promise<Browser> {
  return chromium.launch({
    executablePath: '/usr/bin/chromium',
    args: ['--no-sandbox', ...(camera ? fakeCamera : [])],
  });
}

/** Opens the UI; what the console says is added to `faults`. */
export async function openUi(browser: Browser, gallery: Gallery, panel: Panel, faults: string[]): Promise<Page> {
  const page = await browser.newPage({ viewport: panel, reducedMotion: 'reduce' });
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') faults.push(`console: ${message.text()}`);
  });
  page.on('pageerror', (error) => faults.push(`page: ${error.message}`));
  await page.goto(gallery.url);
  return page;
}

/** Two frames: page breaks follow the layout, the layout follows them. */
export async function settle(page: Page): Promise<void> {
  await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
}

/** Shows a message and waits until it stands: lazy parts there, pages broken, pictures loaded. */
export async function showScreen(page: Page, gallery: Gallery, message: ScreenMessage): Promise<void> {
  gallery.show(message);
  await page.waitForFunction((seq) => {
    const shell = document.querySelector<HTMLElement>('.shell');
    const loading = document.querySelector('.loading, span.qr') !== null;
    return shell?.dataset.seq === String(seq) && !loading && [...document.images].every((image) => image.complete);
  }, message.seq);
  await settle(page);
}

interface AxeResults {
  readonly violations: readonly { readonly id: string; readonly nodes: readonly { readonly html: string }[] }[];
}

/** What axe finds, with contrast held to 7:1. */
export async function axeFaults(page: Page): Promise<string[]> {
  if (await page.evaluate(() => !('axe' in window))) await page.evaluate(axeSource);
  const results = await page.evaluate(async () => {
    const { axe } = window as unknown as { axe: { run(root: Document, options: object): Promise<AxeResults> } };
    return axe.run(document, {
      runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
      rules: { 'color-contrast-enhanced': { enabled: true } },
    });
  });
  return results.violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `axe ${id}: ${html.slice(0, 160)}`));
}
