import iconv from 'iconv-lite';

/** Characters that a printer has in its own memory: none but ASCII, GBK, or GBK and Ext A of GB 18030-2000. */
export type Rom = 'ascii' | 'gbk' | 'gb18030';

const isAscii = (char: string) => /^[\x20-\x7e]$/.test(char);

/** Areas GBK/1 to GBK/5 of the GBK specification; user-defined areas hold nothing that prints. */
function isGbkCharacter(lead: number, trail: number): boolean {
  const low = trail >= 0x40 && trail <= 0xa0 && trail !== 0x7f;
  const high = trail >= 0xa1 && trail <= 0xfe;
  if (lead >= 0xa1 && lead <= 0xa9) return high || (lead >= 0xa8 && low);
  if (lead >= 0xb0 && lead <= 0xf7 && high) return true;
  if (lead >= 0x81 && lead <= 0xa0) return low || high;
  // FE50 on holds 80 characters that printers disagree about.
  return lead >= 0xaa && lead <= 0xfe && low && !(lead === 0xfe && trail >= 0x50);
}

/** True when the printer can print `char` (one code point) by itself. */
export function inRom(char: string, rom: Rom): boolean {
  if (isAscii(char)) return true;
  const codePoint = char.codePointAt(0) ?? 0;
  if (rom === 'ascii' || (codePoint >= 0xe000 && codePoint <= 0xf8ff)) return false;
  const [lead, trail, third] = encodeRom(char, rom);
  if (lead === undefined || trail === undefined) return false;
  if (third !== undefined) return codePoint >= 0x3400 && codePoint <= 0x4db5;
  return isGbkCharacter(lead, trail);
}

/** The bytes of a text of which all characters are in the ROM. */
export function encodeRom(text: string, rom: Rom): Uint8Array {
  return iconv.encode(text, rom);
}

/** Widest first: code points that take two columns (East Asian Width W and F), beyond those of the ROM. */
const wide: readonly (readonly [number, number])[] = [
  [0x1100, 0x115f],
  [0x2e80, 0xa4cf],
  [0xac00, 0xd7a3],
  [0xf900, 0xfaff],
  [0xfe30, 0xfe6f],
  [0xff00, 0xff60],
  [0xffe0, 0xffe6],
  [0x16fe0, 0x18fff],
  [0x1b000, 0x1b2ff],
  [0x1f300, 0x1faff],
  [0x20000, 0x3fffd],
];

/** Columns of one code point: 0 for marks, 1 for half width, 2 for full width, as the ROM prints it. */
export function columnsOf(char: string, rom: Rom): 0 | 1 | 2 {
  if (isAscii(char)) return 1;
  if (/^[\p{M}\p{Cf}]$/u.test(char)) return 0;
  const codePoint = char.codePointAt(0) ?? 0;
  if (wide.some(([from, to]) => codePoint >= from && codePoint <= to)) return 2;
  return inRom(char, rom) ? 2 : 1;
}

export function textColumns(text: string, rom: Rom): number {
  let columns = 0;
  for (const char of text) columns += columnsOf(char, rom);
  return columns;
}

/**
 * One paragraph of printable characters. Control characters, which a printer would obey, and format characters, which
 * would reorder text, are taken out; half a surrogate pair becomes U+FFFD.
 */
export function printable(text: string): string {
  return text
    .toWellFormed()
    .replace(/[\t\n\r\u2028\u2029]/g, ' ')
    .replace(/[\p{Cc}\p{Cf}]/gu, '');
}
