import { create } from 'qrcode';
import { concat, rasterHeader } from './commands.ts';

/** A black-and-white picture, row by row, most significant bit left, 1 is black. */
export interface Bitmap {
  /** Dots; the last byte of a row may have dots to spare. */
  readonly width: number;
  readonly height: number;
  /** `height` rows of `ceil(width / 8)` bytes. */
  readonly data: Uint8Array;
}

export function rowBytes(bitmap: Bitmap): number {
  return Math.ceil(bitmap.width / 8);
}

export function blankBitmap(width: number, height: number): Bitmap {
  return { width, height, data: new Uint8Array(Math.ceil(width / 8) * height) };
}

export function setDot(bitmap: Bitmap, x: number, y: number): void {
  const at = y * rowBytes(bitmap) + (x >> 3);
  bitmap.data[at] = (bitmap.data[at] ?? 0) | (0x80 >> (x & 7));
}

export function dot(bitmap: Bitmap, x: number, y: number): boolean {
  return ((bitmap.data[y * rowBytes(bitmap) + (x >> 3)] ?? 0) & (0x80 >> (x & 7))) !== 0;
}

/** Second bytes of the real-time commands DLE EOT, DLE ENQ and DLE DC4. */
const realTimeSeconds = new Set([0x04, 0x05, 0x14]);

/**
 * Picture data without a pair of bytes that a printer would take for a real-time command: these are looked for in
 * everything it receives, pictures included. The lone dot of the byte 10 gets a neighbour and becomes 18.
 */
export function withoutRealTimeCommands(data: Uint8Array): Uint8Array {
  const safe = Uint8Array.from(data);
  for (let i = 0; i + 1 < safe.length; i += 1) {
    if (safe[i] === 0x10 && realTimeSeconds.has(safe[i + 1] ?? 0)) safe[i] = 0x18;
  }
  return safe;
}

/** Rows of one GS v 0: more would keep the printer from answering for long. */
const mostRows = 256;

/** GS v 0 commands for the picture, each of at most `mostBytes` of data. Mode 3 prints four dots for one. */
export function rasterCommands(bitmap: Bitmap, mode: 0 | 3, mostBytes: number): Uint8Array[] {
  const stride = rowBytes(bitmap);
  const rows = Math.max(1, Math.min(mostRows, Math.floor(mostBytes / stride)));
  const commands: Uint8Array[] = [];
  for (let y = 0; y < bitmap.height; y += rows) {
    const count = Math.min(rows, bitmap.height - y);
    const data = withoutRealTimeCommands(bitmap.data.subarray(y * stride, (y + count) * stride));
    commands.push(concat([rasterHeader(mode, stride, count), data]));
  }
  return commands;
}

/** Widest code in bitmap dots: printed twice as large it fits the 384 dots of 58 mm paper with room around it. */
const widestQr = 120;

/** Longest text of a code with modules of two dots or more (version 10, level M), in bytes of UTF-8. */
const longestQrText = 213;

/**
 * The modules of a QR code (level M), three or two dots each, meant for double printing: half a millimetre a module
 * or more. The quiet zone is the paper around it. null: too much text for a code that phones can read.
 */
export function qrBitmap(text: string): Bitmap | null {
  const bytes = Buffer.byteLength(text);
  if (bytes === 0 || bytes > longestQrText) return null;
  const { modules } = create(text, { errorCorrectionLevel: 'M' });
  const scale = Math.min(3, Math.floor(widestQr / modules.size));
  const bitmap = blankBitmap(modules.size * scale, modules.size * scale);
  for (let y = 0; y < bitmap.height; y += 1) {
    for (let x = 0; x < bitmap.width; x += 1) {
      if (modules.get(Math.floor(y / scale), Math.floor(x / scale)) !== 0) setDot(bitmap, x, y);
    }
  }
  return bitmap;
}
