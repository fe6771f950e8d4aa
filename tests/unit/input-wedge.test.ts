import { describe, expect, it } from 'vitest';
import { listenForWedge, longestScan, scannerGapMs, silenceMs } from '../../ui/input/wedge.ts';

/** A page whose keys and time the test owns. */
function stand() {
  let now = 1000;
  let waiting: { at: number; callback: () => void } | undefined;
  let listener: ((event: KeyboardEvent) => void) | undefined;
  const codes: string[] = [];
  const passed: string[] = [];
  const stop = listenForWedge((code) => codes.push(code), {
    target: {
      addEventListener: (_, heard) => {
        listener = heard;
      },
      removeEventListener: () => {
        listener = undefined;
      },
    },
    now: () => now,
    after: (ms, callback) => {
      const mine = { at: now + ms, callback };
      waiting = mine;
      return () => {
        if (waiting === mine) waiting = undefined;
      };
    },
  });
  const wait = (ms: number) => {
    now += ms;
    if (waiting !== undefined && waiting.at <= now) {
      const { callback } = waiting;
      waiting = undefined;
      callback();
    }
  };
  const key = (name: string, afterMs: number, extra: Partial<KeyboardEvent> = {}) => {
    wait(afterMs);
    let swallowed = false;
    listener?.({
      key: name,
      repeat: false,
      isComposing: false,
      ctrlKey: false,
      metaKey: false,
      altKey: false,
      preventDefault: () => {
        swallowed = true;
      },
      stopImmediatePropagation: () => {},
      ...extra,
    } as KeyboardEvent);
    if (!swallowed) passed.push(name);
  };
  const scan = (text: string, gap = 5) => {
    for (const c of text) key(c, gap);
  };
  return { codes, passed, key, scan, wait, stop };
}

const code = 'W24A0123456789';

describe('a scanner', () => {
  it.each(['Enter', 'Tab'])('ends a code with %s, which presses nothing', (suffix) => {
    const { codes, passed, key, scan } = stand();
    scan(code);
    key(suffix, 5);
    expect(codes).toEqual([code]);
    expect(passed).not.toContain(suffix);
  });

  it('that sends CR and LF reads once, and the second Enter presses nothing', () => {
    const { codes, passed, key, scan } = stand();
    scan(code);
    key('Enter', 5);
    key('Enter', 5);
    expect(codes).toEqual([code]);
    expect(passed).not.toContain('Enter');
  });

  it('without a suffix is done when it is silent', () => {
    const { codes, scan, wait } = stand();
    scan(code);
    expect(codes).toEqual([]);
    wait(silenceMs);
    expect(codes).toEqual([code]);
  });

  it('reads two codes in a row', () => {
    const { codes, key, scan, wait } = stand();
    scan(code);
    key('Enter', 5);
    wait(500);
    scan('SECOND-CODE');
    key('Enter', 5);
    expect(codes).toEqual([code, 'SECOND-CODE']);
  });

  it('holds Shift for capitals without breaking the code', () => {
    const { codes, key } = stand();
    for (const c of code) {
      key('Shift', 2);
      key(c, 2);
    }
    key('Enter', 2);
    expect(codes).toEqual([code]);
  });

  it('that never stops is no code', () => {
    const { codes, key, scan } = stand();
    scan('9'.repeat(longestScan + 1), 1);
    key('Enter', 1);
    expect(codes).toEqual([]);
    scan('8'.repeat(longestScan), 1);
    key('Enter', 1);
    expect(codes).toEqual(['8'.repeat(longestScan)]);
  });
});

describe('a person', () => {
  it('types and presses Enter, and all of it goes where it was going', () => {
    const { codes, passed, key, scan, wait } = stand();
    scan('Smith and Sons', scannerGapMs);
    key('Enter', 200);
    wait(1000);
    expect(codes).toEqual([]);
    expect(passed.join('')).toBe('Smith and SonsEnter');
  });

  it('rolls two keys and Enter quickly, and that is no code', () => {
    const { codes, passed, key, scan } = stand();
    scan('abc', 10);
    key('Enter', 10);
    expect(codes).toEqual([]);
    expect(passed).toEqual(['a', 'b', 'c', 'Enter']);
  });

  it('holds a key, uses a shortcut or an input method, and that is no code', () => {
    const { codes, key, wait } = stand();
    for (let i = 0; i < 20; i++) key('a', 10, { repeat: true });
    for (let i = 0; i < 20; i++) key('b', 10, { ctrlKey: true });
    for (let i = 0; i < 20; i++) key('c', 10, { isComposing: true });
    wait(silenceMs);
    expect(codes).toEqual([]);
  });
});

it('hears nothing after it was stopped, not even the end of a code', () => {
  const { codes, key, scan, wait, stop } = stand();
  scan(code);
  stop();
  wait(silenceMs);
  key('Enter', 5);
  expect(codes).toEqual([]);
});
