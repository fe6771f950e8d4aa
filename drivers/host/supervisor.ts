import type { Clock } from '../contract/clock.ts';
import type { DeviceError, DeviceState, DeviceStatus } from '../contract/device.ts';
import { type Log, technical } from '../contract/log.ts';
import { err, type Result } from '../contract/result.ts';
import type { OpenTransport, Transport, TransportError } from '../contract/transport.ts';
import type { StatusHolder } from './status.ts';
import { pause } from './wait.ts';

/** Bounds of connecting and recovering; every driver keeps to the same. */
export const supervision = {
  openTimeoutMs: 3000,
  firstBackoffMs: 250,
  longestBackoffMs: 5000,
  /** After the one automatic reset failed, and between two such resets. */
  cooldownMs: 30_000,
  heartbeatMs: 15_000,
} as const;

/** A live connection: whatever the driver made of an open port. */
export interface Session {
  readonly transport: Transport;
}

export interface SupervisorOptions<S extends Session, Status extends DeviceStatus> {
  readonly name: string;
  readonly open: OpenTransport;
  readonly clock: Clock;
  readonly log: Log;
  /** Uniform in [0, 1). */
  readonly random: () => number;
  readonly status: StatusHolder<Status>;
  /** Fields of the status that hold while nothing is known of the device, e.g. `{ media: 'unknown' }`. */
  readonly unknown: Partial<Omit<Status, 'since' | 'lastError'>>;
  /**
   * Makes a session of an open port: looks at the device's sensors and trusts nothing remembered; `reset` asks for
   * the device's own reset first. Ends soon after `signal` aborts. The supervisor closes the port on an error.
   */
  establish(transport: Transport, how: { reset: boolean; signal: AbortSignal }): Promise<Result<S, DeviceError>>;
  /** Asked now and then while connected: is the device still there? Goes through the command queue. */
  heartbeat(session: S): Promise<Result<void, DeviceError>>;
}

/**
 * Keeps a device connected: one path for the first connection, a replug and a recovery. A device that answers wrongly
 * or not at all is reset once; if that does not help it is `hardwareError` with the root cause, and tried again after
 * a cooldown or a replug.
 */
export interface Supervisor<S> {
  session(): S | null;
  /** The session, as soon as there is one; null when `signal` aborts or the supervisor closes first. */
  connected(signal: AbortSignal): Promise<S | null>;
  /** A command found the device silent or faulty: drops this session and recovers. An older session is ignored. */
  fault(session: S, error: DeviceError): void;
  /** Drops the session and connects anew at once with the device's own reset, cooldown or not. */
  restart(): void;
  close(): Promise<void>;
}

type Ending =
  | { readonly kind: 'lost'; readonly cause: string }
  | { readonly kind: 'fault'; readonly error: DeviceError }
  | { readonly kind: 'restart' }
  | { readonly kind: 'closed' };

export function createSupervisor<S extends Session, Status extends DeviceStatus>(
  options: SupervisorOptions<S, Status>,
): Supervisor<S> {
  return new Keeper(options);
}

class Keeper<S extends Session, Status extends DeviceStatus> implements Supervisor<S> {
  readonly #options: SupervisorOptions<S, Status>;
  readonly #waiters = new Set<(session: S | null) => void>();
  readonly #done: Promise<void>;
  #session: S | null = null;
  #closed = false;
  /** Ends what the keeper is at: a session, a pause or an attempt. */
  #end: ((ending: Ending) => void) | null = null;
  #failures = 0;
  #onlineSince = 0;
  /** When the last automatic reset was tried; null when the right to one is fresh. */
  #lastReset: number | null = null;
  #resetNext = false;

  constructor(options: SupervisorOptions<S, Status>) {
    this.#options = options;
    this.#done = this.#keep();
  }

  session(): S | null {
    return this.#session;
  }

