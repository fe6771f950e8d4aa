import { mkdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Config, DeviceConfig } from '../../config/schema.ts';
import { type Clock, systemClock } from '../../drivers/contract/clock.ts';
import type { Log } from '../../drivers/contract/log.ts';
import { assert } from '../../drivers/contract/result.ts';
import { type SamvSimulator, startSamvSimulator } from '../../drivers/id-card-reader/samv/simulator.ts';
import { type EscposSimulator, startEscposSimulator } from '../../drivers/receipt-printer/escpos/simulator.ts';
import { type Centre, startCentre } from '../centre/centre.ts';
import { writeDurably } from '../centre/keys.ts';
import { watchEnrolment } from './enrolment.ts';
import { type CentreLine, startLine } from './line.ts';
import { createPanelBackend } from './panel-backend.ts';
import { startPanel } from './panel-server.ts';

/** The world around one terminal: its devices, the line, the centre. The terminal is another process. */
export interface Bench {
  /** null where the configuration names none, or a real one. */
  readonly reader: SamvSimulator | null;
  readonly printer: EscposSimulator | null;
  readonly line: CentreLine;
  readonly centre: Centre;
  /** The centre as the terminal must reach it: through the line. */
  readonly centreUrlForTerminal: string;
  readonly panelUrl: string;
  close(): Promise<void>;
}

export interface BenchOptions {
  readonly config: Config;
  /** The world's own folder. Not the terminal's: the centre keeps clear text, which no folder of a terminal may hold. */
  readonly directory: string;
  readonly itemsDirectory: string;
  readonly log: Log;
  readonly clock?: Clock;
  /** Overrides the configuration's `simulation.paced`. */
  readonly paced?: boolean;
  /** Folder of the built page of the panel. */
  readonly page?: string;
}

const loopback = '127.0.0.1';

/**
 * Starts what the configuration simulates: devices on pseudo-terminals below `config.stateDirectory`, a centre in
 * `directory`, the line between, the panel. Writes the centre's public keys where the terminal looks for them and
 * registers the terminal's key as soon as it appears. Rejects when a port is taken; nothing is left running then.
 */
export async function startBench(options: BenchOptions): Promise<Bench> {
  const { config, log } = options;
  const { simulation } = config;
  assert(simulation !== undefined && config.mode === 'development', 'a bench is for development');
  const clock = options.clock ?? systemClock;
  const paced = options.paced ?? simulation.paced;
  const closers: (() => void | Promise<void>)[] = [];
  const close = async () => {
    for (const each of closers.splice(0).reverse()) await each();
  };
  try {
    mkdirSync(options.directory, { recursive: true, mode: 0o700 });
    const { reader, printer } = await startDevices(config, paced, clock, closers);
    const centre = await startCentre({
      directory: join(options.directory, 'centre'),
      host: loopback,
      port: simulation.centrePort,
      itemsDirectory: options.itemsDirectory,
      clock,
      log,
    });
    closers.push(() => centre.close());
    const target = { host: loopback, port: centre.port };
    const line = await startLine({ host: loopback, port: simulation.linePort, target, clock });
    closers.push(() => line.close());
    layKeys(config, centre);
    const backend = createPanelBackend({ config, reader, printer, line, centre, clock });
    closers.push(() => backend.close());
    const enrolment = watchEnrolment({
      stateDirectory: config.stateDirectory,
      terminal: config.terminal.id,
      centre,
      clock,
      log,
      onChange: () => backend.setRegistered(),
    });
    closers.push(() => enrolment.close());
    const panel = await startPanel({
      ...simulation.panel,
      backend,
      ...(options.page === undefined ? {} : { page: options.page }),
    });
    closers.push(() => panel.close());
    return {
      reader,
      printer,
      line,
      centre,
      centreUrlForTerminal: `http://${loopback}:${line.port}`,
      panelUrl: panel.url,
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

async function startDevices(
  config: Config,
  paced: boolean,
  clock: Clock,
  closers: (() => void | Promise<void>)[],
): Promise<{ readonly reader: SamvSimulator | null; readonly printer: EscposSimulator | null }> {
  let reader: SamvSimulator | null = null;
  let printer: EscposSimulator | null = null;
  for (const device of config.devices) {
    if (device.address.transport !== 'pty') continue;
    const common = { name: device.name, ...portOf(config, device), paced, clock };
    if (device.model === 'id-card-reader/samv') {
      const started = await startSamvSimulator(common);
      closers.push(() => started.close());
      reader = started;
    } else {
      const started = await startEscposSimulator({ ...common, paper: device.paper });
      closers.push(() => started.close());
      printer = started;
    }
  }
  return { reader, printer };
}

function portOf(config: Config, { address }: DeviceConfig): { readonly link: string; readonly baudRate: number } {
  return { link: resolve(config.stateDirectory, address.path), baudRate: address.baudRate };
}

/** The technician's errand of bringing the centre's public keys. */
function layKeys(config: Config, centre: Centre): void {
  const text = readFileSync(centre.keysFile, 'utf8');
  const place = resolve(config.stateDirectory, config.centre.keys);
  writeDurably(place, text);
}
