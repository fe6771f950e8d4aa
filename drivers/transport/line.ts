import type { Clock } from '../contract/clock.ts';

/** Bits of a byte on an 8N1 line: start, eight data, stop. */
export const bitsPerByte = 10;

/** Bytes that leave at the speed of a serial line, by a schedule on the clock. */
export interface Line {
  /**
   * Puts bytes on the line at `moment` (of `clock.monotonic()`), or when the bytes before them have left.
   */
  send(bytes: Uint8Array, moment: number): void;
  /** Bytes that have not left yet. */
  readonly waiting: number;
  /** Drops all bytes under way. */
  clear(): void;
}

/** Bytes collect about this long before they are handed on, as in the buffer of a UART. */
const batchMs = 3;

/** Near the last byte, timers of whole milliseconds are too coarse: the event loop is turned until it is due. */
const spinMs = 2;

/**
 * A line whose bytes are due at fixed moments. A late timer hands on all that is due by then, so lateness never adds
 * up; `deliver` hears the moment at which its last byte was due, to go on counting from there.
 */
export function createLine(baudRate: number, clock: Clock, deliver: (bytes: Uint8Array, moment: number) => void): Line {
  const msPerByte = (bitsPerByte * 1000) / baudRate;
  const queue: { bytes: Uint8Array; sent: number; readonly start: number }[] = [];
  let freeAt = Number.NEGATIVE_INFINITY;
  let waiting = 0;
  let cancel: (() => void) | null = null;

  function schedule(): void {
    const head = queue[0];
    if (cancel || !head) return;
    const run = () => {
      cancel = null;
      release();
    };
    const remaining = head.start + head.bytes.length * msPerByte - clock.monotonic();
    if (remaining > spinMs) {
      cancel = clock.after(Math.min(remaining - spinMs / 2, batchMs), run);
    } else {
      const immediate = setImmediate(run);
      cancel = () => clearImmediate(immediate);
    }
  }

  function release(): void {
    const head = queue[0];
    if (!head) return;
    const due = Math.min(head.bytes.length, Math.floor((clock.monotonic() - head.start) / msPerByte + 1e-6));
    const nearEnd = (head.bytes.length - due) * msPerByte <= spinMs;
    if (due > head.sent && (due === head.bytes.length || !nearEnd)) {
      const piece = head.bytes.subarray(head.sent, due);
      head.sent = due;
      waiting -= piece.length;
      if (due === head.bytes.length) queue.shift();
      deliver(piece, head.start + due * msPerByte);
    }
    schedule();
  }

  return {
    send(bytes, moment) {
      if (bytes.length === 0) return;
      const start = Math.max(moment, freeAt);
      freeAt = start + bytes.length * msPerByte;
      queue.push({ bytes, sent: 0, start });
      waiting += bytes.length;
      schedule();
    },
    get waiting() {
      return waiting;
    },
    clear() {
      cancel?.();
      cancel = null;
      queue.length = 0;
      waiting = 0;
      freeAt = Number.NEGATIVE_INFINITY;
    },
  };
}
