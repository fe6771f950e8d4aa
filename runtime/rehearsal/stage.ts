import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadConfig } from '../../config/load.ts';
import type { Config } from '../../config/schema.ts';
import { silentLog } from '../../drivers/contract/log.ts';
import { err, ok, type Result } from '../../drivers/contract/result.ts';
import { type Bench, startBench } from '../simulation/bench.ts';
import { spawnTerminal, type TerminalProcess } from '../simulation/terminal-process.ts';

const demo = new URL('../../config/kiosks/demo.json', import.meta.url).pathname;
const items = new URL('../../flows/catalogue/items', import.meta.url).pathname;

/** A world for rehearsals: simulated devices and a real centre here, the terminal in a process that may be killed. */
export interface Stage {
  readonly bench: Bench;
  /** Where the terminal writes; nothing else does. */
  readonly stateDirectory: string;
  terminal(): TerminalProcess;
  /** Kills the terminal as a power cut would. */
  kill(): Promise<void>;
  start(): Promise<Result<void, string>>;
  close(): Promise<void>;
}

/** Sets the stage in a fresh temporary folder with free ports. `change` adapts the demo configuration. */
export async function setStage(options: {
  readonly paced: boolean;
  readonly change?: (config: Config) => Config;
}): Promise<Result<Stage, string>> {
  const loaded = await loadConfig(demo);
  if (!loaded.ok) return err('the demo configuration is broken: run window24 config check');
  const folder = await mkdtemp(join(tmpdir(), 'window24-rehearsal-'));
  const stateDirectory = join(folder, 'terminal');
  const base = onFreePorts(loaded.value, stateDirectory, options.paced);
  const wanted = options.change ? options.change(base) : base;
  const bench = await startBench({
    config: wanted,
    itemsDirectory: items,
    directory: join(folder, 'world'),
    log: silentLog,
    paced: options.paced,
  });
  const config: Config = { ...wanted, centre: { ...wanted.centre, url: bench.centreUrlForTerminal } };
  let terminal: TerminalProcess | null = null;
  const stage: Stage = {
    bench,
    stateDirectory,
    terminal() {
      if (!terminal) throw new Error('the terminal is not running');
      return terminal;
    },
    async kill() {
      await terminal?.kill();
      terminal = null;
    },
    async start() {
      const spawned = await spawnTerminal(config);
      if (!spawned.ok) return spawned;
      terminal = spawned.value;
      return ok(undefined);
    },
    async close() {
      await terminal?.stop();
      await bench.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
  const started = await stage.start();
  if (started.ok) return ok(stage);
  await stage.close();
  return started;
}

function onFreePorts(config: Config, stateDirectory: string, paced: boolean): Config {
  const simulation = { panel: { host: '127.0.0.1', port: 0 }, centrePort: 0, linePort: 0, paced };
  return { ...config, stateDirectory, server: { ...config.server, port: 0 }, simulation };
}
