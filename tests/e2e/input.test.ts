/** Keyboards, cameras, signature and scanners in a real browser, by touch. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AxeResults } from 'axe-core';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import sharp from 'sharp';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { serveInputPage } from '../harness/input-page/serve.ts';
import { qrVideo } from '../harness/qr-video.ts';

const executablePath = '/usr/bin/chromium';
const fakeUi = '--use-fake-ui-for-media-stream';
const fakeDevice = '--use-fake-device-for-media-stream';
const caseCode = 'W24QINGHE0000000000000000000000000000000042K';

let site: Awaited<ReturnType<typeof serveInputPage>>;
const folder = mkdtempSync(join(tmpdir(), 'window24-qr-'));
const browsers: Browser[] = [];
const contexts: BrowserContext[] = [];

async function launch(...args: string[]): Promise<Browser> {
  const browser = await chromium.launch({ executablePath, args: ['--no-sandbox', ...args] });
  browsers.push(browser);
  return browser;
}

async function open(browser: Browser, query: string, script?: () => void): Promise<Page> {
  const context = await browser.newContext({ viewport: { width: 1080, height: 1920 }, hasTouch: true });
  contexts.push(context);
  const page = await context.newPage();
  if (script !== undefined) await page.addInitScript(script);
  await page.goto(`${site.url}?${query}`);
  return page;
}

const given = (page: Page) => page.evaluate(() => window.given);
const key = (page: Page, name: string) => page.getByRole('button', { name, exact: true }).first();
const field = (page: Page) => page.getByLabel('field', { exact: true });

async function touch(page: Page, ...names: string[]): Promise<void> {
  for (const name of names) await key(page, name).tap();
}

let withCamera: Browser;
beforeAll(async () => {
  site = await serveInputPage();
  withCamera = await launch(fakeUi, fakeDevice);
});
afterEach(async () => {
  for (const context of contexts.splice(0)) await context.close();
});
afterAll(async () => {
  for (const browser of browsers) await browser.close();
  site.close();
  rmSync(folder, { recursive: true, force: true });
});

describe('the keyboard', () => {
  it('writes a Chinese name', async () => {
    const page = await open(withCamera, 'view=keyboard&mode=name');
    await touch(page, ...'zhangsan', '张三');
    await expect.poll(() => field(page).inputValue()).toBe('张三');
    await touch(page, '完成');
    expect((await given(page)).done).toBe(1);
  });

  it('writes an address of characters and digits', async () => {
    const page = await open(withCamera, 'view=keyboard&mode=address');
    await touch(page, ...'qinghequ', '清河区', ...'zhongshanlu', '空格', '1', '2', ...'hao', '号');
    await expect.poll(() => field(page).inputValue()).toBe('清河区中山路12号');
  });

  it('writes a Latin name with its capital', async () => {
    const page = await open(withCamera, 'view=keyboard&mode=name&lang=en');
    await touch(page, 'S', ...'mith');
    await expect.poll(() => field(page).inputValue()).toBe('Smith');
  });

  it('turns between Chinese, Latin and signs, and pages through rare characters', async () => {
    const page = await open(withCamera, 'view=keyboard&mode=address');
    await touch(page, '英文', 'a', '符号', '#', '返回', 'b', '中文', ...'yi', '更多', '下一页');
    const rare = page.locator('.candidate-grid .key').nth(3);
    const character = await rare.innerText();
    await rare.tap();
    await expect.poll(() => field(page).inputValue()).toBe(`a#b${character}`);
  });

  it('loses no letters when the citizen goes on by another button', async () => {
    const page = await open(withCamera, 'view=keyboard&mode=name');
    await touch(page, ...'lina', 'elsewhere');
    await expect.poll(() => field(page).inputValue()).toBe('李娜');
  });

  it('takes back letters first, then characters, and a finger that slides off takes back its key', async () => {
    const page = await open(withCamera, 'view=keyboard&mode=name&value=王');
    await touch(page, 'l', '删除一个字');
    expect(await field(page).inputValue()).toBe('王');
    await key(page, '删除一个字').hover();
    await page.mouse.down();
    await page.mouse.move(20, 20);
    await page.mouse.up();
    expect(await field(page).inputValue()).toBe('王');
    await touch(page, '删除一个字');
    await expect.poll(() => field(page).inputValue()).toBe('');
  });

  it('has big keys for numbers and dates', async () => {
    const numbers = await open(withCamera, 'view=keyboard&mode=idNumber&max=18');
    await touch(numbers, ...'11010519491231002X1');
    await expect.poll(() => field(numbers).inputValue()).toBe('11010519491231002X');
    const date = await open(withCamera, 'view=keyboard&mode=date');
    await touch(date, ...'19900312', '删除一个字', '5');
    await expect.poll(() => field(date).inputValue()).toBe('1990-03-15');
    const code = await open(withCamera, 'view=keyboard&mode=caseCode');
    await touch(code, 'W', '2', '4');
    await expect.poll(() => field(code).inputValue()).toBe('W24');
  });

  it('follows a plugged-in keyboard', async () => {
    const page = await open(withCamera, 'view=keyboard&mode=name');
    await key(page, '空格').waitFor();
    await page.keyboard.type('wangwei');
    await page.getByRole('button', { name: '王伟', exact: true }).waitFor();
    await page.keyboard.press('Space');
    await expect.poll(() => field(page).inputValue()).toBe('王伟');
    await page.keyboard.press('Backspace');
    await expect.poll(() => field(page).inputValue()).toBe('王');
    await page.keyboard.press('Enter');
    expect((await given(page)).done).toBe(1);
  });

  it('has keys no finger misses, on both panels and in all text sizes', async () => {
    for (const [width, height, mm] of [
      [1080, 1920, 3.215],
      [1920, 1080, 4.03],
    ] as const) {
      for (const mode of ['name', 'address', 'idNumber', 'caseCode']) {
        const page = await open(withCamera, `view=keyboard&mode=${mode}&mm=${mm}&text=largest`);
        await page.setViewportSize({ width, height });
        const boxes = await page.locator('.key:visible').evaluateAll((keys) =>
          keys.map((each) => ({
            name: each.getAttribute('aria-label'),
            width: each.getBoundingClientRect().width,
            height: each.getBoundingClientRect().height,
            overflows: each.scrollWidth > each.clientWidth + 1,
          })),
        );
        expect(boxes.length).toBeGreaterThan(10);
        for (const box of boxes) {
          expect(box.width / mm, `${mode} ${box.name}`).toBeGreaterThanOrEqual(19.9);
          expect(box.height / mm, `${mode} ${box.name}`).toBeGreaterThanOrEqual(19.9);
          expect(box.overflows, `${mode} ${box.name}`).toBe(false);
        }
      }
    }
  });
});

describe('the camera', () => {
  /** Keeps what the page opened, for the test to pull the plug. */
  const keepStreams = () => {
    const opened: MediaStream[] = [];
    Object.assign(window, { opened });
    const original = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
    navigator.mediaDevices.getUserMedia = async (constraints) => {
      const stream = await original(constraints);
      opened.push(stream);
      return stream;
    };
  };
  const states = (page: Page) =>
    page.evaluate(() =>
      (window as unknown as { opened: MediaStream[] }).opened.flatMap((s) => s.getTracks().map((t) => t.readyState)),
    );
  const live = (page: Page) => page.locator('.camera[data-state="live"]').waitFor();
  const out = (page: Page) => page.locator('.camera[data-state="out"]').waitFor();

  it('takes a picture of its full size, and again after one that was refused', async () => {
    const page = await open(withCamera, 'view=camera');
    await page.evaluate(() => {
      window.given.refuse = true;
    });
    await key(page, '拍照').tap();
    await page.getByText('照片没有存上，请再拍一次').waitFor();
    await page.evaluate(() => {
      window.given.refuse = false;
    });
    await key(page, '拍照').tap();
    await expect.poll(async () => (await given(page)).shots.length).toBe(1);
    const jpeg = Buffer.from((await given(page)).shots[0] ?? '', 'base64');
    const video = await page.locator('video').evaluate((v: HTMLVideoElement) => [v.videoWidth, v.videoHeight]);
    const picture = await sharp(jpeg).metadata();
    expect([picture.format, picture.width, picture.height]).toEqual(['jpeg', ...video]);
    expect((await sharp(jpeg).stats()).entropy).toBeGreaterThan(0.1);
  });

  it('reports that somebody moves in front of it', async () => {
    const page = await open(withCamera, 'view=camera&kind=face');
    await expect.poll(async () => (await given(page)).motions, { timeout: 30_000 }).toBeGreaterThan(0);
  });

  it('that is not there is said once, and comes by itself when it is plugged in', async () => {
    const page = await open(withCamera, 'view=camera', () => {
      const original = navigator.mediaDevices.enumerateDevices.bind(navigator.mediaDevices);
      Object.assign(window, { plugged: false });
      navigator.mediaDevices.enumerateDevices = async () =>
        (window as unknown as { plugged: boolean }).plugged ? original() : [];
    });
    await page.getByText('没有找到摄像头').waitFor();
    expect(await key(page, '拍照').isDisabled()).toBe(true);
    await expect.poll(async () => (await given(page)).none).toEqual(['no video input device']);
    await page.evaluate(() => {
      Object.assign(window, { plugged: true });
      navigator.mediaDevices.dispatchEvent(new Event('devicechange'));
    });
    await live(page);
    expect((await given(page)).none).toHaveLength(1);
  });

  it('with another name than the configured one is not used', async () => {
    const page = await open(withCamera, 'view=camera&label=Eloam');
    await out(page);
    expect((await given(page)).none[0]).toContain('no camera named "Eloam"');
  });

  it('that comes loose is opened again', async () => {
    const page = await open(withCamera, 'view=camera', keepStreams);
    await live(page);
    await page.evaluate(() => {
      const track = (window as unknown as { opened: MediaStream[] }).opened.at(-1)?.getVideoTracks()[0];
      track?.stop();
      track?.dispatchEvent(new Event('ended'));
    });
    await out(page);
    await live(page);
    expect((await given(page)).none).toEqual([]);
  });

  it('whose picture stands still is opened again', async () => {
    const page = await open(withCamera, 'view=camera', keepStreams);
    await live(page);
    await page.evaluate(() => {
      const original = HTMLVideoElement.prototype.getVideoPlaybackQuality;
      HTMLVideoElement.prototype.getVideoPlaybackQuality = () => ({ ...original, totalVideoFrames: 7 }) as never;
    });
    await page.getByText('摄像头的画面停住了，正在重新打开').waitFor();
    await expect.poll(() => states(page)).toContain('ended');
  });

  it('is let go when the screen goes on', async () => {
    const page = await open(withCamera, 'view=camera', keepStreams);
    await live(page);
    await page.evaluate(() => window.unmount());
    await expect.poll(async () => new Set(await states(page))).toEqual(new Set(['ended']));
  });

  it('that is not there or not allowed at all is said at once', async () => {
    const none = await open(await launch(fakeUi), 'view=camera&lang=en');
    await none.getByText('There is no camera').waitFor();
    expect((await given(none)).none).toEqual(['no video input device']);
    const denied = await open(await launch(fakeDevice, '--deny-permission-prompts'), 'view=camera&lang=en');
    await denied.getByText('This machine does not allow the camera').waitFor();
    expect((await given(denied)).none[0]).toContain('NotAllowedError');
  });
});

