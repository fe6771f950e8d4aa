const baseMs = 2_000;
const capMs = 15 * 60_000;

/** Milliseconds to wait after the `failures`-th failure in a row: exponential with full jitter. */
export function backoff(failures: number, random: () => number): number {
  return random() * Math.min(capMs, baseMs * 2 ** Math.min(failures, 20));
}
