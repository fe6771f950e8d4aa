/** One thing a printer said. */
export type PrinterReply =
  /** DLE EOT n; the byte does not say which n. */
  | { readonly kind: 'realTime'; readonly byte: number }
  /** Automatic status, four bytes. */
  | { readonly kind: 'automatic'; readonly bytes: readonly [number, number, number, number] }
  /** One byte that is answered in order: GS r, GS I. */
  | { readonly kind: 'inOrder'; readonly byte: number }
  /** 37 or 5F, text, NUL. */
  | { readonly kind: 'block'; readonly header: 0x37 | 0x5f; readonly body: Uint8Array }
  | { readonly kind: 'flow'; readonly paused: boolean }
  | { readonly kind: 'garbage'; readonly bytes: Uint8Array };

const xon = 0x11;
const xoff = 0x13;
/** Longest block of the commands in use is a dozen bytes; beyond this the NUL has been lost. */
const longestBlock = 80;

const isRealTime = (byte: number) => (byte & 0x93) === 0x12;
const isAutomaticFirst = (byte: number) => (byte & 0x93) === 0x10;
const isPlain = (byte: number) => (byte & 0x90) === 0;

/**
 * Tells the replies of a printer apart by their fixed bits (Epson command reference, "identifying the transmission
 * status"), whatever the chunks they arrive in. A broken reply becomes `garbage`, never another reply's part.
 */
export class ReplyParser {
  #automatic: number[] | null = null;
  #block: number[] | null = null;

  push(chunk: Uint8Array): PrinterReply[] {
    const replies: PrinterReply[] = [];
    for (const byte of chunk) this.#take(byte, replies);
    return replies;
  }

  #take(byte: number, replies: PrinterReply[]): void {
    if (this.#block) this.#continueBlock(this.#block, byte, replies);
    else if (byte === xon || byte === xoff) replies.push({ kind: 'flow', paused: byte === xoff });
    else if (this.#automatic) this.#continueAutomatic(this.#automatic, byte, replies);
    else if (byte === 0x37 || byte === 0x5f) this.#block = [byte];
    else if (isAutomaticFirst(byte)) this.#automatic = [byte];
    else if (isRealTime(byte)) replies.push({ kind: 'realTime', byte });
    else if (isPlain(byte)) replies.push({ kind: 'inOrder', byte });
    else replies.push({ kind: 'garbage', bytes: Uint8Array.of(byte) });
  }

  #continueAutomatic(bytes: number[], byte: number, replies: PrinterReply[]): void {
    if (!isPlain(byte)) {
      this.#automatic = null;
      replies.push({ kind: 'garbage', bytes: Uint8Array.from(bytes) });
      this.#take(byte, replies);
      return;
    }
    bytes.push(byte);
    const [first, second, third, fourth] = bytes;
    if (first === undefined || second === undefined || third === undefined || fourth === undefined) return;
    this.#automatic = null;
    replies.push({ kind: 'automatic', bytes: [first, second, third, fourth] });
  }

  #continueBlock(bytes: number[], byte: number, replies: PrinterReply[]): void {
    if (byte !== 0) {
      bytes.push(byte);
      if (bytes.length <= longestBlock) return;
      this.#block = null;
      replies.push({ kind: 'garbage', bytes: Uint8Array.from(bytes) });
      return;
    }
    this.#block = null;
    const header = bytes[0] === 0x37 ? 0x37 : 0x5f;
    replies.push({ kind: 'block', header, body: Uint8Array.from(bytes.slice(1)) });
  }
}

/** The number in a GS g 2 answer, or null where the block is no number. */
export function decodeCounter(reply: PrinterReply): number | null {
  if (reply.kind !== 'block' || reply.header !== 0x5f) return null;
  const text = String.fromCharCode(...reply.body);
  return /^[0-9]{1,10}$/.test(text) ? Number(text) : null;
}

/** DLE DC4 fn 8 has emptied the buffers. */
export function isCleared(reply: PrinterReply): boolean {
  return reply.kind === 'block' && reply.header === 0x37 && reply.body.length === 1 && reply.body[0] === 0x25;
}

export function hex(bytes: Iterable<number>): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join(' ');
}
