import type { Clock } from '../../contract/clock.ts';
import { err, ok, type Result } from '../../contract/result.ts';
import type { Transport } from '../../contract/transport.ts';
import type { Session } from '../../host/supervisor.ts';
import { decodeCounter, hex, isCleared, type PrinterReply, ReplyParser } from './codec.ts';
import * as commands from './commands.ts';
import { decodeAutomatic, decodeRealTime, type PrinterCondition, type PrinterError } from './condition.ts';

export const linkTiming = {
  /** Real-time answers come at once, whatever the printer is doing. */
  realTimeMs: 1000,
  clearMs: 500,
  counterMs: 1500,
  /** A printer that says XOFF, or a port that takes no bytes, holds up its command for this long at most. */
  blockedMs: 5000,
} as const;

export type Waited = 'met' | 'timeOut' | 'lost' | 'aborted';

/** Answers seen so far; waits compare them with what they were before. */
interface Seen {
  /** Answers to in-order probes. */
  probes: number;
  automatic: number;
  cleared: number;
  counters: number;
}

/** One open port with a printer behind it: sends, sorts the answers, waits for them. */
export class PrinterLink implements Session {
  readonly transport: Transport;
  readonly seen: Seen = { probes: 0, automatic: 0, cleared: 0, counters: 0 };
  /** What the printer last said of itself; null until it spoke. */
  condition: PrinterCondition | null = null;
  /** Cause of the loss of the port, null while it is open. */
  lost: string | null = null;
  readonly #clock: Clock;
  readonly #parser = new ReplyParser();
  readonly #waiters = new Set<() => void>();
  readonly #onCondition: (condition: PrinterCondition) => void;
  #realTime: number[] = [];
  #counter: number | null = null;
  #paused = false;
  #garbage: number[] = [];

  constructor(transport: Transport, clock: Clock, onCondition: (condition: PrinterCondition) => void) {
    this.transport = transport;
    this.#clock = clock;
    this.#onCondition = onCondition;
    transport.onData((bytes) => {
      for (const reply of this.#parser.push(bytes)) this.#hear(reply);
      this.#wake();
    });
    transport.onLost((error) => {
      this.lost = error.cause;
      this.#wake();
    });
  }

  /** Waits until `done`, looked at after each answer. Bounded by `ms`; `signal` cuts it short. */
  until(done: () => boolean, ms: number, signal?: AbortSignal): Promise<Waited> {
    const outcome = (): Waited | null =>
      done() ? 'met' : this.lost !== null ? 'lost' : signal?.aborted ? 'aborted' : null;
    return new Promise((resolve) => {
      const first = outcome();
      if (first) return resolve(first);
      const settle = (result: Waited) => {
        cancel();
        this.#waiters.delete(look);
        signal?.removeEventListener('abort', look);
        resolve(result);
      };
      const look = () => {
        const result = outcome();
        if (result) settle(result);
      };
      const cancel = this.#clock.after(Math.max(0, ms), () => settle('timeOut'));
      this.#waiters.add(look);
      signal?.addEventListener('abort', look, { once: true });
    });
  }

  /** Hands bytes to the port once the printer lets us; `met` when the operating system has taken them all. */
  async send(bytes: Uint8Array, signal?: AbortSignal): Promise<Waited> {
    const free = await this.until(() => !this.#paused, linkTiming.blockedMs, signal);
    if (free !== 'met') return free;
    let written = false;
    void this.transport.write(bytes).then((result) => {
      if (result.ok) written = true;
      else this.lost ??= result.error.cause;
      this.#wake();
    });
    return this.until(() => written, linkTiming.blockedMs, signal);
  }

  /** Sends a question and waits until `answered`; true when it was. */
  async ask(bytes: Uint8Array, answered: () => boolean, ms: number, signal?: AbortSignal): Promise<boolean> {
    if ((await this.send(bytes, signal)) !== 'met') return false;
    return (await this.until(answered, ms, signal)) === 'met';
  }

  /** DLE EOT 1 to 4, asked twice before the printer counts as silent. Works in every state of the printer. */
  async look(signal?: AbortSignal): Promise<Result<PrinterCondition, PrinterError>> {
    for (let attempt = 0; attempt < 2; attempt += 1) {
      this.#realTime = [];
      this.#garbage = [];
      const answered = () => this.#realTime.length >= 4;
      if (await this.ask(commands.realTimeStatus, answered, linkTiming.realTimeMs, signal)) {
        const [first = 0, second = 0, third = 0, fourth = 0] = this.#realTime;
        this.#learn(decodeRealTime([first, second, third, fourth]));
        if (this.condition) return ok(this.condition);
      }
      if (this.lost !== null || signal?.aborted) break;
    }
    return err(this.silence('DLE EOT'));
  }

  /** The error of a question without an answer. */
  silence(question: string): PrinterError {
    if (this.lost !== null) return { code: 'connectionLost', detail: 'disconnected', cause: this.lost };
    const heard = this.#garbage.length > 0 ? `, heard ${hex(this.#garbage)}` : '';
    return { code: 'hardwareError', detail: 'stalled', cause: `no answer to ${question}${heard}` };
  }

  /** Cumulative cuts, in order; null where the printer does not tell. */
  async readCuts(signal?: AbortSignal): Promise<number | null> {
    const before = this.seen.counters;
    this.#counter = null;
    const answered = () => this.seen.counters > before;
    await this.ask(commands.readCutCounter, answered, linkTiming.counterMs, signal);
    return this.#counter;
  }

  /** Empties all buffers, so that nothing that was sent before can come out any more; true when confirmed. */
  async clear(): Promise<boolean> {
    const before = this.seen.cleared;
    await this.send(commands.discardAndRecover);
    return this.ask(commands.clearBuffers, () => this.seen.cleared > before, linkTiming.clearMs);
  }

  #hear(reply: PrinterReply): void {
    switch (reply.kind) {
      case 'realTime':
        this.#realTime.push(reply.byte);
        return;
      case 'automatic':
        this.seen.automatic += 1;
        this.#learn(decodeAutomatic(reply.bytes));
        return;
      case 'inOrder':
        this.seen.probes += 1;
        return;
      case 'block': {
        if (isCleared(reply)) this.seen.cleared += 1;
        const counter = decodeCounter(reply);
        if (counter === null) return;
        this.#counter = counter;
        this.seen.counters += 1;
        return;
      }
      case 'flow':
        this.#paused = reply.paused;
        return;
      case 'garbage':
        this.#garbage = [...this.#garbage, ...reply.bytes].slice(-16);
    }
  }

  #learn(condition: PrinterCondition): void {
    this.condition = condition;
    this.#onCondition(condition);
  }

  #wake(): void {
    for (const waiter of [...this.#waiters]) waiter();
  }
}
