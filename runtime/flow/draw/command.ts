import { writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { checkFlow } from '../check/check.ts';
import { flowFolders } from '../check/folders.ts';
import { readFlow } from '../check/read-flow.ts';
import { drawFlow, pageFiles } from './page.ts';

/** `window24 flow draw DIR`: writes page and chart of one flow, or of all flows of a folder. */
export async function runFlowDraw(args: readonly string[]): Promise<{ exitCode: number; output: string }> {
  const [directory, ...more] = args;
  if (!directory || more.length > 0) return { exitCode: 2, output: 'window24 flow draw DIR\n' };
  const folders = await flowFolders(resolve(directory));
  if (folders.length === 0) return { exitCode: 2, output: `${directory} holds no flow.\n` };
  const lines: string[] = [];
  let exitCode = 0;
  for (const folder of folders) {
    const files = await readFlow(folder);
    const { flow, findings } = await checkFlow(folder);
    // A chart leaves out what leads nowhere: drawn from a broken flow it would lie.
    if (!files.ok || findings.some((each) => each.rule === 'names')) {
      exitCode = 1;
      lines.push(`${flow}: not drawn, it is not sound; see window24 flow check ${directory}`);
      continue;
    }
    const { page, chart } = drawFlow(files.value);
    await writeFile(join(folder, pageFiles.page), page);
    await writeFile(join(folder, pageFiles.chart), chart);
    lines.push(`${flow}: ${join(folder, pageFiles.page)}, ${join(folder, pageFiles.chart)}`);
  }
  return { exitCode, output: `${lines.join('\n')}\n` };
}
