/**
 * A strict reader of ESC/POS, written from the command reference alone: it shares no code with the driver or its
 * simulator. Whatever it does not know is an error, and so is a command that ends early.
 */
export type EscposToken =
  | { readonly kind: 'text'; readonly bytes: Uint8Array }
  | { readonly kind: 'lineFeed' }
  | { readonly kind: 'command'; readonly name: string; readonly parameters: readonly number[] }
  | {
      readonly kind: 'picture';
      readonly mode: number;
      readonly widthBytes: number;
      readonly rows: number;
      readonly data: Uint8Array;
    }
  | { readonly kind: 'cut'; readonly feed: number }
  | { readonly kind: 'realTime'; readonly bytes: Uint8Array };

/** Commands of fixed length: prefix and name, number of parameters, values each of them may have. */
const fixed: readonly {
  readonly prefix: readonly [number, number];
  readonly name: string;
  readonly allowed: readonly ((value: number) => boolean)[];
}[] = [
  { prefix: [0x1b, 0x40], name: 'ESC @', allowed: [] },
  { prefix: [0x1b, 0x32], name: 'ESC 2', allowed: [] },
  { prefix: [0x1b, 0x61], name: 'ESC a', allowed: [(n) => n <= 2] },
  { prefix: [0x1b, 0x45], name: 'ESC E', allowed: [(n) => n <= 1] },
  { prefix: [0x1b, 0x4a], name: 'ESC J', allowed: [() => true] },
  { prefix: [0x1b, 0x64], name: 'ESC d', allowed: [() => true] },
  { prefix: [0x1c, 0x26], name: 'FS &', allowed: [] },
  { prefix: [0x1c, 0x21], name: 'FS !', allowed: [(n) => (n & ~0x8c) === 0] },
  { prefix: [0x1c, 0x53], name: 'FS S', allowed: [(n) => n <= 32, (n) => n <= 32] },
  { prefix: [0x1d, 0x21], name: 'GS !', allowed: [(n) => (n & 0x88) === 0] },
  { prefix: [0x1d, 0x61], name: 'GS a', allowed: [() => true] },
  { prefix: [0x1d, 0x72], name: 'GS r', allowed: [(n) => n === 1 || n === 49] },
  {
    prefix: [0x1d, 0x67],
    name: 'GS g',
    allowed: [(n) => n === 0x32, (n) => n === 0, () => true, (n) => n === 0],
  },
];

const realTimeLengths = new Map([
  [0x04, 3],
  [0x05, 3],
  [0x14, 10],
]);

class Reader {
  #at = 0;
  readonly #bytes: Uint8Array;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  get done(): boolean {
    return this.#at >= this.#bytes.length;
  }

  fail(what: string): never {
    const near = Buffer.from(this.#bytes.subarray(Math.max(0, this.#at - 8), this.#at + 8)).toString('hex');
    throw new Error(`${what} at byte ${this.#at} (near ${near})`);
  }

  peek(ahead = 0): number | undefined {
    return this.#bytes[this.#at + ahead];
  }

  take(count: number): Uint8Array {
    if (this.#at + count > this.#bytes.length) this.fail(`${count} bytes wanted, the stream ends`);
    this.#at += count;
    return this.#bytes.subarray(this.#at - count, this.#at);
  }

  byte(): number {
    return this.take(1)[0] ?? this.fail('no byte');
  }
}

/** Reads a whole stream; `chinese` tells whether two- and four-byte characters are on at its start. */
export function tokenizeEscpos(stream: Uint8Array, options: { chinese?: boolean } = {}): EscposToken[] {
  const reader = new Reader(stream);
  const tokens: EscposToken[] = [];
  let chinese = options.chinese ?? false;
  while (!reader.done) {
    const token = next(reader, chinese);
    if (token.kind === 'command' && token.name === 'FS &') chinese = true;
    if (token.kind === 'command' && token.name === 'ESC @') chinese = false;
    tokens.push(token);
  }
  return tokens;
}

function next(reader: Reader, chinese: boolean): EscposToken {
  const first = reader.peek() ?? reader.fail('no byte');
  switch (first) {
    case 0x0a:
      reader.byte();
      return { kind: 'lineFeed' };
    case 0x10:
      return { kind: 'realTime', bytes: reader.take(realTimeLengths.get(reader.peek(1) ?? -1) ?? 0) };
    case 0x1b:
    case 0x1c:
    case 0x1d:
      return command(reader);
    default:
      return { kind: 'text', bytes: text(reader, chinese) };
  }
}

function command(reader: Reader): EscposToken {
  const prefix = reader.take(2);
  if (prefix[0] === 0x1d && prefix[1] === 0x76) return picture(reader);
  if (prefix[0] === 0x1d && prefix[1] === 0x56) {
    if (reader.byte() !== 66) reader.fail('GS V other than 66');
    return { kind: 'cut', feed: reader.byte() };
  }
  const known = fixed.find((entry) => entry.prefix[0] === prefix[0] && entry.prefix[1] === prefix[1]);
  if (!known) reader.fail(`unknown command ${Buffer.from(prefix).toString('hex')}`);
  const parameters = [...reader.take(known.allowed.length)];
  for (const [i, value] of parameters.entries()) {
    if (!known.allowed[i]?.(value)) reader.fail(`${known.name}: parameter ${i} is ${value}`);
  }
  return { kind: 'command', name: known.name, parameters };
}

function picture(reader: Reader): EscposToken {
  if (reader.byte() !== 0x30) reader.fail('GS v other than 0');
  const mode = reader.byte();
  if (mode > 3) reader.fail('mode of GS v 0');
  const [xLow = 0, xHigh = 0, yLow = 0, yHigh = 0] = reader.take(4);
  const [widthBytes, rows] = [xLow + 256 * xHigh, yLow + 256 * yHigh];
  if (widthBytes === 0 || rows === 0 || rows > 256) reader.fail(`picture of ${widthBytes} bytes × ${rows}`);
  return { kind: 'picture', mode, widthBytes, rows, data: reader.take(widthBytes * rows) };
}

function text(reader: Reader, chinese: boolean): Uint8Array {
  const bytes: number[] = [];
  for (;;) {
    const byte = reader.peek();
    if (byte === undefined || byte < 0x20) break;
    if (byte < 0x7f) bytes.push(reader.byte());
    else if (!chinese || byte < 0x81 || byte > 0xfe) reader.fail(`byte ${byte.toString(16)} in text`);
    else {
      const second = reader.peek(1) ?? reader.fail('half a character');
      const length = second >= 0x30 && second <= 0x39 ? 4 : 2;
      if (length === 2 && (second < 0x40 || second === 0x7f || second > 0xfe))
        reader.fail('second byte of a character');
      bytes.push(...reader.take(length));
    }
  }
  if (bytes.length === 0) reader.fail(`control byte ${reader.peek()?.toString(16)}`);
  return Uint8Array.from(bytes);
}
