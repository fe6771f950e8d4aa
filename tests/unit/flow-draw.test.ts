import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { graphOf } from '../../runtime/flow/check/graph.ts';
import { readFlow } from '../../runtime/flow/check/read-flow.ts';
import { runFlowDraw } from '../../runtime/flow/draw/command.ts';
import { panelsOf } from '../../runtime/flow/draw/layout.ts';
import { drawFlow, pageFiles } from '../../runtime/flow/draw/page.ts';

const flowsDirectory = new URL('../../flows', import.meta.url).pathname;
const shipped = ['queue-ticket', 'apply', 'progress'];
let scratch: string;

beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'window24-draw-'));
});
afterAll(() => rm(scratch, { recursive: true, force: true }));

async function filesOf(flow: string) {
  const files = await readFlow(join(flowsDirectory, flow));
  if (!files.ok) throw new Error(files.error.map((each) => each.sentence).join(' '));
  return files.value;
}

describe.each(shipped)('the page of %s', (flow) => {
  it('is up to date: run `npx window24 flow draw flows` after changing a flow', async () => {
    const { page, chart } = drawFlow(await filesOf(flow));
    expect(page).toBe(await readFile(join(flowsDirectory, flow, pageFiles.page), 'utf8'));
    expect(chart).toBe(await readFile(join(flowsDirectory, flow, pageFiles.chart), 'utf8'));
  });

  it('names every state with its screen, and every event', async () => {
    const { definition, texts } = await filesOf(flow);
    const { page, chart } = drawFlow({ definition, texts });
    for (const [name, state] of Object.entries(definition.machine.states)) {
      expect(page).toContain(`| \`${name}\` |`);
      expect(chart).toContain(`>${name}</text>`);
      for (const event of Object.keys(state.on ?? {})) expect(chart).toContain(event);
    }
  });

  it('draws boxes that do not lie on each other, within the sheet', async () => {
    const { definition } = await filesOf(flow);
    for (const panel of panelsOf(definition, graphOf(definition))) {
      for (const [n, one] of panel.nodes.entries()) {
        expect(one.x - one.width / 2).toBeGreaterThanOrEqual(0);
        expect(one.y + one.height / 2).toBeLessThanOrEqual(panel.height);
        for (const other of panel.nodes.slice(n + 1)) {
          const apart =
            Math.abs(one.x - other.x) >= (one.width + other.width) / 2 ||
            Math.abs(one.y - other.y) >= (one.height + other.height) / 2;
          expect(apart, `${one.name} and ${other.name}`).toBe(true);
        }
      }
    }
  });

  it('is a picture that a browser can show', async () => {
    const { chart } = drawFlow(await filesOf(flow));
    const { width, height } = await sharp(Buffer.from(chart)).metadata();
    expect(width).toBeGreaterThan(500);
    expect(height).toBeGreaterThan(500);
  });
});

describe('window24 flow draw', () => {
  it('writes the page and the chart of each flow in a folder', async () => {
    await cp(flowsDirectory, scratch, { recursive: true });
    await writeFile(join(scratch, 'apply', pageFiles.page), 'old');
    const { exitCode, output } = await runFlowDraw([scratch]);
    expect({ exitCode, lines: output.trim().split('\n').length }).toEqual({ exitCode: 0, lines: 3 });
    expect(await readFile(join(scratch, 'apply', pageFiles.page), 'utf8')).toBe(
      await readFile(join(flowsDirectory, 'apply', pageFiles.page), 'utf8'),
    );
  });

  it('draws no flow whose names lead nowhere', async () => {
    const file = join(scratch, 'progress', 'flow.json');
    await writeFile(file, (await readFile(file, 'utf8')).replace('"OK": "done"', '"OK": "nowhere"'));
    const { exitCode, output } = await runFlowDraw([join(scratch, 'progress')]);
    expect(exitCode).toBe(1);
    expect(output).toContain('not drawn');
  });

  it('puts texts of a flow into the page as words, never as markup', async () => {
    const { definition, texts } = await filesOf('progress');
    const hostile = { ...texts.en, 'progress.title': 'a|b <script> `c` \\' };
    const { page, chart } = drawFlow({ definition, texts: { ...texts, en: hostile } });
    expect(page).not.toContain('<script>');
    expect(chart).not.toContain('<script>');
  });
});
