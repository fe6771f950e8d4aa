import { type Bitmap, blankBitmap, setDot } from './bitmap.ts';
import type { FontBook, Outline } from './fonts.ts';

/** Height of a character cell in dots; 24 wide for a full, 12 for a half-width character. */
export const cellHeight = 24;
const columnDots = 12;

/** One character at its place on the line, in columns of 12 dots. */
export interface Cell {
  /** A character and the marks over or under it. */
  readonly text: string;
  readonly column: number;
  readonly columns: 1 | 2;
  readonly bold?: boolean;
}

/** Ink above this of 255 is a dot: strokes stay closed without running into each other. */
const inkThreshold = 150;

/** Draws characters into the same cells that the printer's ROM would put them in. */
export async function drawLine(cells: readonly Cell[], columns: number, fonts: FontBook): Promise<Bitmap> {
  const width = columns * columnDots;
  const shapes: string[] = [];
  for (const cell of cells) {
    for (const char of cell.text) shapes.push(await cellShape(char, cell, fonts));
  }
  return rasterise(shapes.join(''), width, cellHeight);
}

/** SVG for one character in its cell, the line's top left corner at 0, 0. */
export async function cellShape(char: string, cell: Cell, fonts: FontBook): Promise<string> {
  if (/^(?:\s|\p{Cf}|\p{Variation_Selector})$/u.test(char)) return '';
  const outline = await fonts.outline(char);
  return outline ? placed(outline, cell) : codePointBox(char, cell, fonts);
}

function placed(outline: Outline, cell: Cell): string {
  const em = cellHeight / 1.03;
  const scale = em / outline.unitsPerEm;
  const room = cell.columns * columnDots;
  const squeeze = Math.min(1, room / (outline.advance * scale || room));
  const x = cell.column * columnDots + (room - outline.advance * scale * squeeze) / 2;
  const middle = (outline.ascent + outline.descent) / 2;
  const y = cellHeight / 2 + middle * scale;
  const stroke = outline.stroke + (cell.bold ? outline.unitsPerEm / 24 : 0);
  return glyphPath(outline.path, x, y, scale * squeeze, scale, stroke);
}

function glyphPath(path: string, x: number, y: number, scaleX: number, scaleY: number, stroke: number): string {
  const transform = `translate(${x.toFixed(2)} ${y.toFixed(2)}) scale(${scaleX.toFixed(5)} ${(-scaleY).toFixed(5)})`;
  return `<path transform="${transform}" stroke-width="${stroke.toFixed(1)}" d="${path}"/>`;
}

/** For a character that no font has: a frame with its code point in hexadecimal, never a blank or a question mark. */
async function codePointBox(char: string, cell: Cell, fonts: FontBook): Promise<string> {
  const digits = (char.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0');
  const perRow = Math.ceil(digits.length / 2);
  const room = cell.columns * columnDots - 2;
  const left = cell.column * columnDots + 1;
  const rows = [digits.slice(0, perRow), digits.slice(perRow)];
  const digitWidth = (room - 4) / perRow;
  const shapes = [`<rect x="${left + 0.5}" y="1.5" width="${room - 1}" height="21" fill="none" stroke-width="1"/>`];
  for (const [row, text] of rows.entries()) {
    for (const [place, digit] of [...text].entries()) {
      const outline = await fonts.outline(digit);
      if (!outline) continue;
      const scaleX = digitWidth / outline.advance;
      const scaleY = 12 / outline.unitsPerEm;
      const y = 11.5 + row * 9.5;
      shapes.push(glyphPath(outline.path, left + 2 + place * digitWidth, y, scaleX, scaleY, 60));
    }
  }
  return shapes.join('');
}

/** Renders SVG shapes, black on white, and keeps what is dark enough. */
export async function rasterise(shapes: string, width: number, height: number): Promise<Bitmap> {
  const { default: sharp } = await import('sharp');
  const svg =
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">` +
    `<rect width="${width}" height="${height}" fill="#fff"/>` +
    `<g fill="#000" stroke="#000" stroke-linejoin="round">${shapes}</g></svg>`;
  const grey = await sharp(Buffer.from(svg)).greyscale().raw().toBuffer();
  const bitmap = blankBitmap(width, height);
  for (let at = 0; at < width * height; at += 1) {
    if ((grey[at] ?? 255) < inkThreshold) setDot(bitmap, at % width, Math.floor(at / width));
  }
  return bitmap;
}
