/**
 * Keyboard-wedge scanners type what they read, faster than any hand, and end it with Enter, Tab or silence.
 * A person's keys go where they were going: only the rest of a burst already known as a scan is kept from the page.
 */

type Key = Pick<
  KeyboardEvent,
  'key' | 'repeat' | 'isComposing' | 'ctrlKey' | 'metaKey' | 'altKey' | 'preventDefault' | 'stopImmediatePropagation'
>;

/** What of a window it takes to hear keys. */
export interface KeySource {
  addEventListener(type: 'keydown', listener: (event: Key) => void, options: { capture: true }): void;
  removeEventListener(type: 'keydown', listener: (event: Key) => void, options: { capture: true }): void;
}

export interface WedgeOptions {
  readonly target?: KeySource;
  /** Milliseconds that only grow. */
  readonly now?: () => number;
  /** Calls back once after `ms`; the returned function cancels. */
  readonly after?: (ms: number, callback: () => void) => () => void;
}

/** Two keys of a scanner are never further apart. */
export const scannerGapMs = 50;
/** A scanner without a suffix is done when it is silent for this long. */
export const silenceMs = 100;
/** A burst this long is a scanner, with or without its suffix. */
export const leastLength = 8;
const leastLengthWithSuffix = 4;
export const longestScan = 4096;

function systemAfter(ms: number, callback: () => void): () => void {
  const timer = setTimeout(callback, ms);
  return () => clearTimeout(timer);
}

/**
 * Calls `onCode` with each code a scanner types, without its suffix; returns a function that stops listening.
 * A burst of more than {@link longestScan} characters is no code and is dropped whole.
 */
export function listenForWedge(onCode: (text: string) => void, options: WedgeOptions = {}): () => void {
  const { now = () => performance.now(), after = systemAfter } = options;
  const target: KeySource = options.target ?? window;
  let burst: string[] = [];
  let length = 0;
  let lastAt = Number.NEGATIVE_INFINITY;
  let scannedAt = Number.NEGATIVE_INFINITY;
  let cancelSilence = (): void => {};

  const drop = (): void => {
    cancelSilence();
    burst = [];
    length = 0;
  };
  const end = (least: number): boolean => {
    const text = burst.join('');
    const isCode = length >= least && length <= longestScan;
    drop();
    if (isCode) {
      scannedAt = now();
      onCode(text);
    }
    return isCode;
  };

  const listen = (event: Key): void => {
    if (event.isComposing || event.repeat || event.ctrlKey || event.metaKey || event.altKey) return;
    const { key } = event;
    const isSuffix = key === 'Enter' || key === 'Tab';
    if (!isSuffix && [...key].length !== 1) return;
    const at = now();
    if (length > 0 && at - lastAt >= scannerGapMs) drop();
    if (isSuffix) {
      // CR LF arrives as two; the second must not press what has the focus.
      const isSecond = at - scannedAt < silenceMs;
      if (isSecond || (length > 0 && end(leastLengthWithSuffix))) swallow(event);
      return;
    }
    lastAt = at;
    length++;
    if (length <= longestScan) burst.push(key);
    if (length >= leastLength) swallow(event);
    cancelSilence();
    cancelSilence = after(silenceMs, () => end(leastLength));
  };

  target.addEventListener('keydown', listen, { capture: true });
  return () => {
    cancelSilence();
    target.removeEventListener('keydown', listen, { capture: true });
  };
}

function swallow(event: Key): void {
  event.preventDefault();
  event.stopImmediatePropagation();
}
