import type { Clock } from '../../contract/clock.ts';
import { type Log, technical } from '../../contract/log.ts';
import type { PrintOutcome } from '../../contract/receipt-printer.ts';
import { err, ok, type Result } from '../../contract/result.ts';
import { pause } from '../../host/wait.ts';
import { faultOf, type PrinterError } from './condition.ts';
import { createFontBook } from './fonts.ts';
import { drawLine } from './glyphs.ts';
import { openPicture } from './job.ts';
import type { PrinterLink } from './link.ts';
import { settleDown } from './recovery.ts';
import type { Rom } from './rom.ts';
import { sendJob } from './sending.ts';
import { createVoidJob } from './void.ts';

/** Between two looks at a printer that has gone silent. */
const lookAgainMs = 500;
/** A void slip is a few lines. */
const voidMs = 6000;

/** A slip that was broken off. */
interface Broken {
  readonly cutSent: boolean;
  /** Cut counter before its first byte, where known. */
  readonly cutsBefore: number | null;
}

interface PaperOptions {
  readonly clock: Clock;
  readonly log: Log;
  readonly paper: 58 | 80;
  readonly rom: Rom;
  readonly cutCounter: boolean;
}

interface ClearUpHelp {
  /** Aborts when the time for finding out is up. */
  readonly signal: AbortSignal;
  reconnected(): Promise<PrinterLink | null>;
}

/** Keeps the paper path honest: knows of an unfinished slip that hangs in the printer, and voids it. */
export class Paper {
  readonly #options: PaperOptions;
  /** The broken slip that nobody has voided yet. */
  #broken: Broken | null = null;
  #inDoubt = false;

  constructor(options: PaperOptions) {
    this.#options = options;
  }

  /** An unfinished slip hangs out, and no one waits for the counters to tell what became of it. */
  get needsVoiding(): boolean {
    return this.#broken !== null && !this.#inDoubt;
  }

  readCuts(link: PrinterLink, signal: AbortSignal): Promise<number | null> {
    return this.#options.cutCounter ? link.readCuts(signal) : Promise.resolve(null);
  }

  /**
   * Makes the printer ready for a slip: settles it down and voids what hangs there. `cutsFound` is the cut counter
   * before the voiding, which is what tells of the past; `cuts` the counter now.
   */
  async prepare(
    link: PrinterLink,
    signal: AbortSignal,
  ): Promise<Result<{ readonly cutsFound: number | null; readonly cuts: number | null }, PrinterError>> {
    const settled = await settleDown(link, signal);
    if (!settled.ok) return settled;
    const cutsFound = await this.readCuts(link, signal);
    if (!this.#hangs(settled.value.torn, cutsFound)) {
      this.#broken = null;
      return ok({ cutsFound, cuts: cutsFound });
    }
    const voided = await this.#void(link, signal);
    if (!voided.ok) return voided;
    return ok({ cutsFound, cuts: await this.readCuts(link, signal) });
  }

  /** Finds out what became of a slip that was broken off, and makes sure that nothing of it comes out later. */
  async clearUp(
    link: PrinterLink,
    error: PrinterError,
    broken: Broken,
    help: ClearUpHelp,
  ): Promise<Result<PrintOutcome, PrinterError>> {
    this.#broken = broken;
    this.#inDoubt = true;
    const live = await this.#regain(link, help);
    if (!live) return err(inDoubt(error));
    const reported = live.condition ? faultOf(live.condition) : null;
    // Where the cut is on its way and nothing speaks against it, it is left to come.
    const cleared = !broken.cutSent || reported ? await live.clear() : false;
    const settled = await settleDown(live, help.signal);
    if (!settled.ok) return this.#notSettled(live, error, settled.error, !broken.cutSent && cleared);
    const cuts = await this.readCuts(live, help.signal);
    if (broken.cutSent) {
      const moved = cuts !== null && broken.cutsBefore !== null ? cuts - broken.cutsBefore : null;
      if (moved === 1) {
        this.#broken = null;
        return ok({ reached: 'processed', cuts });
      }
      if (moved !== 0) return err(inDoubt(error));
    }
    this.#inDoubt = false;
    await this.#void(live, help.signal);
    return err(error);
  }

  /** The printer as soon as it answers again, over the same port or a new one. */
  async #regain(link: PrinterLink, { signal, reconnected }: ClearUpHelp): Promise<PrinterLink | null> {
    while (!signal.aborted && link.lost === null) {
      if ((await link.look(signal)).ok) return link;
      await pause(this.#options.clock, lookAgainMs, signal);
    }
    const fresh = signal.aborted ? null : await reconnected();
    return fresh && (await fresh.look(signal)).ok ? fresh : null;
  }

  /**
   * Something keeps the printer from being settled. Where no cut was sent and a fault holds the printer or its buffers
   * are known to be empty, nothing of the slip can be taken for a whole one later. The open picture marks the
   * unfinished slip for a later process.
   */
  async #notSettled(
    link: PrinterLink,
    error: PrinterError,
    now: PrinterError,
    cleared: boolean,
  ): Promise<Result<never, PrinterError>> {
    const reported = link.condition ? faultOf(link.condition) : null;
    if (this.#broken?.cutSent || link.lost !== null || !(reported || cleared)) return err(inDoubt(error));
    await link.send(openPicture);
    // An answer in real time: the mark has left this computer, whoever opens the port next.
    await link.look();
    this.#inDoubt = false;
    return err(reported && error.code !== 'canceled' ? now : error);
  }

  #hangs(torn: boolean, cuts: number | null): boolean {
    const broken = this.#broken;
    if (!broken) return torn;
    if (!broken.cutSent) return true;
    if (cuts !== null && broken.cutsBefore !== null) return cuts === broken.cutsBefore;
    return torn;
  }

  async #void(link: PrinterLink, signal: AbortSignal): Promise<Result<void, PrinterError>> {
    const { clock, log, paper, rom } = this.#options;
    const fonts = createFontBook();
    const job = await createVoidJob({ paper, rom, drawLine: (cells, columns) => drawLine(cells, columns, fonts) });
    this.#broken ??= { cutSent: false, cutsBefore: null };
    const deadline = clock.monotonic() + voidMs;
    const progress = { begun: false, cutSent: false };
    const printed = await sendJob(link, job, progress, clock, {
      signal,
      remainingMs: () => deadline - clock.monotonic(),
    });
    if (!printed.ok) return printed;
    this.#broken = null;
    this.#inDoubt = false;
    log.warn('slip-voided', { paper, rom: technical(rom) });
    return ok(undefined);
  }
}

function inDoubt(error: PrinterError): PrinterError {
  return { code: 'inDoubt', detail: 'mayHavePrinted', cause: `${error.cause}; bytes had been sent` };
}
