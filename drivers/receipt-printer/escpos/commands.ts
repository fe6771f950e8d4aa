/** ESC/POS commands as bytes. Names and parameters follow the Epson command reference. */

const bytes = (...values: number[]): Uint8Array => Uint8Array.from(values);

/** ESC @. Clears the line buffer and all modes, automatic status included; not the receive buffer. */
export const initialise = bytes(0x1b, 0x40);

/** DLE EOT 1 to 4 in one go: four one-byte answers in this order, also while busy or offline. */
export const realTimeStatus = bytes(0x10, 0x04, 1, 0x10, 0x04, 2, 0x10, 0x04, 3, 0x10, 0x04, 4);

/** DLE ENQ 2: clear the buffers and recover from an error. DLE ENQ 1 would print the rest of the old job. */
export const discardAndRecover = bytes(0x10, 0x05, 2);

/** DLE DC4 fn 8: clear all buffers, answered by 37 25 00. */
export const clearBuffers = bytes(0x10, 0x14, 8, 1, 3, 20, 1, 6, 2, 8);

/** GS a: every status change is reported by itself, and the present status at once, in order. */
export const automaticStatus = bytes(0x1d, 0x61, 0xff);

/** GS r 1: one byte of paper status, answered in order: all bytes before it have been processed. */
export const inOrderProbe = bytes(0x1d, 0x72, 1);

/** GS g 2 with 178: cumulative number of cutter operations, answered by 5F digits 00. */
export const readCutCounter = bytes(0x1d, 0x67, 0x32, 0, 178, 0);

/** FS & and FS S 0 0: two-byte characters on, without extra space beside them. */
export const chineseMode = bytes(0x1c, 0x26, 0x1c, 0x53, 0, 0);

/** ESC 2: the printer's own line spacing, an eighth more than a character. */
export const defaultLineSpacing = bytes(0x1b, 0x32);

export const lineFeed = bytes(0x0a);

export type Align = 'left' | 'centre' | 'right';

const alignments: Readonly<Record<Align, number>> = { left: 0, centre: 1, right: 2 };

/** ESC a, obeyed at the start of a line only. */
export function align(value: Align): Uint8Array {
  return bytes(0x1b, 0x61, alignments[value]);
}

/** ESC E. */
export function bold(on: boolean): Uint8Array {
  return bytes(0x1b, 0x45, on ? 1 : 0);
}

/** GS ! for Latin and FS ! for Chinese characters: some printers scale the latter by FS ! alone. */
export function size(times: 1 | 2): Uint8Array {
  return times === 2 ? bytes(0x1d, 0x21, 0x11, 0x1c, 0x21, 0x0c) : bytes(0x1d, 0x21, 0, 0x1c, 0x21, 0);
}

/** GS ! alone, for printers without Chinese characters. */
export function latinSize(times: 1 | 2): Uint8Array {
  return bytes(0x1d, 0x21, times === 2 ? 0x11 : 0);
}

/** ESC J: 0 to 255 dots forward. */
export function feedDots(dots: number): Uint8Array {
  return bytes(0x1b, 0x4a, dots);
}

/** ESC d. */
export function feedLines(lines: number): Uint8Array {
  return bytes(0x1b, 0x64, lines);
}

/** GS V 66: feed to the cutter plus `dots`, then cut leaving one point. */
export function feedAndCut(dots: number): Uint8Array {
  return bytes(0x1d, 0x56, 66, dots);
}

/** GS v 0: `widthBytes` × `rows` bytes of picture follow. Mode 0 prints dot for dot, 3 doubles both ways. */
export function rasterHeader(mode: 0 | 3, widthBytes: number, rows: number): Uint8Array {
  return bytes(0x1d, 0x76, 0x30, mode, widthBytes & 0xff, widthBytes >> 8, rows & 0xff, rows >> 8);
}

export function concat(parts: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    all.set(part, offset);
    offset += part.length;
  }
  return all;
}
