import type { Clock } from '../../contract/clock.ts';
import type { CommandOptions, Completion, Unsubscribe } from '../../contract/device.ts';
import type {
  CardReading,
  IdCardReader,
  IdCardReaderDetail,
  IdCardReaderStatus,
} from '../../contract/id-card-reader.ts';
import { type Log, technical } from '../../contract/log.ts';
import { err, ok, type Result } from '../../contract/result.ts';
import type { OpenTransport } from '../../contract/transport.ts';
import { type CommandQueue, type CommandScope, createCommandQueue, type EndReason } from '../../host/command-queue.ts';
import { createStatus, type StatusHolder } from '../../host/status.ts';
import { createSupervisor, type Supervisor } from '../../host/supervisor.ts';
import { pause } from '../../host/wait.ts';
import { createExchange } from './exchange.ts';
import { type ReaderError, readerError } from './failures.ts';
import { openModule, type SecurityModule } from './module.ts';

export const readerTiming = {
  /** Between two looks for a card. */
  pollMs: 300,
  /** Between two looks whether a card that was read still lies there, when nobody waits for that. */
  watchMs: 600,
  /** A command bridges a short loss of the connection, but not a reader that is gone. */
  connectMs: 3000,
  probeTimeoutMs: 10_000,
} as const;

export interface SamvReaderOptions {
  readonly name: string;
  readonly open: OpenTransport;
  readonly clock: Clock;
  readonly log: Log;
  /** Uniform in [0, 1). */
  readonly random: () => number;
}

/** A reader with the security module SAM_V or SAM_A, on a serial port or USB-serial bridge. Connects by itself. */
export function createSamvReader(options: SamvReaderOptions): IdCardReader {
  return new SamvReader(options);
}

class SamvReader implements IdCardReader {
  readonly class = 'idCardReader';
  readonly model = 'id-card-reader/samv';
  readonly name: string;
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #status: StatusHolder<IdCardReaderStatus>;
  readonly #queue: CommandQueue;
  readonly #supervisor: Supervisor<SecurityModule>;
  #moduleId: string | null = null;
  #cancelWatch: (() => void) | null = null;
  #closed = false;

