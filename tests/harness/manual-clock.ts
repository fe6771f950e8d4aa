import type { Clock } from '../../drivers/contract/clock.ts';

/** Time that stands until the test moves it. */
export interface ManualClock extends Clock {
  /** Moves both clocks on and calls what falls due, in order. */
  advance(ms: number): void;
  /** Sets the wall clock alone, as an operator or a flat battery does. */
  setWall(ms: number): void;
  /** Milliseconds from now at which something is due, soonest first. */
  due(): readonly number[];
}

export function createManualClock(wallMs: number): ManualClock {
  let wall = wallMs;
  let monotonic = 0;
  const timers = new Set<{ readonly at: number; readonly callback: () => void }>();
  const soonest = () => [...timers].sort((left, right) => left.at - right.at)[0];
  return {
    now: () => wall,
    monotonic: () => monotonic,
    after(ms, callback) {
      const timer = { at: monotonic + ms, callback };
      timers.add(timer);
      return () => timers.delete(timer);
    },
    advance(ms) {
      const end = monotonic + ms;
      for (let timer = soonest(); timer && timer.at <= end; timer = soonest()) {
        timers.delete(timer);
        wall += timer.at - monotonic;
        monotonic = timer.at;
        timer.callback();
      }
      wall += end - monotonic;
      monotonic = end;
    },
    setWall(ms) {
      wall = ms;
    },
    due: () => [...timers].map((timer) => timer.at - monotonic).sort((left, right) => left - right),
  };
}
