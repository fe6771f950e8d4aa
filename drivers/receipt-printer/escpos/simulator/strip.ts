import { type Bitmap, dot, setDot } from '../bitmap.ts';
import { createFontBook } from '../fonts.ts';
import { cellShape, rasterise } from '../glyphs.ts';

/** One character of a printed line, at dots from the left edge of the printable area. */
export interface PrintedChar {
  readonly char: string;
  readonly x: number;
  readonly columns: 1 | 2;
  readonly size: 1 | 2;
  readonly bold: boolean;
}

type Mark =
  | { readonly kind: 'text'; readonly y: number; readonly chars: readonly PrintedChar[] }
  | {
      readonly kind: 'picture';
      readonly x: number;
      readonly y: number;
      readonly scale: 1 | 2;
      readonly bitmap: Bitmap;
    };

export const printableDots: Readonly<Record<58 | 80, number>> = { 58: 384, 80: 576 };
/** Width of the roll itself, at 8 dots a millimetre. */
const rollDots: Readonly<Record<58 | 80, number>> = { 58: 464, 80: 640 };

/** Dots from the print head to the knife: as much of each strip stays blank at its top. */
const cutterDots = 96;

/** Paper that has gone past the print head since the last cut. */
export class Strip {
  readonly marks: Mark[] = [];
  /** Dots of paper so far. */
  length = cutterDots;

  text(chars: readonly PrintedChar[], height: number): void {
    if (chars.length > 0) this.marks.push({ kind: 'text', y: this.length, chars });
    this.length += height;
  }

  picture(bitmap: Bitmap, x: number, scale: 1 | 2): void {
    if (bitmap.data.some((byte) => byte !== 0)) {
      this.marks.push({ kind: 'picture', x, y: this.length, scale, bitmap });
    }
    this.length += bitmap.height * scale;
  }

  get blank(): boolean {
    return this.marks.length === 0;
  }

  /** What was printed as text, a line per line. */
  words(): string {
    return this.marks
      .map((mark) => (mark.kind === 'text' ? mark.chars.map(({ char }) => char).join('') : ''))
      .join('\n');
  }
}

/** A PNG of the strip, one pixel a dot, white to the edges of the roll. */
export async function renderStrip(strip: Strip, paper: 58 | 80): Promise<Uint8Array> {
  const width = rollDots[paper];
  const height = strip.length;
  const left = (width - printableDots[paper]) / 2;
  const sheet = await rasterise(await textShapes(strip, left), width, height);
  for (const mark of strip.marks) if (mark.kind === 'picture') stamp(sheet, mark, left);
  const { default: sharp } = await import('sharp');
  const grey = new Uint8Array(width * height).fill(255);
  for (let at = 0; at < grey.length; at += 1) {
    if (dot(sheet, at % width, Math.floor(at / width))) grey[at] = 0;
  }
  return sharp(grey, { raw: { width, height, channels: 1 } })
    .withMetadata({ density: 203 })
    .png()
    .toBuffer();
}

async function textShapes(strip: Strip, left: number): Promise<string> {
  const fonts = createFontBook();
  const shapes: string[] = [];
  for (const mark of strip.marks) {
    if (mark.kind !== 'text') continue;
    for (const { char, x, columns, size, bold } of mark.chars) {
      const shape = await cellShape(char, { text: char, column: 0, columns, bold }, fonts);
      shapes.push(`<g transform="translate(${left + x} ${mark.y}) scale(${size})">${shape}</g>`);
    }
  }
  return shapes.join('');
}

function stamp(sheet: Bitmap, mark: Extract<Mark, { kind: 'picture' }>, left: number): void {
  const { bitmap, scale } = mark;
  for (let y = 0; y < bitmap.height * scale; y += 1) {
    for (let x = 0; x < bitmap.width * scale; x += 1) {
      const [toX, toY] = [left + mark.x + x, mark.y + y];
      if (toX >= sheet.width || toY >= sheet.height) continue;
      if (dot(bitmap, Math.floor(x / scale), Math.floor(y / scale))) setDot(sheet, toX, toY);
    }
  }
}
