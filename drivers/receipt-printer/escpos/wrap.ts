import { type Rom, textColumns } from './rom.ts';

/** Must not begin a line (GB/T 15834, 5.1). */
const closing = /^[，。、；：？！）》」』】〕”’…—,.;:?!)\]}%℃·]$/u;
/** Must not end a line. */
const opening = /^[（《「『【〔“‘([{￥$]$/u;

/** Pieces that stay together: a Latin word or number, or one character with the punctuation that clings to it. */
function pieces(text: string): string[] {
  const raw = text.match(/[\x21-\x7e]+| +|[^\x20-\x7e][\p{M}\p{Cf}]*/gu) ?? [];
  const joined: string[] = [];
  let glue = false;
  for (const piece of raw) {
    const last = joined.at(-1);
    const clings = last !== undefined && !last.endsWith(' ') && (glue || closing.test(piece));
    if (clings) joined[joined.length - 1] = last + piece;
    else joined.push(piece);
    glue = opening.test(piece);
  }
  return joined;
}

/**
 * Breaks one paragraph into lines of at most `columns` half-width columns. Words stay whole where they fit a line;
 * no line begins with a closing or ends with an opening punctuation mark unless the line is too narrow for that.
 */
export function wrap(text: string, columns: number, rom: Rom): string[] {
  const lines: string[] = [];
  let line = '';
  let used = 0;
  const put = (piece: string, width: number) => {
    if (used + width > columns && line !== '') {
      lines.push(line.trimEnd());
      line = '';
      used = 0;
    }
    if (line === '' && piece.startsWith(' ')) return;
    line += piece;
    used += width;
  };
  for (const piece of pieces(text)) {
    const width = textColumns(piece, rom);
    if (width <= columns) put(piece, width);
    else for (const cell of cells(piece)) put(cell, textColumns(cell, rom));
  }
  lines.push(line.trimEnd());
  return lines;
}

/** As `wrap`, with lines of about the same length: for centred text, where one character alone looks lost. */
export function wrapEvenly(text: string, columns: number, rom: Rom): string[] {
  const lines = wrap(text, columns, rom);
  let even = lines;
  for (let width = columns - 1; width > columns / 2 && lines.length > 1; width -= 1) {
    const narrower = wrap(text, width, rom);
    if (narrower.length > lines.length) break;
    even = narrower;
  }
  return even;
}

/** Characters with the marks that stand over or under them. */
export function cells(text: string): string[] {
  return text.match(/.[\p{M}\p{Cf}]*/gsu) ?? [];
}

/** Left text and right text with the space between that makes `columns`; null where they do not fit one line. */
export function spread(left: string, right: string, columns: number, rom: Rom): string | null {
  const gap = columns - textColumns(left, rom) - textColumns(right, rom);
  return gap >= 1 ? left + ' '.repeat(gap) + right : null;
}
