import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { describeProblems, loadConfig } from '../config/load.ts';
import type { Config } from '../config/schema.ts';
import { createLog } from './diagnostics/log.ts';

const demo = new URL('../config/kiosks/demo.json', import.meta.url).pathname;
const items = new URL('../flows/catalogue/items', import.meta.url).pathname;

/** `window24 start [--config FILE]`: runs until it is told to end (SIGINT, SIGTERM). */
export async function runStart(parameters: readonly string[]): Promise<number> {
  const { values } = parseArgs({ args: [...parameters], options: { config: { type: 'string', default: demo } } });
  const config = await loadConfig(values.config);
  if (!config.ok) {
    process.stderr.write(describeProblems(values.config, config.error));
    return 2;
  }
  const stopping = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stopping.abort());
  return config.value.simulation
    ? startWithBench(config.value, stopping.signal)
    : startAlone(config.value, stopping.signal);
}

/** Production: this process is the terminal. */
async function startAlone(config: Config, stopping: AbortSignal): Promise<number> {
  const { runTerminal } = await import('./main.ts');
  const terminal = await runTerminal(config);
  if (!terminal.ok) {
    process.stderr.write(`window24 cannot start: ${terminal.error}\n`);
    return 1;
  }
  process.stdout.write(`window24 serves at ${terminal.value.url}\n`);
  await aborted(stopping);
  await terminal.value.close();
  return 0;
}

/** Development: simulated devices and the centre here, the terminal in a child that is started again when it dies. */
async function startWithBench(config: Config, stopping: AbortSignal): Promise<number> {
  const [{ startBench }, { spawnTerminal }] = await Promise.all([
    import('./simulation/bench.ts'),
    import('./simulation/terminal-process.ts'),
  ]);
  const log = createLog({ room: 'bench', level: 'warn' });
  const bench = await startBench({ config, itemsDirectory: items, directory: `${config.stateDirectory}-world`, log });
  const child: Config = { ...config, centre: { ...config.centre, url: bench.centreUrlForTerminal } };
  let announced = false;
  let failures = 0;
  while (!stopping.aborted) {
    const terminal = await spawnTerminal(child);
    if (!terminal.ok) {
      failures += 1;
      process.stderr.write(`window24: ${terminal.error} (${join(config.stateDirectory, 'terminal.log')})\n`);
      if (failures >= 5) break;
      await sleep(500 * failures, undefined, { signal: stopping }).catch(() => {});
      continue;
    }
    failures = 0;
    if (!announced) announce(terminal.value.url, bench.panelUrl, bench.centre.url);
    announced = true;
    await Promise.race([terminal.value.exited, aborted(stopping)]);
    if (stopping.aborted) await terminal.value.stop();
    else process.stderr.write('window24: the terminal died and is started again\n');
  }
  await bench.close();
  return failures >= 5 ? 1 : 0;
}

function announce(terminal: string, panel: string, centre: string): void {
  process.stdout.write(
    `window24 serves at       ${terminal}\n  simulator panel        ${panel}\n  centre, staff's page   ${centre}\n\nPress Ctrl+C to end.\n`,
  );
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
