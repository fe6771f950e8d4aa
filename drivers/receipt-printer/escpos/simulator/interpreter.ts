import type { Bitmap } from '../bitmap.ts';
import { type PrintedChar, printableDots } from './strip.ts';

/** What an interpreter can move and answer. */
export interface Mechanics {
  text(chars: readonly PrintedChar[], height: number): void;
  picture(bitmap: Bitmap, x: number, scale: 1 | 2): void;
  cut(): boolean;
  afterCut(): void;
  /** Bytes that concern the paper, as they were executed. */
  record(bytes: readonly number[]): void;
  answerPaper(): void;
  answerCounter(counter: number): void;
  answerIdentity(n: number): void;
  setAutomatic(mask: number): void;
}

const lineDots = 30;

interface OpenPicture {
  readonly scale: 1 | 2;
  readonly bitmap: Bitmap;
  filled: number;
}

interface Modes {
  chinese: boolean;
  size: 1 | 2;
  chineseSize: 1 | 2;
  bold: boolean;
  align: 0 | 1 | 2;
}

const initialModes: Readonly<Modes> = { chinese: false, size: 1, chineseSize: 1, bold: false, align: 0 };

/** Lengths of commands by their first two bytes; those that need more to tell are worked out in `#lengthOf`. */
const lengths: Readonly<Record<string, number>> = {
  '1b,64': 3,
  '1b,4a': 3,
  '1b,40': 2,
  '1b,61': 3,
  '1b,45': 3,
  '1b,32': 2,
  '1b,33': 3,
  '1b,74': 3,
  '1c,26': 2,
  '1c,2e': 2,
  '1c,21': 3,
  '1c,53': 4,
  '1d,21': 3,
  '1d,61': 3,
  '1d,72': 3,
  '1d,49': 3,
  '1d,67': 6,
  '1d,76': 8,
  '10,04': 3,
  '10,05': 3,
  '10,14': 10,
};

const pairKey = (first: number, second: number) =>
  `${first.toString(16).padStart(2, '0')},${second.toString(16).padStart(2, '0')}`;

/** Executes the bytes in the buffer, one command at a time. ROM: ASCII and GBK. */
export class Interpreter {
  readonly #mechanics: Mechanics;
  readonly #dots: number;
  #modes: Modes = { ...initialModes };
  #line: PrintedChar[] = [];
  #x = 0;
  #picture: OpenPicture | null = null;

  constructor(mechanics: Mechanics, paper: 58 | 80) {
    this.#mechanics = mechanics;
    this.#dots = printableDots[paper];
  }

  /** Executes what stands first; returns the number of bytes done with, 0 when more are needed first. */
  step(buffer: readonly number[]): number {
    const [first, second] = buffer;
    if (first === undefined) return 0;
    if (this.#picture) return this.#fillPicture(this.#picture, buffer);
    if (first === 0x10 || first === 0x1b || first === 0x1c || first === 0x1d) {
      return second === undefined ? 0 : this.#command(first, second, buffer);
    }
    if (first === 0x0a) {
      this.#mechanics.record([first]);
      this.#printLine();
      return 1;
    }
    if (first < 0x20) return 1;
    return this.#character(first, second, buffer);
  }

  /** Forgets the line, the picture and the command begun. */
  clear(): void {
    this.#line = [];
    this.#x = 0;
    this.#picture = null;
  }

  #command(first: number, second: number, buffer: readonly number[]): number {
    const length = this.#lengthOf(first, second, buffer);
    // Unknown: the printer drops the two bytes and takes what follows for text, as real ones do.
    if (length === null) return 2;
    if (buffer.length < length) return 0;
    const bytes = buffer.slice(0, length);
    if (first === 0x10) return length;
    if (first === 0x1d && second === 0x56) return this.#cut(bytes) ? length : 0;
    if (this.#answer(first, second, bytes)) return length;
    this.#mechanics.record(bytes);
    this.#execute(pairKey(first, second), bytes);
    return length;
  }

  #lengthOf(first: number, second: number, buffer: readonly number[]): number | null {
    if (first === 0x1d && second === 0x56) return (buffer[2] ?? 0) >= 65 ? 4 : 3;
    return lengths[pairKey(first, second)] ?? null;
  }