describe('a code', () => {
  it('is read off the picture of the document camera', async () => {
    const film = join(folder, 'code.y4m');
    writeFileSync(film, qrVideo(caseCode));
    const page = await open(
      await launch(fakeUi, fakeDevice, `--use-file-for-fake-video-capture=${film}`),
      'view=scanner',
    );
    await expect.poll(async () => (await given(page)).codes, { timeout: 30_000 }).toEqual([caseCode]);
  });

  it('is taken from a scanner that types', async () => {
    const page = await open(withCamera, 'view=wedge');
    await page.evaluate((text) => {
      for (const name of [...text, 'Enter']) {
        window.dispatchEvent(new KeyboardEvent('keydown', { key: name, cancelable: true }));
      }
    }, caseCode);
    expect((await given(page)).codes).toEqual([caseCode]);
  });
});

describe('a signature', () => {
  it('is drawn, comes back after a reload, and can be taken back', async () => {
    const page = await open(withCamera, 'view=signature');
    const signed = page.locator('[data-signed]');
    const ink = () =>
      page.locator('.signature-ink').evaluateAll((paths) => paths.map((p) => p.getAttribute('d') ?? ''));
    const box = await page.locator('.signature-pad').boundingBox();
    if (box === null) throw new Error('no pad');
    for (const start of [0.2, 0.5]) {
      await page.mouse.move(box.x + box.width * start, box.y + box.height * 0.3);
      await page.mouse.down();
      for (let i = 1; i <= 30; i++) {
        await page.mouse.move(
          box.x + box.width * (start + 0.08 * Math.sin(i / 3)),
          box.y + box.height * (0.3 + i * 0.012),
        );
      }
      await page.mouse.up();
    }
    await expect.poll(() => signed.getAttribute('data-signed')).toBe('true');
    const drawn = await ink();
    // The first point is where the finger was, in the pad's units.
    expect(drawn[0]).toMatch(/^M(199|200|201)(\.\d)? 1(19|20|21)/);
    await page.reload();
    await expect.poll(ink).toEqual(drawn);
    await touch(page, '撤一笔');
    await expect.poll(() => signed.textContent()).toBe('1');
    await touch(page, '重签');
    await expect.poll(() => signed.textContent()).toBe('0');
    expect(await signed.getAttribute('data-signed')).toBe('false');
  });
});

describe('everybody', () => {
  const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

  it.each([
    'view=keyboard&mode=name',
    'view=keyboard&mode=address&lang=en',
    'view=keyboard&mode=idNumber',
    'view=camera&lang=en',
    'view=signature',
  ])('can use %s', async (query) => {
    const page = await open(withCamera, query);
    await page.locator('button').first().waitFor();
    await page.addScriptTag({ content: axe });
    const found = await page.evaluate(async () => {
      const run = (window as unknown as { axe: { run(at: string): Promise<AxeResults> } }).axe;
      return (await run.run('#app')).violations.map((v) => `${v.id}: ${v.nodes.map((n) => n.html).join(' ')}`);
    });
    expect(found).toEqual([]);
  });
});
