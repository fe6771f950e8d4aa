import type { CommandOptions, Completion, Device, DeviceStatus } from './device.ts';
import type { Sensitive } from './sensitive.ts';

/** The four records that the chip of a resident or residence-permit card may hold. */
export const cardKinds = ['citizen', 'foreigner2017', 'foreigner2023', 'hongKongMacauTaiwan'] as const;
export type CardKind = (typeof cardKinds)[number];

/** ISO calendar date YYYY-MM-DD. */
export type CalendarDate = string;

/** What the chip says of its holder; absent fields do not exist on that kind of card. */
export interface CardHolder {
  readonly kind: CardKind;
  readonly name: string;
  /** Foreigner cards: the name in Latin letters. */
  readonly englishName?: string;
  /** GB/T 2261.1: 0 unknown, 1 male, 2 female, 9 not stated. */
  readonly sex: '0' | '1' | '2' | '9';
  /** GB/T 3304 code of the nation (民族), e.g. "01"; citizens only. */
  readonly nation?: string;
  /** ISO 3166-1 alpha-3 or numeric code as on the card; foreigners only. */
  readonly nationality?: string;
  readonly birth: CalendarDate;
  readonly address?: string;
  /** 18 characters; 15 on the 2017 foreigner card. */
  readonly number: string;
  readonly authority?: string;
  readonly validFrom: CalendarDate;
  /** null: without end (长期). */
  readonly validTo: CalendarDate | null;
  /** Exit-entry permit number; Hong Kong, Macau and Taiwan cards only. */
  readonly permitNumber?: string;
  readonly timesIssued?: string;
  /** The newest address written to the chip after issue, where there is one. */
  readonly newestAddress?: string;
}

export interface CardReading {
  readonly holder: Sensitive<CardHolder>;
  /** The chip's portrait in its closed WLT coding, 1024 bytes. */
  readonly portrait: Sensitive<Uint8Array>;
}

export type CardMedia = 'unknown' | 'present' | 'notPresent';

export interface IdCardReaderStatus extends DeviceStatus {
  readonly media: CardMedia;
}

export type IdCardReaderDetail =
  | 'noCard' // nobody put a card down in time
  | 'cardRemoved' // lifted while it was being read
  | 'cardLeft' // still lying there when the time to lift it was up
  | 'cardUnreadable' // the chip answers with an error, or not a card that the module knows
  | 'unknownLayout' // a record that none of the four layouts fits
  | 'readerFault' // self-test, authorisation or answer garbled more often than the retry rule allows
  | 'disconnected'
  | 'stalled' // connected, and silent
  | 'canceled';

export interface IdCardReader extends Device<IdCardReaderStatus> {
  readonly class: 'idCardReader';
  /** Serial number of the security module, e.g. 05.01-20101129-0001228293-0296863149; null until connected. */
  moduleId(): string | null;
  /** Waits for a card, reads text, portrait and newest address. */
  read(options: CommandOptions): Completion<CardReading, IdCardReaderDetail>;
  /** Completes when no card lies on the reader. */
  awaitRemoval(options: CommandOptions): Completion<void, IdCardReaderDetail>;
}
