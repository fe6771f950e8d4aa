import { type Clock, systemClock } from '../../contract/clock.ts';
import { assert } from '../../contract/result.ts';
import type { Simulator } from '../../contract/simulator.ts';
import { openPty, type PtyMaster } from '../../transport/pty.ts';
import { Machine } from './simulator/machine.ts';
import { type PrinterFault, printerFaults } from './simulator/state.ts';
import { renderStrip, type Strip } from './simulator/strip.ts';

/** A piece of paper that left the printer, or hangs in it (`cut` is false). */
export interface SimulatedSlip {
  readonly id: number;
  /** Milliseconds since the epoch. */
  readonly at: number;
  /** What was executed to print it, questions and status commands left out. */
  readonly bytes: Uint8Array;
  readonly cut: boolean;
  readonly voided: boolean;
}

export interface EscposSimulator extends Simulator {
  /** Oldest first, the last two hundred; a strip that hangs out of the printer comes last. */
  slips(): readonly SimulatedSlip[];
  /** PNG at 203 dpi. Throws for an id that is not among `slips()`. */
  renderSlip(id: number): Promise<Uint8Array>;
  /** Called for each slip that is cut. */
  onSlip(listener: (slip: SimulatedSlip) => void): () => void;
  /** Cumulative cutter operations. */
  readonly cuts: number;
  /** Bytes that came in since the start. */
  readonly received: number;
  /** Presses FEED. */
  feed(): void;
  /** A fresh roll. */
  loadPaper(): void;
  emptyPaper(): void;
  /** Sets a fault, or pulls the plug, the moment `bytes` more bytes have come in; what follows them comes after. */
  breakAfter(bytes: number, what: string): void;
}

export interface EscposSimulatorOptions {
  readonly name: string;
  /** Path of the symbolic link to the pseudo-terminal. */
  readonly link: string;
  readonly baudRate: number;
  /** At line speed and print speed; otherwise as fast as the bytes come. */
  readonly paced: boolean;
  readonly paper: 58 | 80;
  readonly clock?: Clock;
}

const slipsKept = 200;
/** A printer that has been in service for a while. */
const cutsBefore = 1000;

export async function startEscposSimulator(options: EscposSimulatorOptions): Promise<EscposSimulator> {
  return new Simulated(options, await openPty(options));
}

class Simulated implements EscposSimulator {
  readonly name: string;
  readonly model = 'receipt-printer/escpos';
  readonly path: string;
  readonly faults = printerFaults;
  readonly #paper: 58 | 80;
  readonly #clock: Clock;
  readonly #pty: PtyMaster;
  readonly #machine: Machine;
  readonly #changeListeners = new Set<() => void>();
  readonly #slipListeners = new Set<(slip: SimulatedSlip) => void>();
  readonly #finished: { slip: SimulatedSlip; strip: Strip }[] = [];
  #nextId = 1;
  #received = 0;
  #breakage: { left: number; readonly what: string } | null = null;

  constructor(options: EscposSimulatorOptions, pty: PtyMaster) {
    this.name = options.name;
    this.path = options.link;
    this.#paper = options.paper;
    this.#clock = options.clock ?? systemClock;
    this.#pty = pty;
    this.#machine = new Machine(
      {
        paper: options.paper,
        paced: options.paced,
        clock: this.#clock,
        transmit: (bytes) => pty.write(bytes),
        onCut: (strip, bytes) => this.#drop(strip, bytes),
      },
      cutsBefore,
    );
    pty.onData((bytes) => this.#receive(bytes));
  }

  get plugged(): boolean {
    return this.#pty.plugged;
  }

  get cuts(): number {
    return this.#machine.cuts;
  }

  get received(): number {
    return this.#received;
  }

  unplug(): void {
    this.#pty.unplug();
    this.#changed();
  }

  replug(): void {
    this.#pty.replug();
    this.#changed();
  }

  setFault(fault: string, on: boolean): void {
    const known = printerFaults.find((name) => name === fault);
    assert(known !== undefined, `unknown fault ${fault}`);
    this.#machine.setFault(known, on);
    this.#changed();
  }

  activeFaults(): readonly PrinterFault[] {
    return this.#machine.activeFaults();
  }

  feed(): void {
    this.#machine.feed();
    this.#changed();
  }

  loadPaper(): void {
    this.#machine.setFault('paperLow', false);
    this.setFault('paperOut', false);
  }

  emptyPaper(): void {
    this.setFault('paperOut', true);
  }

  breakAfter(bytes: number, what: string): void {
    this.#breakage = { left: bytes, what };
  }

  slips(): readonly SimulatedSlip[] {
    const cut = this.#finished.map(({ slip }) => slip);
    const { strip, stripBytes } = this.#machine;
    return strip.blank ? cut : [...cut, this.#describe(strip, stripBytes, false)];
  }

  async renderSlip(id: number): Promise<Uint8Array> {
    const finished = this.#finished.find(({ slip }) => slip.id === id)?.strip;
    const strip = finished ?? (id === this.#nextId ? this.#machine.strip : null);
    if (!strip) throw new Error(`no slip ${id}`);
    return renderStrip(strip, this.#paper);
  }

  onChange(listener: () => void): () => void {
    this.#changeListeners.add(listener);
    return () => this.#changeListeners.delete(listener);
  }

  onSlip(listener: (slip: SimulatedSlip) => void): () => void {
    this.#slipListeners.add(listener);
    return () => this.#slipListeners.delete(listener);
  }

  async close(): Promise<void> {
    this.#machine.stop();
    await this.#pty.close();
  }

  #receive(bytes: Uint8Array): void {
    this.#received += bytes.length;
    const breakage = this.#breakage;
    if (!breakage || bytes.length < breakage.left) {
      if (breakage) breakage.left -= bytes.length;
      this.#machine.receive(bytes);
      return;
    }
    this.#breakage = null;
    this.#machine.receive(bytes.subarray(0, breakage.left));
    if (breakage.what === 'unplug') {
      this.unplug();
      return;
    }
    this.setFault(breakage.what, true);
    this.#machine.receive(bytes.subarray(breakage.left));
  }

  #drop(strip: Strip, bytes: Uint8Array): void {
    const slip = this.#describe(strip, bytes, true);
    this.#nextId += 1;
    this.#finished.push({ slip, strip });
    if (this.#finished.length > slipsKept) this.#finished.shift();
    for (const listener of [...this.#slipListeners]) listener(slip);
    this.#changed();
  }

  #describe(strip: Strip, bytes: Uint8Array, cut: boolean): SimulatedSlip {
    const voided = strip.words().includes('VOID');
    return { id: this.#nextId, at: this.#clock.now(), bytes, cut, voided };
  }

  #changed(): void {
    for (const listener of [...this.#changeListeners]) listener();
  }
}
