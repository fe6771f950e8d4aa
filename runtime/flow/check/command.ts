import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { loadCatalogue } from '../../catalogue/catalogue.ts';
import { loadSlips } from '../slip-library.ts';
import { type CheckReport, checkFlow } from './check.ts';
import { exists, flowFolders } from './folders.ts';

const usage = 'window24 flow check DIR [--json]: DIR is one flow, or the folder that holds them all\n';

/** `window24 flow check DIR [--json]`. Exit code 0: no findings; 1: findings; 2: nothing to check. */
export async function runFlowCheck(args: readonly string[]): Promise<{ exitCode: number; output: string }> {
  const wanted = optionsOf(args);
  if (!wanted) return { exitCode: 2, output: usage };
  const folders = await flowFolders(wanted.directory);
  const reports: CheckReport[] = [];
  for (const folder of folders) reports.push(await checkFlow(folder));
  reports.push(...(await besides(wanted.directory)));
  if (reports.length === 0) return { exitCode: 2, output: `${wanted.directory} holds no flow.\n` };
  const sound = reports.every((report) => report.findings.length === 0);
  const output = wanted.json ? `${JSON.stringify({ sound, reports }, null, 2)}\n` : reports.map(describe).join('');
  return { exitCode: sound ? 0 : 1, output };
}

function optionsOf(args: readonly string[]): { readonly directory: string; readonly json: boolean } | null {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      options: { json: { type: 'boolean', default: false } },
      allowPositionals: true,
    });
    const [directory, ...more] = positionals;
    return directory && more.length === 0 ? { directory: resolve(directory), json: values.json } : null;
  } catch {
    return null;
  }
}

/** What lies beside flows in the folder of all: the slips they print and the items they apply for. */
async function besides(directory: string): Promise<readonly CheckReport[]> {
  const reports: CheckReport[] = [];
  const report = (flow: string, sentences: readonly string[]) =>
    reports.push({
      flow,
      states: 0,
      transitions: 0,
      findings: sentences.map((sentence) => ({ flow, state: null, rule: 'file' as const, sentence, path: [] })),
    });
  const slips = join(directory, 'slips');
  if (await exists(slips)) {
    const loaded = await loadSlips(slips);
    const problems = loaded.ok ? [] : loaded.error;
    report(
      'slips',
      problems.map((each) => `${each.file}: ${each.path}: ${each.problem}`),
    );
  }
  const items = join(directory, 'catalogue', 'items');
  if (await exists(items)) {
    const loaded = await loadCatalogue(items);
    const problems = loaded.ok ? [] : loaded.error.problems;
    report(
      'catalogue',
      problems.map((each) => `${each.file}: ${each.path}: ${each.problem} ${each.hint}`),
    );
  }
  return reports;
}

function describe(report: CheckReport): string {
  const { flow, states, transitions, findings } = report;
  const size = states > 0 ? ` (${states} states, ${transitions} transitions)` : '';
  if (findings.length === 0) return `${flow}${size}: sound\n`;
  const lines = findings.map(({ state, rule, sentence, path }) => {
    const way = path.length > 1 ? `\n      by ${path.join(' → ')}` : '';
    return `  [${rule}] ${state === null ? '' : `${state}: `}${sentence}${way}\n`;
  });
  return `${flow}${size}: ${findings.length} finding${findings.length === 1 ? '' : 's'}\n${lines.join('')}`;
}
