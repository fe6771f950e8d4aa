import type { Clock } from '../../contract/clock.ts';
import type { CommandOptions, Completion, Unsubscribe } from '../../contract/device.ts';
import { type Log, technical } from '../../contract/log.ts';
import type {
  PrinterMemory,
  PrintOutcome,
  ReceiptPrinter,
  ReceiptPrinterDetail,
  ReceiptPrinterStatus,
  SlipDocument,
} from '../../contract/receipt-printer.ts';
import { err, ok, type Result } from '../../contract/result.ts';
import type { OpenTransport, Transport } from '../../contract/transport.ts';
import { type CommandQueue, type CommandScope, createCommandQueue, type EndReason } from '../../host/command-queue.ts';
import { createStatus, type StatusHolder } from '../../host/status.ts';
import { createSupervisor, type Supervisor } from '../../host/supervisor.ts';
import { automaticStatus, concat, initialise } from './commands.ts';
import { faultOf, type PrinterCondition, type PrinterError, statusOf } from './condition.ts';
import { createFontBook } from './fonts.ts';
import { drawLine } from './glyphs.ts';
import { createJob, mostPictureBytes, type PrintJob } from './job.ts';
import { columnsOn, layoutSlip } from './layout.ts';
import { PrinterLink } from './link.ts';
import { Paper } from './paper.ts';
import { answersInOrder } from './recovery.ts';
import type { Rom } from './rom.ts';
import { type Progress, sendJob } from './sending.ts';

export const printerTiming = {
  /** A command bridges a short loss of the connection, but not a printer that is gone. */
  connectMs: 3000,
  /** On connecting: whether the printer is idle. */
  idleProbeMs: 700,
  checkUpMs: 12_000,
  /** Kept back from a command's time to find out what became of a slip: this, and at most half the time. */
  tidyMs: 6000,
  /** For tidying up after the caller has gone, and when the driver closes. */
  tidyAloneMs: 8000,
  tidyAtCloseMs: 2000,
} as const;

export interface EscposPrinterOptions {
  readonly name: string;
  readonly open: OpenTransport;
  readonly clock: Clock;
  readonly log: Log;
  /** Uniform in [0, 1). */
  readonly random: () => number;
  /** Paper width in millimetres. */
  readonly paper: 58 | 80;
  /** Characters the printer has in its own memory. */
  readonly rom: Rom;
  /** The printer keeps the cumulative cut counter 178. */
  readonly cutCounter: boolean;
}

/** A thermal slip printer that speaks ESC/POS over a serial port or USB-serial bridge. Connects by itself. */
export function createEscposPrinter(options: EscposPrinterOptions): ReceiptPrinter {
  return new EscposPrinter(options);
}

class EscposPrinter implements ReceiptPrinter {
  readonly class = 'receiptPrinter';
  readonly model = 'receipt-printer/escpos';
  readonly name: string;
  readonly columns: number;
  readonly #options: EscposPrinterOptions;
  readonly #status: StatusHolder<ReceiptPrinterStatus>;
  readonly #queue: CommandQueue;
  readonly #supervisor: Supervisor<PrinterLink>;
  readonly #paper: Paper;
  #condition: PrinterCondition | null = null;
  #closed = false;

