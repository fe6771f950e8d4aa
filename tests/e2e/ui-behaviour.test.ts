/** What the citizen's screen does beyond standing there: drafts, taps, waits, a line that breaks, pages, pictures. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import type { ClientMessage, ScreenMessage, TextSize } from '../../runtime/server/protocol.ts';
import { messageOf, scenes } from '../fixtures/screens.ts';
import { buildUi, type Gallery, startGallery } from '../harness/ui-gallery.ts';
import { launchChromium, openUi, panels, settle, showScreen } from '../harness/ui-page.ts';

const folder = mkdtempSync(join(tmpdir(), 'window24-ui-'));
const [portrait] = panels;
let gallery: Gallery;
let browser: Browser;
let page: Page;
let faults: string[];
let seq = 1;

beforeAll(async () => {
  await buildUi(folder);
  browser = await launchChromium();
});
afterAll(async () => {
  await browser?.close();
  rmSync(folder, { recursive: true, force: true });
});
beforeEach(async () => {
  faults = [];
  gallery = await startGallery(folder);
  page = await openUi(browser, gallery, portrait, faults);
});
afterEach(async () => {
  await page.close();
  await gallery.close();
});

function message(name: string, textSize: TextSize = 'normal', draft?: unknown): ScreenMessage {
  const scene = scenes.find((each) => each.name === name);
  if (scene === undefined) throw new Error(`no scene ${name}`);
  const made = messageOf(scene, seq++, { language: 'zh-CN', textSize, pixelsPerMm: portrait.pixelsPerMm });
  return draft === undefined ? made : ({ ...made, draft } as ScreenMessage);
}

const sent = <T extends ClientMessage['type']>(type: T) =>
  gallery.received.filter((each): each is Extract<ClientMessage, { type: T }> => each.type === type);
const act = (name: string) => page.locator(`.shell:not([inert]) [data-act="${name}"], .overlay [data-act="${name}"]`);

it('sends what was typed before the event, and shows it again after a reload', async () => {
  const shown = message('form-refused');
  await showScreen(page, gallery, shown);
  await page.keyboard.type('8000');
  expect(await page.locator('.field').inputValue()).toBe('138 0013 8000');
  await act('next').click();
  await expect.poll(() => sent('draft').length).toBeGreaterThan(0);
  const drafted = sent('draft').at(-1)?.data;

  gallery.show({ ...shown, draft: drafted } as ScreenMessage);
  await page.reload();
  await page.waitForSelector('[data-act="next"]');
  expect(await page.locator('.over').textContent()).toContain('第 2 题');
  await act('back').click();
  expect(await page.locator('.field').inputValue()).toBe('138 0013 8000');
});

it('walks a whole form and sends every answer once, the last keystrokes before the event', async () => {
  await showScreen(page, gallery, message('form'));
  await act('change-name').click();
  await page.keyboard.press('Backspace');
  await act('next').click();
  await act('next').click();
  await page.keyboard.insertText('幸福路 8 号');
  await act('next').click();
  await act('next').click();
  await page.waitForSelector('.trouble');
  await page.keyboard.type('13800138000');
  await act('next').click();
  await page.locator('[data-id="work"]').click();
  await act('ENTERED').click();
  await expect.poll(() => sent('event').length).toBe(1);
  const [event] = sent('event');
  expect(event).toMatchObject({
    event: 'ENTERED',
    data: { values: { address: '幸福路 8 号', phone: '13800138000', reason: 'work', birth: '19560101' } },
  });
  const lastDraft = gallery.received.findLastIndex(({ type }) => type === 'draft');
  expect(lastDraft).toBeLessThan(gallery.received.findIndex(({ type }) => type === 'event'));
});

it('takes a double tap as one, and another tap after a refusal', async () => {
  const shown = message('confirm');
  await showScreen(page, gallery, shown);
  await act('YES').evaluate((button: HTMLElement) => {
    button.click();
    button.click();
  });
  await act('YES').click({ force: true });
  await expect.poll(() => sent('event').length).toBe(1);
  gallery.show({ type: 'refused', seq: shown.seq, why: 'invalid' });
  await page.waitForSelector('[data-act="YES"]:not([aria-disabled])');
  await act('YES').click();
  await expect.poll(() => sent('event').length).toBe(2);
});

it('shows nothing of a short wait, and takes no input meanwhile', async () => {
  await page.clock.install({ time: 0 });
  await showScreen(page, gallery, message('confirm'));
  await page.clock.pauseAt(60_000);
  gallery.show(message('wait'));
  await page.waitForSelector('[data-act="YES"][aria-disabled="true"]');
  await page.clock.runFor(290);
  await act('YES').click({ force: true });
  expect(await page.locator('main').getAttribute('data-screen')).toBe('confirm');
  await page.clock.runFor(20);
  await page.waitForSelector('main[data-screen="wait"]');
  gallery.show(message('confirm'));
  await page.waitForSelector('main[data-screen="confirm"]');
  gallery.show(message('wait'));
  gallery.show(message('tell-success'));
  await page.waitForSelector('main[data-screen="tell"]');
  await page.clock.runFor(1000);
  expect(await page.locator('main').getAttribute('data-screen')).toBe('tell');
  expect(sent('event')).toEqual([]);
});

it('says one moment while the line is down, and goes on where it was', async () => {
  await showScreen(page, gallery, message('confirm'));
  gallery.cut();
  await page.waitForSelector('[data-overlay="oneMoment"]');
  await page.waitForSelector('.overlay', { state: 'detached' });
  await act('YES').click();
  await expect.poll(() => sent('event').length).toBe(1);
});

it('counts down in the open, and offers more time', async () => {
  await showScreen(page, gallery, message('confirm'));
  gallery.show({ type: 'countdown', remainingMs: 20_000, extensionsLeft: 1 });
  await act('moreTime').click();
  await expect.poll(() => sent('moreTime').length).toBe(1);
  gallery.show({ type: 'countdown', remainingMs: 20_000, extensionsLeft: 0 });
  await act('moreTime').waitFor({ state: 'detached' });
  gallery.show({ type: 'countdown', remainingMs: null, extensionsLeft: 0 });
  await page.waitForSelector('.overlay', { state: 'detached' });
});

it('reaches every option page by page', async () => {
  await showScreen(page, gallery, message('choose', 'largest'));
  const seen: string[] = [];
  for (;;) {
    seen.push(
      ...(await page
        .locator('.block:not([data-off]) [data-act="CHOSEN"]')
        .evaluateAll((all) => all.map(({ dataset }) => dataset.id ?? ''))),
    );
    const next = act('nextPage');
    if (!(await next.isVisible())) break;
    await next.click();
    await settle(page);
  }
  expect(seen).toEqual(Array.from({ length: 12 }, (_, i) => `item-${i}`));
});

it('asks before it throws answers away, and only then', async () => {
  await showScreen(page, gallery, message('form'));
  await act('leave').click();
  await act('stay').click();
  await page.waitForSelector('.overlay', { state: 'detached' });
  await act('leave').click();
  await act('LEAVE').click();
  await showScreen(page, gallery, message('outcome'));
  await act('leave').click();
  await expect.poll(() => sent('event').map(({ event }) => event)).toEqual(['LEAVE', 'LEAVE']);
});

it('can be used with the keyboard alone', async () => {
  await showScreen(page, gallery, message('confirm'));
  await page.keyboard.press('Tab');
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await showScreen(page, gallery, message('presentCard'));
  await page.keyboard.press('Escape');
  await expect.poll(() => sent('event').map(({ event }) => event)).toEqual(['YES', 'BACK']);
});

it('sends a photograph with the seq of its screen, and says when it was not kept', async () => {
  gallery.answerUploads(422);
  const shown = message('capture');
  await showScreen(page, gallery, shown);
  await page.locator('.shutter:not(:disabled)').click();
  await page.waitForSelector('.say .trouble');
  expect(gallery.uploads).toMatchObject([{ seq: String(shown.seq), type: 'image/jpeg' }]);
  expect(gallery.uploads[0]?.bytes).toBeGreaterThan(1000);
  gallery.answerUploads(200);
  await page.locator('.shutter:not(:disabled)').click();
  await page.waitForSelector('.say .trouble', { state: 'detached' });
});

it('signs after the declaration was read, in the units of the pad', async () => {
  await showScreen(page, gallery, message('sign', 'largest'));
  while (await act('seeMore').isVisible()) await act('seeMore').click();
  await act('readDeclaration').click();
  await page.waitForSelector('.signature-pad');
  await act('SIGNED').click();
  await page.waitForSelector('.trouble');
  const box = await page.locator('.signature-pad').boundingBox();
  if (box === null) throw new Error('no pad');
  await page.mouse.move(box.x + 50, box.y + 50);
  await page.mouse.down();
  for (const [x, y] of [
    [200, 90],
    [80, 90],
    [220, 40],
  ] as const) {
    await page.mouse.move(box.x + x, box.y + y, { steps: 8 });
    // Nobody writes a name in no time.
    await page.waitForTimeout(80);
  }
  await page.mouse.up();
  await act('SIGNED').click();
  await expect.poll(() => sent('event').length).toBe(1);
  expect(sent('event')[0]).toMatchObject({ event: 'SIGNED', data: { width: 300, height: 110 } });
});

it('asks for reasons below the middle, and never rates by itself', async () => {
  await showScreen(page, gallery, { ...message('evaluate'), draft: null } as ScreenMessage);
  expect(await act('RATED').count()).toBe(0);
  await page.locator('[data-act="level"][data-id="2"]').click();
  await act('RATED').click();
  await page.locator('[data-act="reason"][data-id="r3"]').click();
  await act('RATED').click();
  await expect.poll(() => sent('event').length).toBe(1);
  expect(sent('event')[0]).toMatchObject({ event: 'RATED', data: { level: 2, reasons: ['r3'] } });
});
