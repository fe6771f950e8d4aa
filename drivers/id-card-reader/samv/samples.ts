import { citizenNumberCheck } from '../../contract/citizen-number.ts';
import type { CalendarDate } from '../../contract/id-card-reader.ts';
import { assert } from '../../contract/result.ts';
import { newestAddressBytes, portraitBytes, textBytes } from './codec.ts';
import { citizenFields, type Field, longTerm } from './record.ts';

/** A card to lay on the simulated reader. No real person's. */
export interface SampleCard {
  readonly id: string;
  readonly title: { readonly 'zh-CN': string; readonly en: string };
  /** The 256-byte text record. */
  readonly text: Uint8Array;
  readonly newestAddress?: string;
  /** Bytes of fingerprints on the chip; none by default. */
  readonly fingerprintBytes?: 0 | 512 | 1024;
}

/** Stands for the closed coding of portraits and fingerprints: every byte its own place, modulo 256. */
export function pattern(length: number): Uint8Array {
  return Uint8Array.from({ length }, (_, at) => at & 0xff);
}

export const samplePortrait = pattern(portraitBytes);

/** What a made-up citizen card carries; what is left out gets an inconspicuous value. */
export interface CitizenFields {
  readonly name: string;
  readonly number: string;
  readonly birth: CalendarDate;
  readonly address: string;
  readonly sex?: '0' | '1' | '2' | '9';
  /** GB/T 3304 code; "01" by default. */
  readonly nation?: string;
  readonly authority?: string;
  readonly validFrom?: CalendarDate;
  /** null: without end. */
  readonly validTo?: CalendarDate | null;
}

function compact(date: CalendarDate): string {
  return date.replaceAll('-', '');
}

function utf16(text: string, bytes: number): Uint8Array {
  assert(text.length * 2 <= bytes, 'the text fits its field on the card');
  return new Uint8Array(Buffer.from(text.padEnd(bytes / 2, ' '), 'utf16le'));
}

/** Encodes the text record of a citizen card. Throws where a text is longer than its field. */
export function makeCitizenRecord(fields: CitizenFields): Uint8Array {
  const record = utf16('', textBytes);
  const put = ([offset, length]: Field, text: string) => record.set(utf16(text, length), offset);
  const f = citizenFields;
  put(f.name, fields.name);
  put(f.sex, fields.sex ?? (Number(fields.number[16]) % 2 === 1 ? '1' : '2'));
  put(f.nation, fields.nation ?? '01');
  put(f.birth, compact(fields.birth));
  put(f.address, fields.address);
  put(f.number, fields.number);
  put(f.authority, fields.authority ?? '北京市公安局朝阳分局');
  put(f.validFrom, compact(fields.validFrom ?? '2020-01-01'));
  put(f.validTo, fields.validTo === null ? longTerm : compact(fields.validTo ?? '2040-01-01'));
  return record;
}

/** The 70 bytes that answer "read newest address". */
export function makeNewestAddress(address: string): Uint8Array {
  return utf16(address, newestAddressBytes);
}

function citizen(number17: string, fields: Omit<CitizenFields, 'number' | 'birth'>): Uint8Array {
  const digits = number17.slice(6, 14);
  const birth = `${digits.slice(0, 4)}-${digits.slice(4, 6)}-${digits.slice(6)}`;
  return makeCitizenRecord({ ...fields, number: number17 + citizenNumberCheck(number17), birth });
}

function hex(...lines: string[]): Uint8Array {
  return Uint8Array.from(Buffer.from(lines.join(''), 'hex'));
}

const specimenCitizen = hex(
  '205F094E2000200020002000200020002000200020002000200020002000320030003100310039003400390031003200330031001753AC4E025E1D6733963A53',
  '3A798B4FEF8D3100F753200020002000200020002000200020002000200020002000200020002000200020002000200020002000200020002000310031003000',
  '3100300035003100390034003900310032003300310030003000320058001753AC4E025E6C51895B405C1D6733960652405C2000200020002000200032003000',
  '3200300030003100300031007F951F67200020002000200020002000200020002000200020002000200020002000200020002000200020002000200020002000',
);

