import type { Clock } from '../../../contract/clock.ts';
import { Interpreter, type Mechanics } from './interpreter.ts';
import { automaticAnswer, isOffline, type PrinterFault, paperAnswer, realTimeAnswer, type Sensors } from './state.ts';
import { Strip } from './strip.ts';

/** Dots a second: 200 mm/s, and a tired printer. */
const speed = 1600;
const slowSpeed = 160;

export interface MachineOptions {
  readonly paper: 58 | 80;
  readonly paced: boolean;
  readonly clock: Clock;
  transmit(bytes: Uint8Array): void;
  onCut(strip: Strip, bytes: Uint8Array): void;
}

/** The printer behind the port: receive buffer, status, mechanics. It knows nothing of who drives it. */
export class Machine implements Mechanics {
  readonly #options: MachineOptions;
  readonly #faults = new Set<PrinterFault>();
  #interpreter: Interpreter;
  #strip = new Strip();
  #bytes: number[] = [];
  #buffer: number[] = [];
  /** Start of a real-time command in what was received last. */
  #command: number[] = [];
  #automatic = false;
  #announced = '';
  #cutterStuck = false;
  #cuts: number;
  #moving: (() => void) | null = null;
  #running = false;
  #answers = 0;

  constructor(options: MachineOptions, cuts: number) {
    this.#options = options;
    this.#cuts = cuts;
    this.#interpreter = new Interpreter(this, options.paper);
  }

  get strip(): Strip {
    return this.#strip;
  }