  constructor(options: EscposPrinterOptions) {
    this.name = options.name;
    this.columns = columnsOn[options.paper];
    this.#options = options;
    const unknown = { paper: 'unknown', cover: 'unknown', media: 'unknown' } as const;
    this.#status = createStatus<ReceiptPrinterStatus>({ device: 'starting', cause: null, ...unknown }, options);
    this.#queue = createCommandQueue(options);
    this.#paper = new Paper(options);
    this.#supervisor = createSupervisor<PrinterLink, ReceiptPrinterStatus>({
      ...options,
      unknown,
      status: this.#judgedStatus(),
      establish: (transport, { signal }) => this.#establish(transport, signal),
      heartbeat: (link) => this.#checkUp(link),
    });
  }

  status(): ReceiptPrinterStatus {
    return this.#status.get();
  }

  onStatus(listener: (status: ReceiptPrinterStatus) => void): Unsubscribe {
    return this.#status.onChange(listener);
  }

  memory(options: CommandOptions): Completion<PrinterMemory, ReceiptPrinterDetail> {
    return this.#queue.add({
      options,
      ended: (reason) => ended(reason, null),
      run: async (scope) => {
        const link = await this.#connected(scope);
        if (!link) return err(this.#notConnected());
        const ready = await this.#paper.prepare(link, scope.signal);
        return ready.ok ? ok({ cuts: ready.value.cutsFound }) : this.#failed(link, ready.error);
      },
    });
  }

  print(slip: SlipDocument, options: CommandOptions): Completion<PrintOutcome, ReceiptPrinterDetail> {
    const progress: Progress = { begun: false, cutSent: false };
    return this.#queue.add({
      options,
      ended: (reason) => ended(reason, progress),
      run: async (scope) => {
        const job = await this.#layout(slip);
        if (!job.ok) return err({ code: 'unsupportedData', detail: 'printerFault', cause: job.error });
        if (scope.signal.aborted) return err(ended('canceled', progress));
        return this.#print(job.value, progress, scope);
      },
    });
  }

  reset(options: CommandOptions): Completion<void> {
    return this.#queue.add({
      options,
      ended: (reason) => ended(reason, null),
      run: async (scope) => {
        this.#supervisor.restart();
        const link = await this.#supervisor.connected(scope.signal);
        if (!link) return err(this.#notConnected());
        const ready = await this.#paper.prepare(link, scope.signal);
        return ready.ok ? ok(undefined) : this.#failed(link, ready.error);
      },
    });
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.#queue.close();
    await this.#supervisor.close();
  }

  async #print(job: PrintJob, progress: Progress, scope: CommandScope): Promise<Result<PrintOutcome, PrinterError>> {
    const link = await this.#connected(scope);
    if (!link) return err(this.#notConnected());
    const ready = await this.#paper.prepare(link, scope.signal);
    if (!ready.ok) return this.#failed(link, ready.error);
    const { cuts } = ready.value;
    const reserve = Math.min(printerTiming.tidyMs, scope.remainingMs() / 2);
    const sent = await sendJob(link, job, progress, this.#options.clock, {
      signal: scope.signal,
      remainingMs: () => scope.remainingMs() - reserve,
    });
    if (sent.ok) return ok({ reached: 'processed', cuts: await this.#paper.readCuts(link, scope.signal) });
    if (!progress.begun) return this.#failed(link, sent.error);
    return this.#clearUp(link, sent.error, { cutSent: progress.cutSent, cutsBefore: cuts }, scope);
  }

  /** A slip was broken off: finds out what became of it, within the time that is left. */
  async #clearUp(
    link: PrinterLink,
    error: PrinterError,
    torn: { cutSent: boolean; cutsBefore: number | null },
    scope: CommandScope,
  ): Promise<Result<PrintOutcome, PrinterError>> {
    const { clock, log } = this.#options;
    log.warn('slip-broken-off', { code: technical(error.code), cut: torn.cutSent, cause: technical(error.cause) });
    const alone = this.#closed ? printerTiming.tidyAtCloseMs : printerTiming.tidyAloneMs;
    const abort = new AbortController();
    const cancel = clock.after(scope.signal.aborted ? alone : scope.remainingMs() * 0.9, () => abort.abort());
    try {
      const outcome = await this.#paper.clearUp(link, error, torn, {
        signal: abort.signal,
        reconnected: () => this.#supervisor.connected(abort.signal),
      });
      if (outcome.ok) return outcome;
      const silent = outcome.error.code === 'inDoubt' && error.code === 'hardwareError' && error.detail === 'stalled';
      if (silent) this.#supervisor.fault(link, error);
      return this.#failed(link, outcome.error);
    } finally {
      cancel();
    }
  }

  async #layout(slip: SlipDocument): Promise<Result<PrintJob, string>> {
    const { paper, rom } = this.#options;
    const fonts = createFontBook();
    const draw = (cells: Parameters<typeof drawLine>[0], columns: number) => drawLine(cells, columns, fonts);
    const pieces = await layoutSlip(slip, { paper, rom, mostPictureBytes, drawLine: draw });
    return pieces.ok ? ok(createJob(pieces.value)) : pieces;
  }

  /** Sensors first. Only an idle printer, which answers in order, is initialised: a torn slip must show itself. */
  async #establish(transport: Transport, signal: AbortSignal): Promise<Result<PrinterLink, PrinterError>> {
    const link: PrinterLink = new PrinterLink(transport, this.#options.clock, (condition) => {
      this.#learn(link, condition);
    });
    const looked = await link.look(signal);
    if (!looked.ok) return looked;
    const idle = !faultOf(looked.value) && (await answersInOrder(link, printerTiming.idleProbeMs, signal));
    const { automatic } = link.seen;
    const wake = concat([initialise, automaticStatus]);
    if (idle) await link.ask(wake, () => link.seen.automatic > automatic, printerTiming.idleProbeMs, signal);
    return ok(link);
  }

  #learn(link: PrinterLink, condition: PrinterCondition): void {
    this.#condition = condition;
    if (this.#supervisor.session() !== link) return;
    this.#status.set(statusOf(condition));
    if (this.#paper.needsVoiding && !faultOf(condition) && !this.#queue.busy) void this.#checkUp(link);
  }

  /** Is the printer there, and how is it? Once it is well again, an unfinished slip is voided. */
  #checkUp(link: PrinterLink): Completion<void, ReceiptPrinterDetail> {
    return this.#queue.add({
      options: { timeoutMs: printerTiming.checkUpMs },
      // Time that went by waiting behind other commands says nothing of the printer.
      ended: () => ended('canceled', null),
      run: async ({ signal }) => {
        const looked = await link.look(signal);
        if (!looked.ok) return looked;
        if (this.#paper.needsVoiding && !faultOf(looked.value)) await this.#paper.prepare(link, signal);
        return ok(undefined);
      },
    });
  }

  async #connected(scope: CommandScope): Promise<PrinterLink | null> {
    const present = this.#supervisor.session();
    if (present || this.#status.get().device === 'hardwareError') return present;
    const patience = new AbortController();
    const cancel = this.#options.clock.after(printerTiming.connectMs, () => patience.abort());
    try {
      return await this.#supervisor.connected(AbortSignal.any([patience.signal, scope.signal]));
    } finally {
      cancel();
    }
  }

  #notConnected(): PrinterError {
    const { device, cause, lastError } = this.#status.get();
    const why = cause ?? 'not connected yet';
    if (device === 'powerOff') return { code: 'connectionLost', detail: 'disconnected', cause: why };
    const detail = lastError?.detail === 'stalled' ? 'stalled' : 'printerFault';
    return { code: 'deviceNotReady', detail, cause: why };
  }

  #failed<T>(link: PrinterLink, error: PrinterError): Result<T, PrinterError> {
    if (error.code === 'hardwareError' && error.detail === 'stalled') this.#supervisor.fault(link, error);
    else if (error.code !== 'canceled') this.#status.fail(error);
    return err(error);
  }

  /** What the supervisor calls `online` is, for a printer that answers, whatever its sensors say. */
  #judgedStatus(): StatusHolder<ReceiptPrinterStatus> {
    return {
      ...this.#status,
      set: (change) => {
        const judged = change.device === 'online' && this.#condition ? statusOf(this.#condition) : {};
        this.#status.set({ ...change, ...judged });
      },
    };
  }
}

/** The completion of a command that was cut off. Until the cut was sent, what was printed gets voided. */
function ended(reason: EndReason, progress: Progress | null): PrinterError {
  const begun = progress?.begun ?? false;
  if (progress?.cutSent || (begun && reason !== 'canceled'))
    return { code: 'inDoubt', detail: 'mayHavePrinted', cause: `${reason} after bytes were sent` };
  switch (reason) {
    case 'timeOut':
      return { code: 'timeOut', detail: 'stalled', cause: 'the time for this command is up' };
    case 'canceled':
      return { code: 'canceled', detail: 'canceled', cause: 'cancelled by the caller' };
    case 'internalError':
      return { code: 'internalError', detail: 'printerFault', cause: 'the driver failed' };
  }
}
