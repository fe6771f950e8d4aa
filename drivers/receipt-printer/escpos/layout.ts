import type { SlipDocument, SlipElement } from '../../contract/receipt-printer.ts';
import { err, ok, type Result } from '../../contract/result.ts';
import { type Bitmap, blankBitmap, qrBitmap, rasterCommands } from './bitmap.ts';
import {
  type Align,
  align,
  bold,
  chineseMode,
  concat,
  defaultLineSpacing,
  feedDots,
  feedLines,
  latinSize,
  lineFeed,
  size,
} from './commands.ts';
import type { Cell } from './glyphs.ts';
import { encodeRom, inRom, printable, type Rom, textColumns } from './rom.ts';
import { cells, spread, wrap, wrapEvenly } from './wrap.ts';

export const columnsOn: Readonly<Record<58 | 80, number>> = { 58: 32, 80: 48 };

/** Draws a line that the printer's ROM cannot print: 24 dots high, 12 dots a column. */
export type DrawLine = (cells: readonly Cell[], columns: number) => Promise<Bitmap>;

export interface LayoutOptions {
  readonly paper: 58 | 80;
  readonly rom: Rom;
  readonly drawLine: DrawLine;
  /** Most bytes of picture data in one command. */
  readonly mostPictureBytes: number;
}

interface Line {
  readonly text: string;
  readonly align: Align;
  readonly size: 1 | 2;
  readonly bold: boolean;
}

/** Most blank lines that one `feed` element may ask for. */
const mostFeedLines = 20;

/**
 * Turns a slip into ESC/POS commands. Each piece is whole commands that may not be torn apart, and ends at the start
 * of a line. Text goes in the printer's ROM encoding; a line with a character outside the ROM goes as a picture.
 * Error, in words: the slip asks for what no paper of this width can carry.
 */
export async function layoutSlip(slip: SlipDocument, options: LayoutOptions): Promise<Result<Uint8Array[], string>> {
  const page = new Page(options);
  await page.paragraph(slip.title, { align: 'centre', size: 2, bold: true });
  page.gap(10);
  for (const element of slip.elements) {
    if (!(await layoutElement(element, page))) return err(`${element.kind} element does not fit the paper`);
  }
  return ok(page.pieces);
}

/** False when the element cannot be printed. */
async function layoutElement(element: SlipElement, page: Page): Promise<boolean> {
  switch (element.kind) {
    case 'text': {
      const style = { align: element.align ?? 'left', size: element.size ?? 1, bold: element.bold ?? false };
      for (const paragraph of element.text.split('\n')) await page.paragraph(paragraph, style);
      return true;
    }
    case 'row':
      await page.row(printable(element.label), printable(element.value), element.bold ?? false);
      return true;
    case 'rule':
      page.rule();
      return true;
    case 'feed':
      page.feed(element.lines);
      return true;
    case 'qr':
      return page.qr(element.data, element.caption);
  }
}

class Page {
  readonly pieces: Uint8Array[] = [];
  readonly #options: LayoutOptions;
  readonly #columns: number;
  /** Style commands in force; they are sent when they change. */
  #style: { align: Align; size: 1 | 2; bold: boolean } = { align: 'left', size: 1, bold: false };

  constructor(options: LayoutOptions) {
    this.#options = options;
    this.#columns = columnsOn[options.paper];
    this.pieces.push(defaultLineSpacing);
    if (options.rom !== 'ascii') this.pieces.push(chineseMode);
  }

  async paragraph(text: string, style: Omit<Line, 'text'>): Promise<void> {
    const columns = Math.floor(this.#columns / style.size);
    const breakLines = style.align === 'centre' ? wrapEvenly : wrap;
    for (const line of breakLines(printable(text), columns, this.#options.rom)) {
      await this.#line({ ...style, text: line });
    }
    if (style.size === 2) this.gap(6);
  }

  async row(label: string, value: string, isBold: boolean): Promise<void> {
    const { rom } = this.#options;
    const style = { align: 'left', size: 1, bold: isBold } as const;
    const together = spread(label, value, this.#columns, rom);
    if (together !== null) return this.#line({ ...style, text: together });
    for (const line of wrap(label, this.#columns, rom)) await this.#line({ ...style, text: line });
    for (const line of wrap(value, this.#columns - 2, rom)) {
      await this.#line({ ...style, text: spread('', line, this.#columns, rom) ?? line });
    }
  }

  rule(): void {
    this.gap(10);
    const picture = blankBitmap(this.#columns * 6, 1);
    picture.data.fill(0xff);
    this.#picture(picture, 3, 'left');
    this.gap(14);
  }

  feed(lines: number): void {
    const count = Math.max(0, Math.min(mostFeedLines, Math.floor(lines)));
    if (count > 0) this.pieces.push(feedLines(count));
  }

  gap(dots: number): void {
    this.pieces.push(feedDots(dots));
  }

  async qr(data: string, caption: string | undefined): Promise<boolean> {
    const picture = qrBitmap(data);
    if (!picture) return false;
    this.gap(24);
    this.#picture(picture, 3, 'centre');
    this.gap(24);
    if (caption !== undefined) await this.paragraph(caption, { align: 'centre', size: 1, bold: false });
    return true;
  }

  async #line(line: Line): Promise<void> {
    const { rom } = this.#options;
    if ([...line.text].every((char) => inRom(char, rom))) {
      this.pieces.push(concat([this.#change(line), encodeRom(line.text, rom), lineFeed]));
      return;
    }
    const placed: Cell[] = [];
    let column = 0;
    for (const text of cells(line.text)) {
      const columns = textColumns(text, rom);
      placed.push({ text, column, columns: columns > 1 ? 2 : 1, bold: line.bold });
      column += columns;
    }
    // A lone mark takes no column, a picture at least one.
    const picture = await this.#options.drawLine(placed, Math.max(1, column));
    this.gap(3);
    this.#picture(picture, line.size === 2 ? 3 : 0, line.align);
    this.gap(3);
  }

  #picture(picture: Bitmap, mode: 0 | 3, where: Align): void {
    const style = this.#change({ ...this.#style, align: where });
    if (style.length > 0) this.pieces.push(style);
    this.pieces.push(...rasterCommands(picture, mode, this.#options.mostPictureBytes));
  }

  #change(next: { align: Align; size: 1 | 2; bold: boolean }): Uint8Array {
    const now = this.#style;
    const parts: Uint8Array[] = [];
    if (next.align !== now.align) parts.push(align(next.align));
    if (next.bold !== now.bold) parts.push(bold(next.bold));
    if (next.size !== now.size) parts.push(this.#options.rom === 'ascii' ? latinSize(next.size) : size(next.size));
    this.#style = { align: next.align, size: next.size, bold: next.bold };
    return concat(parts);
  }
}
