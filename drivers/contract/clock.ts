/** Time and chance, injected so that tests own them. */
export interface Clock {
  /** Wall time, milliseconds since the epoch. May be wrong by years. */
  now(): number;
  /** Milliseconds that only ever grow. All deadlines count in these. */
  monotonic(): number;
  /** Calls back once after `ms`; the returned function cancels. */
  after(ms: number, callback: () => void): () => void;
}

export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  after(ms, callback) {
    const timer = setTimeout(callback, ms);
    return () => clearTimeout(timer);
  },
};
