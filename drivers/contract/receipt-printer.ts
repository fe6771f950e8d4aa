import type { CommandOptions, Completion, Device, DeviceStatus } from './device.ts';

/** One element of a slip, top to bottom. Widths are in half-width columns (12 dots at 203 dpi). */
export type SlipElement =
  | {
      readonly kind: 'text';
      readonly text: string;
      readonly align?: 'left' | 'centre' | 'right';
      /** 1 = 24 dots high; 2 = twice as high and wide. */
      readonly size?: 1 | 2;
      readonly bold?: boolean;
    }
  /** Label left, value right or, where both do not fit one line, on the next. */
  | { readonly kind: 'row'; readonly label: string; readonly value: string; readonly bold?: boolean }
  | { readonly kind: 'rule' }
  | { readonly kind: 'feed'; readonly lines: number }
  | { readonly kind: 'qr'; readonly data: string; readonly caption?: string };

/** A slip as data: the same document goes to the paper and to the screen. The cut follows by itself. */
export interface SlipDocument {
  readonly title: string;
  readonly elements: readonly SlipElement[];
}

export type PaperState = 'full' | 'low' | 'out' | 'jammed' | 'unknown';

export interface ReceiptPrinterStatus extends DeviceStatus {
  readonly paper: PaperState;
  readonly cover: 'closed' | 'open' | 'unknown';
  /** Slip at the exit; `unknown` where the model has no exit sensor. */
  readonly media: 'present' | 'notPresent' | 'unknown';
}

export type ReceiptPrinterDetail =
  | 'paperOut'
  | 'paperJammed'
  | 'coverOpen'
  | 'cutterFault'
  | 'headHot'
  | 'printerFault'
  | 'disconnected'
  | 'stalled'
  | 'mayHavePrinted' // contact lost after bytes were sent: code is `inDoubt`
  | 'canceled';

/**
 * How sure the printer can be. `processed`: everything before the probe was executed in order, cut included;
 * `taken`: the exit sensor saw the paper leave.
 */
export interface PrintOutcome {
  readonly reached: 'processed' | 'taken';
  /** Cut counter after the slip, where the model keeps one. */
  readonly cuts: number | null;
}

/** What the printer knows of the past: asked after a crash, before anything is sent. */
export interface PrinterMemory {
  /** Cumulative cutter operations (GS g 2, 178), null when the model keeps no count. */
  readonly cuts: number | null;
}

export interface ReceiptPrinter extends Device<ReceiptPrinterStatus> {
  readonly class: 'receiptPrinter';
  /** Columns of half-width characters: 32 on 58 mm, 48 on 80 mm paper. */
  readonly columns: number;
  /**
   * Reads the counters in order. Call it before `print` for the ledger, and after a crash for the reconciler. Where
   * an earlier process died inside a command it first flushes that command and voids the torn paper visibly.
   */
  memory(options: CommandOptions): Completion<PrinterMemory, ReceiptPrinterDetail>;
  /** Prints one slip. `ok` only after the printer's own in-order answer. */
  print(slip: SlipDocument, options: CommandOptions): Completion<PrintOutcome, ReceiptPrinterDetail>;
}
