import { join } from 'node:path';
import { writeFileSync } from 'node:fs';
import { chromium } from '/work/main/node_modules/playwright-core/index.mjs';
import sharp from '/work/main/node_modules/sharp';
import { it } from '/work/main/node_modules/vitest/dist/index.js';
import { setStage } from '/work/main/runtime/rehearsal/stage.ts';
import { Toucher } from '/work/main/tests/harness/toucher.ts';
import { actOn } from '/work/main/tests/harness/touched-journey.ts';
it('shoots', async () => {
  const lines = [...Array(14)].map((_, i) => `<path d="M300 ${330+i*42}h${[920,980,700,960,900,520,980,940,860,980,400,930,960,600][i]}" stroke="#3a3a3a" stroke-width="9"/>`).join('');
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="1600" height="1200"><rect width="1600" height="1200" fill="#77706a"/><rect x="140" y="70" width="1320" height="1060" fill="#f7f4ec"/><text x="800" y="220" font-family="Noto Sans CJK SC" font-size="84" font-weight="700" text-anchor="middle" fill="#222">房屋租赁合同</text>${lines}<path d="M300 1010h380M900 1010h380" stroke="#3a3a3a" stroke-width="6"/><circle cx="1190" cy="960" r="92" fill="none" stroke="#b32a1a" stroke-width="9"/></svg>`;
  const jpg = await sharp(Buffer.from(svg)).jpeg({ quality: 92 }).toBuffer();
  writeFileSync('/tmp/cam.mjpeg', Buffer.concat([...Array(20)].map(() => jpg)));
  const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox','--use-fake-ui-for-media-stream','--use-fake-device-for-media-stream','--use-file-for-fake-video-capture=/tmp/cam.mjpeg'] });
  const set = await setStage({ paced: false });
  if (!set.ok) throw new Error(set.error);
  const stage = set.value;
  const context = await browser.newContext({ viewport: { width: 1080, height: 1920 }, hasTouch: true, permissions: ['camera'], reducedMotion: 'reduce' });
  const toucher = await Toucher.at(await context.newPage(), stage.terminal().url);
  let seq = -1; const seen = [];
  for (let n = 0; n < 60; n++) {
    const m = await toucher.question(seq); seq = m.seq;
    if (m.screen === 'attract' && seen.length > 1) break;
    if (m.screen === 'capture') { await toucher.page.locator('.shutter:enabled').waitFor(); await toucher.page.waitForTimeout(600); }
    if (m.screen === 'form') await toucher.page.waitForTimeout(100);
    if (m.screen === 'outcome') await toucher.page.waitForTimeout(500);
    if (m.screen === 'sign') {
      await toucher.page.screenshot({ path: `/tmp/shot-declare.png` });
      await toucher.readOn('readDeclaration'); await toucher.sign();
      await toucher.page.screenshot({ path: `/tmp/shot-sign.png` }); seen.push('sign');
      await toucher.touch('SIGNED'); continue;
    }
    if (!seen.includes(m.screen)) { await toucher.page.screenshot({ path: `/tmp/shot-${m.screen}.png` }); seen.push(m.screen); }
    await actOn(toucher, stage, m, { journey: 'apply', item: 0 });
  }
  console.log(seen.join(' '));
  await browser.close(); await stage.close();
}, 90000);