  connected(signal: AbortSignal): Promise<S | null> {
    return new Promise((resolve) => {
      if (this.#session || signal.aborted || this.#closed) return resolve(signal.aborted ? null : this.#session);
      const settle = (session: S | null) => {
        this.#waiters.delete(settle);
        signal.removeEventListener('abort', giveUp);
        resolve(session);
      };
      const giveUp = () => settle(null);
      this.#waiters.add(settle);
      signal.addEventListener('abort', giveUp, { once: true });
    });
  }

  fault(session: S, error: DeviceError): void {
    if (session !== this.#session) return;
    this.#session = null;
    this.#end?.({ kind: 'fault', error });
  }

  restart(): void {
    this.#resetNext = true;
    this.#session = null;
    this.#end?.({ kind: 'restart' });
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#session = null;
    this.#end?.({ kind: 'closed' });
    for (const waiter of [...this.#waiters]) waiter(null);
    await this.#done;
  }

  async #keep(): Promise<void> {
    while (!this.#closed) {
      const opened = await this.#options.open(supervision.openTimeoutMs);
      if (this.#closed) {
        if (opened.ok) await opened.value.close();
        return;
      }
      if (opened.ok) await this.#hold(opened.value);
      else {
        this.#away(opened.error);
        await this.#backOff();
      }
    }
  }

  /** From an open port to its end, whatever that is. */
  async #hold(transport: Transport): Promise<void> {
    const ended = this.#listen(transport);
    const abort = new AbortController();
    void ended.then(() => abort.abort());
    try {
      const reset = this.#takeReset();
      const established = await this.#establish(transport, { reset, signal: abort.signal });
      if (abort.signal.aborted) return await this.#afterwards(await ended, transport);
      if (!established.ok) return await this.#recover(established.error, transport);
      this.#online(established.value);
      void this.#beat(established.value, abort.signal);
      await this.#afterwards(await ended, transport);
    } finally {
      this.#session = null;
      this.#end = null;
      abort.abort();
      await transport.close();
    }
  }

  /** A driver that throws has a bug, which must not take the other devices along. */
  async #establish(transport: Transport, how: { reset: boolean; signal: AbortSignal }) {
    try {
      return await this.#options.establish(transport, how);
    } catch (error) {
      const name = error instanceof Error ? error.name : typeof error;
      return err({
        code: 'internalError',
        detail: 'internal',
        cause: `the driver threw ${name}`,
      } satisfies DeviceError);
    }
  }

  #listen(transport: Transport): Promise<Ending> {
    return new Promise((resolve) => {
      this.#end = resolve;
      transport.onLost((error) => {
        this.#session = null;
        resolve({ kind: 'lost', cause: error.cause });
      });
      if (this.#closed) resolve({ kind: 'closed' });
    });
  }

  #online(session: S): void {
    const { status, name, log } = this.#options;
    this.#session = session;
    this.#onlineSince = this.#options.clock.monotonic();
    status.set({ device: 'online', cause: null } as Partial<Status>);
    log.info('device-connected', { device: technical(name) });
    for (const waiter of [...this.#waiters]) waiter(session);
  }

  async #beat(session: S, signal: AbortSignal): Promise<void> {
    for (;;) {
      await pause(this.#options.clock, supervision.heartbeatMs, signal);
      if (signal.aborted) return;
      const alive = await this.#options.heartbeat(session);
      if (!alive.ok && alive.error.code !== 'canceled') this.fault(session, alive.error);
    }
  }

  async #afterwards(ending: Ending, transport: Transport): Promise<void> {
    this.#session = null;
    switch (ending.kind) {
      case 'closed':
        return;
      case 'restart':
        return this.#down('starting', null);
      case 'lost':
        // A connection that did not last is a failure too: a loose plug must not set off a storm of attempts.
        if (this.#options.clock.monotonic() - this.#onlineSince > supervision.longestBackoffMs) this.#failures = 0;
        this.#away({ code: 'lost', cause: ending.cause });
        return this.#backOff();
      case 'fault':
        return this.#recover(ending.error, transport);
    }
  }

  /** One automatic reset; where that was tried lately, out of service until the cooldown or a replug. */
  async #recover(error: DeviceError, transport: Transport): Promise<void> {
    const { clock, status, log, name } = this.#options;
    log.error('device-fault', { device: technical(name), code: technical(error.code), cause: technical(error.cause) });
    status.fail(error);
    const now = clock.monotonic();
    if (this.#lastReset === null || now - this.#lastReset > supervision.cooldownMs) {
      this.#lastReset = now;
      this.#resetNext = true;
      if (status.get().device !== 'hardwareError') this.#down('starting', error.cause);
      return;
    }
    this.#down('hardwareError', error.cause);
    const ending = await this.#cooldown(transport);
    if (ending === 'over') this.#lastReset = null;
    else await this.#afterwards(ending, transport);
  }

  /** Keeps the port open meanwhile, to hear of a replug. */
  async #cooldown(transport: Transport): Promise<Ending | 'over'> {
    const abort = new AbortController();
    const ended = this.#listen(transport);
    const over = pause(this.#options.clock, supervision.cooldownMs, abort.signal).then(() => 'over' as const);
    const first = await Promise.race([ended, over]);
    abort.abort();
    return first;
  }

  #away(error: TransportError): void {
    const { log, name, status } = this.#options;
    const gone = error.code === 'notFound' || error.code === 'lost';
    // Whatever comes back was without power: it has earned a fresh attempt.
    if (gone) this.#lastReset = null;
    if (this.#failures === 0 || error.code === 'lost') {
      log.warn('device-away', { device: technical(name), cause: technical(error.cause) });
      status.fail({ code: 'connectionLost', detail: 'disconnected', cause: error.cause });
    }
    this.#down(gone ? 'powerOff' : 'hardwareError', error.cause);
  }

  #down(device: DeviceState, cause: string | null): void {
    const { status, unknown } = this.#options;
    status.set({ ...unknown, device, cause } as Partial<Status>);
  }

  #takeReset(): boolean {
    const reset = this.#resetNext;
    this.#resetNext = false;
    return reset;
  }

  /** Exponential back-off with full jitter, cut short by a restart. */
  async #backOff(): Promise<void> {
    const { clock, random } = this.#options;
    const ceiling = Math.min(supervision.longestBackoffMs, supervision.firstBackoffMs * 2 ** this.#failures);
    this.#failures = Math.min(this.#failures + 1, 16);
    const abort = new AbortController();
    this.#end = () => abort.abort();
    await pause(clock, ceiling * random(), abort.signal);
    this.#end = null;
  }
}