  constructor(options: SamvReaderOptions) {
    const { clock, log } = options;
    this.name = options.name;
    this.#clock = clock;
    this.#log = log;
    this.#status = createStatus<IdCardReaderStatus>({ device: 'starting', cause: null, media: 'unknown' }, options);
    this.#queue = createCommandQueue(options);
    this.#supervisor = createSupervisor<SecurityModule, IdCardReaderStatus>({
      ...options,
      status: this.#status,
      unknown: { media: 'unknown' },
      establish: (transport, how) => this.#establish(openModule(transport, createExchange(transport, clock), how)),
      heartbeat: async () =>
        this.#queue.busy ? ok(undefined) : this.#probe((module, { signal }) => module.selfTest(signal)),
    });
  }

  status(): IdCardReaderStatus {
    return this.#status.get();
  }

  onStatus(listener: (status: IdCardReaderStatus) => void): Unsubscribe {
    return this.#status.onChange(listener);
  }

  moduleId(): string | null {
    return this.#moduleId;
  }

  read(options: CommandOptions): Completion<CardReading, IdCardReaderDetail> {
    return this.#command(options, 'noCard', (module, scope) => this.#readNext(module, scope));
  }

  awaitRemoval(options: CommandOptions): Completion<void, IdCardReaderDetail> {
    return this.#command(options, 'cardLeft', (module, scope) => this.#untilRemoved(module, scope));
  }

  reset(options: CommandOptions): Completion<void> {
    return this.#queue.add({
      options,
      ended: (reason) => this.#ended(reason, 'stalled'),
      run: async (scope) => {
        this.#supervisor.restart();
        const module = await this.#supervisor.connected(scope.signal);
        if (!module) return err(this.#ended('canceled', 'canceled'));
        const card = await module.presence(scope.signal);
        if (!card.ok) return this.#failed(module, card.error);
        this.#setMedia(card.value !== 'absent');
        return ok(undefined);
      },
    });
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#cancelWatch?.();
    await Promise.all([this.#queue.close(), this.#supervisor.close()]);
  }

  async #establish(opening: ReturnType<typeof openModule>) {
    const opened = await opening;
    if (opened.ok) this.#moduleId = opened.value.id;
    return opened;
  }

  /** Waits for a card and reads it; one that was read and left lying is read again where the module can. */
  async #readNext(module: SecurityModule, scope: CommandScope): Promise<Result<CardReading, ReaderError>> {
    let card = await module.presence(scope.signal);
    for (;;) {
      if (!card.ok) return card;
      this.#setMedia(card.value !== 'absent');
      if (card.value !== 'absent') {
        const reading = await this.#readCard(module, card.value, scope);
        // A module that does not read a card twice wants it lifted first: then the next "find" sees it.
        const mustBeLifted = card.value === 'read' && !reading.ok && reading.error.detail === 'cardUnreadable';
        if (!mustBeLifted) return reading;
      }
      await pause(this.#clock, readerTiming.pollMs, scope.signal);
      const found = await module.find(scope.signal);
      card = found.ok ? ok(found.value ? 'fresh' : 'absent') : found;
    }
  }

  async #readCard(module: SecurityModule, card: 'fresh' | 'read', scope: CommandScope) {
    const reading = await module.readCard(card, scope.signal);
    if (!reading.ok) {
      if (reading.error.detail === 'cardRemoved') this.#setMedia(false);
      return reading;
    }
    const { holder, portrait, warnings } = reading.value;
    for (const warning of warnings) this.#log.warn('card-odd', { what: technical(warning) });
    return ok({ holder, portrait });
  }

  async #untilRemoved(module: SecurityModule, scope: CommandScope): Promise<Result<void, ReaderError>> {
    for (;;) {
      const card = await module.presence(scope.signal);
      if (!card.ok) return card;
      this.#setMedia(card.value !== 'absent');
      if (card.value === 'absent') return ok(undefined);
      await pause(this.#clock, readerTiming.pollMs, scope.signal);
    }
  }

  /** Runs `work` on the connected module as a command of the queue. */
  #command<T>(
    options: CommandOptions,
    late: IdCardReaderDetail,
    work: (module: SecurityModule, scope: CommandScope) => Promise<Result<T, ReaderError>>,
  ): Completion<T, IdCardReaderDetail> {
    return this.#queue.add({
      options,
      ended: (reason) => this.#ended(reason, late),
      run: async (scope) => {
        this.#cancelWatch?.();
        const module = await this.#connected(scope);
        if (!module) return err(this.#notConnected());
        const result = await work(module, scope);
        if (!result.ok) return this.#failed(module, result.error);
        this.#watch();
        return result;
      },
    });
  }

  #probe<T>(work: (module: SecurityModule, scope: CommandScope) => Promise<Result<T, ReaderError>>) {
    return this.#command({ timeoutMs: readerTiming.probeTimeoutMs }, 'stalled', work);
  }

  async #connected(scope: CommandScope): Promise<SecurityModule | null> {
    const present = this.#supervisor.session();
    if (present || this.#status.get().device === 'hardwareError') return present;
    const patience = new AbortController();
    const cancel = this.#clock.after(readerTiming.connectMs, () => patience.abort());
    try {
      return await this.#supervisor.connected(AbortSignal.any([patience.signal, scope.signal]));
    } finally {
      cancel();
    }
  }

  #notConnected(): ReaderError {
    const { device, cause, lastError } = this.#status.get();
    const why = cause ?? 'not connected yet';
    if (device === 'powerOff') return readerError('connectionLost', 'disconnected', why);
    const stalled = lastError?.detail === 'stalled';
    return readerError('deviceNotReady', stalled ? 'stalled' : 'readerFault', why);
  }

  #failed<T>(module: SecurityModule, error: ReaderError): Result<T, ReaderError> {
    if (error.code === 'hardwareError') this.#supervisor.fault(module, error);
    else if (error.code !== 'canceled') this.#status.fail(error);
    this.#watch();
    return err(error);
  }

  #ended(reason: EndReason, late: IdCardReaderDetail): ReaderError {
    switch (reason) {
      case 'timeOut':
        return readerError('timeOut', late, 'the time for this command is up');
      case 'canceled':
        return readerError('canceled', 'canceled', 'cancelled by the caller');
      case 'internalError':
        return readerError('internalError', 'readerFault', 'the driver failed');
    }
  }

  #setMedia(present: boolean): void {
    this.#status.set({ media: present ? 'present' : 'notPresent' });
  }

  /** Follows a card that lies on the reader until it is lifted, so that the status does not go stale. */
  #watch(): void {
    this.#cancelWatch?.();
    this.#cancelWatch = null;
    if (this.#closed || this.#status.get().media !== 'present') return;
    this.#cancelWatch = this.#clock.after(readerTiming.watchMs, () => {
      this.#cancelWatch = null;
      if (this.#queue.busy) return;
      void this.#probe(async (module, { signal }) => {
        const card = await module.presence(signal);
        if (card.ok) this.#setMedia(card.value !== 'absent');
        return card;
      });
    });
  }
}