const specimenForeigner2017 = hex(
  '5A00480045004E0047004A00490041004E002C00590041004E004700420045004E00200020002000200020002000200020002000200020002000200020002000',
  '20002000200020002000200020002000200020002000200020002000200020002000200020002000200020002000200020002000200020003200500041004B00',
  '330031003000300038003000300031003000310030003300500041004B00C18BF64E37682C672000200020002000200020002000200020002000200032003000',
  '31003500310030003200350032003000320035003100300032003400310039003800300030003100300031003000310033003100300030004900200020002000',
);

const specimenPermit = hex(
  'C18BF64E37682C6720002000200020002000200020002000200020002000310020002000310039003900340030003800320033001753AC4E025E7F89CE573A53',
  '3A798B4FEF8D3200F753200020002000200020002000200020002000200020002000200020002000200020002000200020002000200020002000380031003000',
  '3000300030003100390039003400300038003200330030003000310033001753AC4E025E6C51895B405C7F89CE570652405C2000200020002000200032003000',
  '32003000300031003000310032003000320035003000310030003100480031003200330034003500360037003800300031002000200020004A00200020002000',
);

const specimenForeigner2023 = hex(
  'C18BF64E37682C6720002000200020002000200020002000200020002000320030003000310039003800300030003100300031005A00480045004E0047004A00',
  '490041004E002C002000590041004E004700420045004E0020002000200020002000200020002000200020002000200020002000200020002000390033003100',
  '35003800360031003900380030003000310030003100300030003200380020002000200020002000200020002000200020002000200020002000200032003000',
  '3200330030003800300038003200300033003300300038003000370020002000200020002000200020002000200020002000500041004B005900300030003000',
);

/** Names are invented and numbers are published specimens or lie outside any issued sequence. */
export const sampleCards: readonly SampleCard[] = [
  {
    id: 'citizen',
    title: { 'zh-CN': '居民身份证（长期有效）', en: 'Resident card, valid without end' },
    text: specimenCitizen,
    fingerprintBytes: 1024,
  },
  {
    id: 'foreigner-2017',
    title: { 'zh-CN': '外国人永久居留身份证（2017 版）', en: 'Foreigner permanent residence card, 2017 form' },
    text: specimenForeigner2017,
    fingerprintBytes: 1024,
  },
  {
    id: 'hong-kong-macau-taiwan',
    title: { 'zh-CN': '港澳台居民居住证', en: 'Hong Kong, Macau and Taiwan residence permit' },
    text: specimenPermit,
    fingerprintBytes: 512,
  },
  {
    id: 'foreigner-2023',
    title: { 'zh-CN': '外国人永久居留身份证（2023 版）', en: 'Foreigner permanent residence card, 2023 form' },
    text: specimenForeigner2023,
    fingerprintBytes: 1024,
  },
  {
    id: 'newest-address',
    title: { 'zh-CN': '居民身份证（住址有变更）', en: 'Resident card with a newest address' },
    text: citizen('11010519880229901', { name: '李示例', address: '北京市朝阳区示例路1号' }),
    newestAddress: '北京市海淀区示例路3号',
  },
  {
    id: 'rare-name',
    title: { 'zh-CN': '居民身份证（生僻字姓名）', en: 'Resident card, name with characters of Extension B' },
    text: citizen('11010519900101902', { name: '𠮷㛃𬎆', address: '北京市朝阳区𡐓村㙍路5号' }),
  },
  {
    id: 'minority-name',
    title: { 'zh-CN': '居民身份证（少数民族长姓名）', en: 'Resident card, name of 15 characters with a dot' },
    text: citizen('65010219920305903', {
      name: '阿卜杜热合曼·麦麦提图尔荪尼亚',
      nation: '05',
      address: '新疆维吾尔自治区乌鲁木齐市天山区示例路7号',
      authority: '乌鲁木齐市公安局天山区分局',
    }),
  },
  {
    id: 'long-address',
    title: { 'zh-CN': '居民身份证（最长地址）', en: 'Resident card, address of 35 characters' },
    text: citizen('53262819751123904', {
      name: '王示例',
      address: '云南省文山壮族苗族自治州富宁县示例瑶族乡示范村民委员会样本小组第十二号',
      authority: '富宁县公安局',
    }),
  },
];
