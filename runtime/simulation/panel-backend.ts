import type { Config } from '../../config/schema.ts';
import type { Clock } from '../../drivers/contract/clock.ts';
import { err, ok, type Result, throwIllegalValue } from '../../drivers/contract/result.ts';
import type { Simulator } from '../../drivers/contract/simulator.ts';
import { sampleCards } from '../../drivers/id-card-reader/samv/samples.ts';
import type { SamvSimulator } from '../../drivers/id-card-reader/samv/simulator.ts';
import type { EscposSimulator } from '../../drivers/receipt-printer/escpos/simulator.ts';
import type { Centre } from '../centre/centre.ts';
import type { PanelAct, PanelDevice, PanelSlip, PanelState } from '../server/protocol.ts';
import type { CentreLine } from './line.ts';
import type { PanelBackend } from './panel-server.ts';

interface World {
  readonly config: Config;
  readonly reader: SamvSimulator | null;
  readonly printer: EscposSimulator | null;
  readonly line: CentreLine;
  readonly centre: Centre;
  readonly clock: Clock;
}

const slipsShown = 12;
/** Of cases, and of numbers. */
const arrivalsShown = 50;

/** The bench as the panel sees it. */
export function createPanelBackend(world: World): PanelBackend & { setRegistered(): void; close(): void } {
  const { reader, printer, line, centre } = world;
  const listeners = new Set<() => void>();
  const changed = () => {
    for (const listener of [...listeners]) listener();
  };
  const stops = [reader, printer, line, centre].flatMap((each) => (each ? [each.onChange(changed)] : []));
  let registered = false;
  return {
    state: () => stateOf(world, registered),
    act: (wanted) => act(world, wanted),
    slip: async (n) => (printer?.slips().some((slip) => slip.id === n) ? printer.renderSlip(n) : null),
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    setRegistered() {
      registered = true;
      changed();
    },
    close() {
      for (const stop of stops) stop();
      listeners.clear();
    },
  };
}

function stateOf({ config, reader, printer, line, centre }: World, registered: boolean): PanelState {
  const { port } = config.server;
  const screen = port === 0 ? null : `http://${config.server.host}:${port}`;
  return {
    terminal: { id: config.terminal.id, url: screen, registered },
    devices: [
      ...(reader ? [deviceOf('idCardReader', reader)] : []),
      ...(printer ? [deviceOf('receiptPrinter', printer)] : []),
    ],
    cards: sampleCards.map(({ id, title }) => ({ id, title })),
    card: reader?.card?.id ?? null,
    line: line.mode(),
    slips: printer ? slipsOf(printer) : [],
    cases: centre
      .cases()
      .slice(0, arrivalsShown)
      .map(({ caseId, code, state, receivedAt, commits }) => {
        return { code, state, receivedAt, commits, url: `${centre.url}/cases/${caseId}` };
      }),
    tickets: centre
      .tickets()
      .slice(0, arrivalsShown)
      .map(({ number, takenAt, waiting }) => ({ number, at: takenAt, waiting })),
    centre: centre.url,
  };
}

function deviceOf(name: PanelDevice['name'], simulator: Simulator): PanelDevice {
  const active = simulator.activeFaults();
  return {
    name,
    model: simulator.model,
    path: simulator.path,
    plugged: simulator.plugged,
    faults: simulator.faults.map((fault) => ({ name: fault, on: active.includes(fault) })),
  };
}

function slipsOf(printer: EscposSimulator): readonly PanelSlip[] {
  return printer
    .slips()
    .slice(-slipsShown)
    .reverse()
    .map(({ id, at, bytes, cut, voided }) => ({ n: id, at, bytes: bytes.length, cut, voided }));
}

function act({ reader, printer, line }: World, wanted: PanelAct): Result<void, string> {
  switch (wanted.act) {
    case 'placeCard': {
      const card = sampleCards.find((each) => each.id === wanted.card);
      if (!reader || !card) return err('no such card or reader');
      reader.placeCard(card);
      return ok(undefined);
    }
    case 'liftCard':
      reader?.liftCard();
      return ok(undefined);
    case 'feed':
      printer?.feed();
      return ok(undefined);
    case 'newRoll':
      printer?.loadPaper();
      return ok(undefined);
    case 'line':
      line.setMode(wanted.mode);
      return ok(undefined);
    case 'plug': {
      const device = wanted.device === 'idCardReader' ? reader : printer;
      if (!device) return err('no such device on this bench');
      if (wanted.plugged !== device.plugged) wanted.plugged ? device.replug() : device.unplug();
      return ok(undefined);
    }
    case 'fault': {
      const device = wanted.device === 'idCardReader' ? reader : printer;
      if (!device?.faults.includes(wanted.fault)) return err('this device knows no such fault');
      device.setFault(wanted.fault, wanted.on);
      return ok(undefined);
    }
    default:
      return throwIllegalValue(wanted);
  }
}