  #answer(first: number, second: number, [, , third = 0, , counter = 0]: readonly number[]): boolean {
    if (first !== 0x1d) return false;
    if (second === 0x72) this.#mechanics.answerPaper();
    else if (second === 0x49) this.#mechanics.answerIdentity(third);
    else if (second === 0x61) this.#mechanics.setAutomatic(third);
    else if (second === 0x67) this.#mechanics.answerCounter(counter);
    else return false;
    return true;
  }

  #execute(command: string, [, , n = 0, mode = 0, xLow = 0, xHigh = 0, yLow = 0, yHigh = 0]: readonly number[]): void {
    const modes = this.#modes;
    if (command === '1b,40') {
      this.#modes = { ...initialModes };
      this.clear();
      this.#mechanics.setAutomatic(0);
    } else if (command === '1b,64') for (let i = 0; i < n; i += 1) this.#printLine();
    else if (command === '1b,4a') this.#feed(n);
    else if (command === '1b,61') modes.align = n === 1 ? 1 : n === 2 ? 2 : 0;
    else if (command === '1b,45') modes.bold = (n & 1) !== 0;
    else if (command === '1c,26') modes.chinese = true;
    else if (command === '1c,2e') modes.chinese = false;
    else if (command === '1c,21') modes.chineseSize = (n & 0x0c) === 0x0c ? 2 : 1;
    else if (command === '1d,21') modes.size = n === 0x11 ? 2 : 1;
    else if (command === '1d,76') this.#openPicture(mode, xLow + 256 * xHigh, yLow + 256 * yHigh);
  }

  #openPicture(mode: number, widthBytes: number, rows: number): void {
    if (widthBytes === 0 || rows === 0) return;
    const bitmap = { width: widthBytes * 8, height: rows, data: new Uint8Array(widthBytes * rows) };
    this.#picture = { scale: (mode & 3) === 3 ? 2 : 1, bitmap, filled: 0 };
  }

  #fillPicture(picture: OpenPicture, buffer: readonly number[]): number {
    const { bitmap, scale } = picture;
    const taken = Math.min(buffer.length, bitmap.data.length - picture.filled);
    const bytes = buffer.slice(0, taken);
    bitmap.data.set(bytes, picture.filled);
    picture.filled += taken;
    this.#mechanics.record(bytes);
    if (picture.filled === bitmap.data.length) {
      this.#picture = null;
      this.#mechanics.picture(bitmap, this.#indent(bitmap.width * scale), scale);
    }
    return taken;
  }

  #cut(bytes: readonly number[]): boolean {
    if (!this.#mechanics.cut()) return false;
    const [, , mode = 0, feed = 0] = bytes;
    this.#mechanics.record(bytes);
    this.#feed(mode >= 65 ? feed : 0);
    this.#mechanics.afterCut();
    return true;
  }

  #character(first: number, second: number | undefined, buffer: readonly number[]): number {
    if (!this.#modes.chinese || first < 0x81) {
      this.#put(String.fromCharCode(first), 1, this.#modes.size);
      this.#mechanics.record([first]);
      return 1;
    }
    if (second === undefined) return 0;
    const pair = buffer.slice(0, 2);
    this.#mechanics.record(pair);
    this.#put(new TextDecoder('gbk').decode(Uint8Array.from(pair)).slice(0, 1), 2, this.#modes.chineseSize);
    return 2;
  }

  #put(char: string, columns: 1 | 2, size: 1 | 2): void {
    const width = columns * 12 * size;
    if (this.#x + width > this.#dots) this.#printLine();
    this.#line.push({ char, columns, size, bold: this.#modes.bold, x: this.#x });
    this.#x += width;
  }

  #printLine(): void {
    const height = Math.max(lineDots, ...this.#line.map(({ size }) => size * 24));
    this.#flush(height);
  }

  #feed(dots: number): void {
    this.#flush(dots);
  }

  #flush(height: number): void {
    const indent = this.#indent(this.#x);
    const chars = this.#line.map((printed) => ({ ...printed, x: printed.x + indent }));
    this.#line = [];
    this.#x = 0;
    this.#mechanics.text(chars, height);
  }

  #indent(width: number): number {
    return Math.max(0, Math.floor(((this.#dots - width) * this.#modes.align) / 2));
  }
}
