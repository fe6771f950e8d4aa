/** Wiring only: config → journal → devices → flows → server → uplink. */
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { describeProblems, inState, loadConfig } from '../config/load.ts';
import type { Config } from '../config/schema.ts';
import { systemClock } from '../drivers/contract/clock.ts';
import { technical } from '../drivers/contract/log.ts';
import { err, ok, type Result } from '../drivers/contract/result.ts';
import { openDevices } from '../drivers/host/registry.ts';
import { loadCatalogue } from './catalogue/catalogue.ts';
import { createLog } from './diagnostics/log.ts';
import { createLedger } from './effects/ledger.ts';
import { printSlipReconciler } from './effects/print-slip.ts';
import { keepReconciling } from './effects/reconcile.ts';
import { submitCaseReconciler } from './effects/submit-case.ts';
import type { FlowPorts } from './flow/ports.ts';
import { loadSlips, slipRenderer } from './flow/slip-library.ts';
import { openJournal } from './journal/journal.ts';
import { startServer } from './server/server.ts';
import { createRuntimeSession } from './session/create.ts';
import { createRecovery } from './session/recovery.ts';
import { createUplink } from './uplink/create-uplink.ts';

const root = new URL('..', import.meta.url).pathname;
const flowsDirectory = join(root, 'flows');
/** How long the reconciler of slips waits for the printer before it tries again later. */
const reconcilePatienceMs = 15_000;

export interface RunningTerminal {
  readonly url: string;
  close(): Promise<void>;
}

/** Starts the terminal of this configuration. An error is a sentence for the technician. */
export async function runTerminal(config: Config): Promise<Result<RunningTerminal, string>> {
  const clock = systemClock;
  const log = createLog({ room: 'terminal' });
  const [catalogue, slips] = await Promise.all([
    loadCatalogue(join(flowsDirectory, 'catalogue', 'items')),
    loadSlips(join(flowsDirectory, 'slips')),
  ]);
  if (!catalogue.ok) return err(`the catalogue is broken: ${JSON.stringify(catalogue.error)}`);
  if (!slips.ok) return err(`the slips are broken: ${JSON.stringify(slips.error)}`);
  const journal = openJournal({ path: join(config.stateDirectory, 'journal.db'), clock, log });
  if (!journal.ok) return err(journal.error.cause);
  const uplink = await createUplink({
    journal: journal.value,
    stateDirectory: config.stateDirectory,
    terminalId: config.terminal.id,
    terminalNumber: config.terminal.number,
    centreUrl: config.centre.url,
    centreKeysPath: inState(config, config.centre.keys),
    clock,
    log,
    random: Math.random,
  });
  if (!uplink.ok) return err(uplink.error.cause);
  const devices = openDevices(config.devices, {
    stateDirectory: config.stateDirectory,
    clock,
    log,
    random: Math.random,
  });
  const ledger = createLedger({ journal: journal.value, clock, newId: randomUUID });
  const { idCardReader, receiptPrinter } = devices;
  const renderSlip = slipRenderer(slips.value, clock.now);
  const ports: FlowPorts = {
    idCardReader,
    receiptPrinter,
    uplink: uplink.value,
    ledger,
    catalogue: catalogue.value,
    renderSlip,
    clock,
    log,
    uuid: randomUUID,
  };
  const terminal = { id: config.terminal.id, centre: config.terminal.centre, phone: config.terminal.phone };
  const recovery = createRecovery({ journal: journal.value, ports, terminal });
  const reconciling = keepReconciling({
    ledger,
    log,
    reconcilers: {
      printSlip: receiptPrinter
        ? printSlipReconciler({ printer: receiptPrinter, ledger, timeoutMs: reconcilePatienceMs })
        : async () => ({ state: 'inDoubt', cause: 'this terminal has no receipt printer any more' }),
      submitCase: submitCaseReconciler(uplink.value),
    },
    devices: receiptPrinter ? [receiptPrinter] : [],
  });
  const session = await createRuntimeSession({ config, ports, recovery, flowsDirectory });
  if (!session.ok) return err(`the flows are broken: ${JSON.stringify(session.error)}`);
  const server = await startServer({ config, session: session.value, uiDirectory: join(root, 'dist'), log, clock });
  log.info('terminal-ready', { mode: technical(config.mode) });
  return ok({
    url: server.url,
    async close() {
      await server.close();
      await session.value.close();
      reconciling.stop();
      await devices.close();
      await uplink.value.close();
      journal.value.close();
    },
  });
}

/** As a process of its own, started by `window24 start` and by rehearsals with a checked configuration. */
async function main(): Promise<void> {
  const { values } = parseArgs({ options: { config: { type: 'string', default: '' } } });
  const config = await loadConfig(values.config);
  const terminal = config.ok ? await runTerminal(config.value) : err(describeProblems(values.config, config.error));
  if (!terminal.ok) {
    process.stderr.write(`${terminal.error}\n`);
    process.exit(1);
  }
  const stop = () => void terminal.value.close().then(() => process.exit(0));
  process.once('SIGTERM', stop);
  process.once('SIGINT', stop);
  // The parent is gone: so is the bench with its devices.
  process.once('disconnect', stop);
  process.send?.({ type: 'ready', url: terminal.value.url });
}

if (import.meta.main) await main();
