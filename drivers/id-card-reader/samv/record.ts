import { isCitizenNumber, isCompactDate } from '../../contract/citizen-number.ts';
import type { CalendarDate, CardHolder, CardKind } from '../../contract/id-card-reader.ts';
import { err, ok, type Result } from '../../contract/result.ts';
import { newestAddressBytes, textBytes } from './codec.ts';

/**
 * Why a record is refused. `unknownLayout`: it fits none of the four forms; `wrongNumber`: its number fails its own
 * check character. Names the field and never its content.
 */
export interface RecordError {
  readonly kind: 'unknownLayout' | 'wrongNumber';
  readonly field: string;
}

export interface DecodedRecord {
  readonly holder: CardHolder;
  /** Oddities that are known of genuine cards; no personal data in the words. */
  readonly warnings: readonly string[];
}

/** Byte offset and length of a field in the text record. */
export type Field = readonly [offset: number, length: number];

/** 长期: valid without end. */
export const longTerm = '长期';

export const typeField: Field = [248, 2];

/** Resident card. The Hong Kong, Macau and Taiwan permit has the same places and three fields more. */
export const citizenFields = {
  name: [0, 30],
  sex: [30, 2],
  nation: [32, 4],
  birth: [36, 16],
  address: [52, 70],
  number: [122, 36],
  authority: [158, 30],
  validFrom: [188, 16],
  validTo: [204, 16],
} as const satisfies Record<string, Field>;

const permitFields = { permitNumber: [220, 18], timesIssued: [238, 4] } as const satisfies Record<string, Field>;

const foreigner2017Fields = {
  englishName: [0, 120],
  sex: [120, 2],
  number: [122, 30],
  nationality: [152, 6],
  name: [158, 30],
  validFrom: [188, 16],
  validTo: [204, 16],
  birth: [220, 16],
  authority: [240, 8],
} as const satisfies Record<string, Field>;

const foreigner2023Fields = {
  name: [0, 30],
  sex: [30, 2],
  timesIssued: [32, 4],
  birth: [36, 16],
  englishName: [52, 70],
  number: [122, 36],
  validFrom: [188, 16],
  validTo: [204, 16],
  englishNameEnd: [220, 22],
  nationality: [242, 6],
} as const satisfies Record<string, Field>;

const kinds: ReadonlyMap<string, CardKind> = new Map([
  [' ', 'citizen'],
  ['I', 'foreigner2017'],
  ['J', 'hongKongMacauTaiwan'],
  ['Y', 'foreigner2023'],
]);

/** Ends the decoding of a record that does not fit. */
class Misfit extends Error {
  readonly reason: RecordError;

  constructor(kind: RecordError['kind'], field: string) {
    super(`${kind}: ${field}`);
    this.reason = { kind, field };
  }
}

/** Decodes the 256-byte text record. A record that is odd in any field is refused whole, never half right. */
export function decodeRecord(record: Uint8Array): Result<DecodedRecord, RecordError> {
  try {
    if (record.length !== textBytes) throw new Misfit('unknownLayout', 'record');
    const kind = kinds.get(decodeUtf16(record, typeField));
    switch (kind) {
      case 'citizen':
        return ok({ holder: citizen(record), warnings: [] });
      case 'hongKongMacauTaiwan':
        return ok({ holder: permit(record), warnings: [] });
      case 'foreigner2017':
        return ok(foreigner2017(record));
      case 'foreigner2023':
        return ok({ holder: foreigner2023(record), warnings: [] });
      case undefined:
        throw new Misfit('unknownLayout', 'type');
    }
  } catch (error) {
    if (error instanceof Misfit) return err(error.reason);
    throw error;
  }
}

/** Decodes the answer to "read newest address"; null when the card has it empty. */
export function decodeNewestAddress(data: Uint8Array): Result<string | null, RecordError> {
  if (data.length !== newestAddressBytes) return err({ kind: 'unknownLayout', field: 'newestAddress' });
  const address = trim(decodeUtf16(data, [0, newestAddressBytes]));
  if (!isText(address)) return err({ kind: 'unknownLayout', field: 'newestAddress' });
  return ok(address === '' ? null : address);
}

function citizen(record: Uint8Array): CardHolder {
  const f = citizenFields;
  return {
    kind: 'citizen',
    name: text(record, f.name, 'name'),
    sex: sex(record, f.sex),
    nation: matching(record, f.nation, 'nation', /^\d{2}$/),
    birth: date(record, f.birth, 'birth'),
    address: text(record, f.address, 'address'),
    number: number(record, f.number, /^[1-8]/),
    authority: text(record, f.authority, 'authority'),
    ...validity(record, f),
  };
}

function permit(record: Uint8Array): CardHolder {
  const f = citizenFields;
  const permitNumber = matching(record, permitFields.permitNumber, 'permitNumber', /^([HM]?\d{8,10}|)$/);
  return {
    kind: 'hongKongMacauTaiwan',
    name: text(record, f.name, 'name'),
    sex: sex(record, f.sex),
    birth: date(record, f.birth, 'birth'),
    address: text(record, f.address, 'address'),
    number: number(record, f.number, /^8[123]0000/),
    authority: text(record, f.authority, 'authority'),
    ...validity(record, f),
    ...(permitNumber === '' ? {} : { permitNumber }),
    timesIssued: matching(record, permitFields.timesIssued, 'timesIssued', /^\d{2}$/),
  };
}

