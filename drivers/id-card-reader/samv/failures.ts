import type { DeviceError } from '../../contract/device.ts';
import type { IdCardReaderDetail } from '../../contract/id-card-reader.ts';
import { describeStatus, sw } from './codec.ts';
import type { ExchangeError } from './exchange.ts';
import type { RecordError } from './record.ts';

export type ReaderError = DeviceError<IdCardReaderDetail>;

export function readerError(code: ReaderError['code'], detail: IdCardReaderDetail, cause: string): ReaderError {
  return { code, detail, cause };
}

/** Statuses in which card and module do not accept each other: another try with this card is of no use. */
const refusals: ReadonlySet<number> = new Set([
  sw.cardRefusedModule,
  sw.moduleRefusedCard,
  sw.verificationFailed,
  sw.informationLength,
  sw.unknownCardType,
]);

/** Statuses of a card that did not come through: put it down again. */
const mishaps: ReadonlySet<number> = new Set([
  sw.notFoundYet,
  sw.fingerprintFailed,
  sw.readFailed,
  sw.randomFailed,
  sw.noCard,
  sw.selectFailed,
]);

/** True where the status speaks of the card and not of the module. */
export function isCardStatus(sw3: number): boolean {
  return refusals.has(sw3) || mishaps.has(sw3);
}

/** The completion for an unsuccessful status; an unknown one is the reader's fault, never a success. */
export function statusError(sw3: number, step: string): ReaderError {
  const cause = `${describeStatus(sw3)} to ${step}`;
  if (refusals.has(sw3)) return readerError('unsupportedData', 'cardUnreadable', cause);
  if (mishaps.has(sw3)) return readerError('userError', 'cardUnreadable', cause);
  return readerError('hardwareError', 'readerFault', cause);
}

export function exchangeError(error: ExchangeError): ReaderError {
  switch (error.kind) {
    case 'aborted':
      return readerError('canceled', 'canceled', 'ended while waiting for a reply');
    case 'lost':
      return readerError('connectionLost', 'disconnected', error.cause);
    case 'silent':
      return readerError('hardwareError', 'stalled', error.cause);
    case 'garbled':
      return readerError('hardwareError', 'readerFault', error.cause);
  }
}

export function recordError(error: RecordError): ReaderError {
  return error.kind === 'wrongNumber'
    ? readerError('unsupportedData', 'cardUnreadable', 'the card number fails its own check character')
    : readerError('unsupportedData', 'unknownLayout', `field ${error.field} of the text record`);
}