  /** All that was executed since the last cut and concerns the paper. */
  get stripBytes(): Uint8Array {
    return Uint8Array.from(this.#bytes);
  }

  get cuts(): number {
    return this.#cuts;
  }

  activeFaults(): readonly PrinterFault[] {
    return [...this.#faults];
  }

  setFault(fault: PrinterFault, on: boolean): void {
    if (this.#faults.has(fault) === on) return;
    if (on) this.#faults.add(fault);
    else this.#faults.delete(fault);
    if (fault === 'powerLoss') this.#losePower();
    if (fault === 'cutterError' && !on) this.#cutterStuck = false;
    this.#announce();
    this.#run();
  }

  /** FEED held for a moment: plain paper comes out. */
  feed(): void {
    if (isOffline(this.#sensors())) return;
    this.#announce(true);
    this.#strip.text([], 240);
    this.#announce();
  }

  receive(bytes: Uint8Array): void {
    if (this.#faults.has('powerLoss')) return;
    for (const byte of bytes) {
      this.#buffer.push(byte);
      this.#watch(byte);
    }
    this.#run();
  }

  stop(): void {
    this.#moving?.();
    this.#moving = null;
    this.#buffer = [];
  }

  // The mechanics, as the interpreter moves them.

  text(...[chars, height]: Parameters<Strip['text']>): void {
    this.#strip.text(chars, height);
    this.#move(height);
  }

  picture(...[bitmap, x, scale]: Parameters<Strip['picture']>): void {
    this.#strip.picture(bitmap, x, scale);
    this.#move(bitmap.height * scale);
  }

  /** False when the cutter sticks: the command stays where it is. */
  cut(): boolean {
    if (this.#faults.has('cutterError')) {
      this.#cutterStuck = true;
      this.#announce();
      return false;
    }
    this.#cuts += 1;
    return true;
  }

  afterCut(): void {
    const [strip, bytes] = [this.#strip, this.stripBytes];
    this.#strip = new Strip();
    this.#bytes = [];
    if (!strip.blank) this.#options.onCut(strip, bytes);
  }

  record(bytes: readonly number[]): void {
    this.#bytes.push(...bytes);
  }

  answerPaper(): void {
    this.#transmit(Uint8Array.of(paperAnswer(this.#sensors())));
  }

  answerCounter(counter: number): void {
    if (counter === 50 || counter === 178) this.#transmit(Buffer.from(`_${this.#cuts}\0`, 'latin1'));
  }

  answerIdentity(n: number): void {
    const words: Readonly<Record<number, string>> = {
      65: '1.00',
      66: 'WINDOW24',
      67: 'SIMULATED SLIP',
      69: 'CHINA GB',
    };
    const text = words[n];
    if (text !== undefined) this.#transmit(Buffer.from(`_${text}\0`, 'latin1'));
    else if (n >= 1 && n <= 3) this.#transmit(Uint8Array.of(n));
  }

  setAutomatic(mask: number): void {
    this.#automatic = mask !== 0;
    this.#announced = '';
    this.#announce();
  }

  #sensors(feeding = false): Sensors {
    return { faults: this.#faults, cutterStuck: this.#cutterStuck, feeding };
  }

  #announce(feeding = false): void {
    if (!this.#automatic) return;
    const status = automaticAnswer(this.#sensors(feeding));
    if (this.#announced === status.join()) return;
    this.#announced = status.join();
    this.#transmit(status);
  }

  #transmit(bytes: Uint8Array): void {
    if (this.#faults.has('stall') || this.#faults.has('powerLoss')) return;
    this.#options.transmit(this.#faults.has('garble') ? bytes.map((byte) => this.#garbled(byte)) : bytes);
  }

  /** Two answers of three arrive with their fixed bits wrong. */
  #garbled(byte: number): number {
    this.#answers += 1;
    return this.#answers % 3 === 0 ? byte : byte ^ 0x81;
  }

  /** Real-time commands are found in everything that comes in, whatever it belongs to, and stay in the buffer. */
  #watch(byte: number): void {
    const command = byte === 0x10 && this.#command.length < 2 ? [byte] : [...this.#command, byte];
    this.#command = [];
    const [dle, second, n] = command;
    if (dle !== 0x10) return;
    if (second === undefined) this.#command = command;
    else if (second === 0x04 || second === 0x05) {
      if (n === undefined) this.#command = command;
      else this.#realTime(second, n);
    } else if (second === 0x14) {
      if (n === undefined || (n === 8 && command.length < 10)) this.#command = command;
      else if (command.join() === '16,20,8,1,3,20,1,6,2,8') this.#clear(true);
    }
  }

  #realTime(command: 0x04 | 0x05, n: number): void {
    if (command === 0x04) {
      const answer = realTimeAnswer(n, this.#sensors());
      if (answer !== null) this.#transmit(Uint8Array.of(answer));
      return;
    }
    if (n === 2 && this.#cutterStuck) {
      this.#cutterStuck = false;
      this.#clear(false);
      this.#announce();
    } else if (n === 2 && this.#faults.has('jam')) this.#clear(false);
  }

  #clear(answer: boolean): void {
    if (this.#faults.has('stall')) return;
    this.#buffer = [];
    this.#interpreter.clear();
    if (answer) this.#transmit(Uint8Array.of(0x37, 0x25, 0x00));
  }

  #losePower(): void {
    this.stop();
    this.#command = [];
    this.#automatic = false;
    this.#cutterStuck = false;
    this.#interpreter = new Interpreter(this, this.#options.paper);
  }

  #move(dots: number): void {
    const { paced, clock } = this.#options;
    const slow = this.#faults.has('slow');
    if (!paced && !slow) return;
    this.#moving = clock.after((dots * 1000) / (slow ? slowSpeed : speed), () => {
      this.#moving = null;
      this.#run();
    });
  }

  #run(): void {
    const stopped = () =>
      this.#moving !== null ||
      isOffline(this.#sensors()) ||
      (['stall', 'busy', 'powerLoss'] as const).some((fault) => this.#faults.has(fault));
    // Somebody who hears of a cut may turn a knob: the loop must not run inside itself.
    if (this.#running) return;
    this.#running = true;
    while (!stopped()) {
      const taken = this.#interpreter.step(this.#buffer);
      if (taken === 0) break;
      this.#buffer.splice(0, taken);
    }
    this.#running = false;
  }
}