function foreigner2017(record: Uint8Array): DecodedRecord {
  const f = foreigner2017Fields;
  const cardNumber = matching(record, f.number, 'number', /^[A-Z]{3}\d{12}$/);
  const holder: CardHolder = {
    kind: 'foreigner2017',
    ...names(decodeUtf16(record, f.name), decodeUtf16(record, f.englishName)),
    sex: sex(record, f.sex),
    nationality: matching(record, f.nationality, 'nationality', /^[A-Z]{3}$/),
    birth: date(record, f.birth, 'birth'),
    number: cardNumber,
    authority: matching(record, f.authority, 'authority', /^\d{4}$/),
    ...validity(record, f),
  };
  // Genuine printed cards are known whose check digit fails, so it can only warn.
  return { holder, warnings: isForeigner2017Number(cardNumber) ? [] : ['check digit of the 2017 foreigner number'] };
}

function foreigner2023(record: Uint8Array): CardHolder {
  const f = foreigner2023Fields;
  // The second part goes on where the first stopped, in the middle of a word or at a space: trim after joining.
  const englishName = decodeUtf16(record, f.englishName) + decodeUtf16(record, f.englishNameEnd);
  return {
    kind: 'foreigner2023',
    ...names(decodeUtf16(record, f.name), englishName),
    sex: sex(record, f.sex),
    nationality: matching(record, f.nationality, 'nationality', /^([A-Z]{3}|\d{3})$/),
    birth: date(record, f.birth, 'birth'),
    number: number(record, f.number, /^9/),
    ...validity(record, f),
    timesIssued: matching(record, f.timesIssued, 'timesIssued', /^\d{2}$/),
  };
}

/** Weights 7-3-1 on letters A=10 … Z=35 and digits, modulo 10. */
function isForeigner2017Number(value: string): boolean {
  const sum = [...value.slice(0, 14)].reduce((total, character, at) => {
    return total + Number.parseInt(character, 36) * ([7, 3, 1][at % 3] ?? 0);
  }, 0);
  return sum % 10 === Number(value[14]);
}

function decodeUtf16(record: Uint8Array, [offset, length]: Field): string {
  const view = new DataView(record.buffer, record.byteOffset + offset, length);
  const units = Array.from({ length: length / 2 }, (_, at) => view.getUint16(2 * at, true));
  return String.fromCharCode(...units);
}

function trim(value: string): string {
  return value.replace(/[ \0]+$/, '');
}

/** No control or format characters, no half of a surrogate pair. Private-use ideographs do occur in names. */
function isText(value: string): boolean {
  return value.isWellFormed() && !/[\p{Cc}\p{Cf}\u2028\u2029\ufffe\uffff]/u.test(value);
}

function text(record: Uint8Array, place: Field, field: string): string {
  const value = trim(decodeUtf16(record, place));
  if (value === '' || value.startsWith(' ') || !isText(value)) throw new Misfit('unknownLayout', field);
  return value;
}

function matching(record: Uint8Array, place: Field, field: string, pattern: RegExp): string {
  const value = trim(decodeUtf16(record, place));
  if (!pattern.test(value)) throw new Misfit('unknownLayout', field);
  return value;
}

/** A foreigner without a Chinese name goes by the Latin one. */
function names(chinese: string, latin: string): { name: string; englishName: string } {
  const englishName = trim(latin);
  const name = trim(chinese) || englishName;
  if (!/^[\x21-\x7e][\x20-\x7e]*$/.test(englishName)) throw new Misfit('unknownLayout', 'englishName');
  if (!isText(name)) throw new Misfit('unknownLayout', 'name');
  return { name, englishName };
}

function sex(record: Uint8Array, place: Field): CardHolder['sex'] {
  const value = decodeUtf16(record, place);
  if (value === '0' || value === '1' || value === '2' || value === '9') return value;
  throw new Misfit('unknownLayout', 'sex');
}

function date(record: Uint8Array, place: Field, field: string): CalendarDate {
  const value = decodeUtf16(record, place);
  if (!isCompactDate(value)) throw new Misfit('unknownLayout', field);
  return `${value.slice(0, 4)}-${value.slice(4, 6)}-${value.slice(6)}`;
}

function validity(
  record: Uint8Array,
  fields: { readonly validFrom: Field; readonly validTo: Field },
): Pick<CardHolder, 'validFrom' | 'validTo'> {
  const endless = trim(decodeUtf16(record, fields.validTo)) === longTerm;
  return {
    validFrom: date(record, fields.validFrom, 'validFrom'),
    validTo: endless ? null : date(record, fields.validTo, 'validTo'),
  };
}

/** 18 characters; `prefix` is what this kind of card begins with. */
function number(record: Uint8Array, place: Field, prefix: RegExp): string {
  const value = matching(record, place, 'number', /^\d{17}[\dX]$/);
  if (!prefix.test(value)) throw new Misfit('unknownLayout', 'number');
  if (!isCitizenNumber(value)) throw new Misfit('wrongNumber', 'number');
  return value;
}
