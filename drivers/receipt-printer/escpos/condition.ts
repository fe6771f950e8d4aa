import type { DeviceError, DeviceState } from '../../contract/device.ts';
import type { PaperState, ReceiptPrinterDetail, ReceiptPrinterStatus } from '../../contract/receipt-printer.ts';
import { hex } from './codec.ts';

export type PrinterError = DeviceError<ReceiptPrinterDetail>;

/** What the status bits of a printer say, whichever way they came. */
export interface PrinterCondition {
  readonly offline: boolean;
  /** Offline because somebody holds the FEED button: passes by itself. */
  readonly feeding: boolean;
  readonly cover: 'closed' | 'open';
  readonly paper: PaperState;
  readonly mechanicalError: boolean;
  readonly cutterError: boolean;
  readonly unrecoverableError: boolean;
  /** Head too hot (or cover opened while printing): passes by itself. */
  readonly passingError: boolean;
  /** An error is reported, and no bit names it. */
  readonly unnamedError: boolean;
  /** The bytes, for the technician. */
  readonly raw: string;
}

const bit = (byte: number, position: number) => (byte & (1 << position)) !== 0;

/** Two bits that stand for one fact are both set or both clear; anything else is not in the table. */
function pair(byte: number, mask: number): boolean | 'unknown' {
  const value = byte & mask;
  return value === mask ? true : value === 0 ? false : 'unknown';
}

function paperOf(end: boolean | 'unknown', nearEnd: boolean | 'unknown', stoppedByEnd: boolean): PaperState {
  if (end === true || stoppedByEnd) return 'out';
  if (end === 'unknown' || nearEnd === 'unknown') return 'unknown';
  return nearEnd ? 'low' : 'full';
}

/** The four answers to DLE EOT 1, 2, 3 and 4. */
export function decodeRealTime(answers: readonly [number, number, number, number]): PrinterCondition {
  const [printer, cause, error, roll] = answers;
  const named = bit(error, 2) || bit(error, 3) || bit(error, 5) || bit(error, 6);
  return {
    offline: bit(printer, 3),
    feeding: bit(printer, 6) || bit(cause, 3),
    cover: bit(cause, 2) ? 'open' : 'closed',
    paper: paperOf(pair(roll, 0x60), pair(roll, 0x0c), bit(cause, 5)),
    mechanicalError: bit(error, 2),
    cutterError: bit(error, 3),
    unrecoverableError: bit(error, 5),
    passingError: bit(error, 6),
    unnamedError: bit(cause, 6) && !named,
    raw: `DLE EOT ${hex(answers)}`,
  };
}

/** The four bytes of an automatic status. */
export function decodeAutomatic(bytes: readonly [number, number, number, number]): PrinterCondition {
  const [first, second, third] = bytes;
  return {
    offline: bit(first, 3),
    feeding: bit(first, 6) || bit(second, 1),
    cover: bit(first, 5) ? 'open' : 'closed',
    paper: paperOf(pair(third, 0x0c), pair(third, 0x03), false),
    mechanicalError: bit(second, 2),
    cutterError: bit(second, 3),
    unrecoverableError: bit(second, 5),
    passingError: bit(second, 6),
    unnamedError: false,
    raw: `ASB ${hex(bytes)}`,
  };
}

/** Why this printer cannot print now, or null. The cause of an offline state comes before its consequences. */
export function faultOf(condition: PrinterCondition): PrinterError | null {
  const fault = (code: PrinterError['code'], detail: ReceiptPrinterDetail, words: string): PrinterError => ({
    code,
    detail,
    cause: `${words} (${condition.raw})`,
  });
  if (condition.cover === 'open') return fault('userError', 'coverOpen', 'cover open');
  if (condition.paper === 'out') return fault('userError', 'paperOut', 'paper end');
  if (condition.cutterError) return fault('hardwareError', 'cutterFault', 'cutter error');
  if (condition.mechanicalError)
    return fault('hardwareError', 'paperJammed', 'mechanical error, as a rule a paper jam');
  if (condition.unrecoverableError) return fault('hardwareError', 'printerFault', 'unrecoverable error');
  if (condition.passingError) return fault('deviceNotReady', 'headHot', 'print head too hot');
  if (condition.unnamedError) return fault('hardwareError', 'printerFault', 'error without a known bit');
  if (condition.paper === 'unknown') return fault('deviceNotReady', 'printerFault', 'paper bits are not in the table');
  if (condition.offline && !condition.feeding)
    return fault('deviceNotReady', 'printerFault', 'offline for no known cause');
  return null;
}

function deviceStateOf(fault: PrinterError | null): DeviceState {
  if (!fault) return 'online';
  if (fault.code === 'userError') return 'userError';
  return fault.detail === 'headHot' ? 'deviceBusy' : 'hardwareError';
}

/** The fields of the public status that follow from the bits. */
export function statusOf(
  condition: PrinterCondition,
): Pick<ReceiptPrinterStatus, 'device' | 'cause' | 'paper' | 'cover' | 'media'> {
  const fault = faultOf(condition);
  return {
    device: deviceStateOf(fault),
    cause: fault?.cause ?? null,
    paper: fault?.detail === 'paperJammed' ? 'jammed' : condition.paper,
    cover: condition.cover,
    media: 'unknown',
  };
}
