import type { Clock } from '../../drivers/contract/clock.ts';
import type { ServerMessage } from '../server/protocol.ts';

export type Countdown = Extract<ServerMessage, { type: 'countdown' }>;

export interface IdleRule {
  /**
   * Watches for a person who has gone: `ms` without activity start the countdown. null: nothing to watch. Asking for
   * the same again changes nothing.
   */
  watch(ms: number | null): void;
  /** Somebody did something: the time starts anew, and a running countdown is called off. */
  activity(): void;
  /** Calls a running countdown off, as often as there are extensions. */
  moreTime(): void;
  countdown(): Countdown | null;
  /** For the next person: all extensions are there again. */
  reset(): void;
}

const tickMs = 1000;

/** The idle rule: quiet time, then a countdown that everybody can see and stop, then `onExpired`. */
export function createIdleRule(options: {
  readonly clock: Clock;
  readonly countdownMs: number;
  readonly extensions: number;
  readonly onCountdown: (countdown: Countdown) => void;
  readonly onExpired: () => void;
}): IdleRule {
  const { clock, countdownMs, extensions, onCountdown, onExpired } = options;
  let watched: number | null = null;
  let endsAt: number | null = null;
  let left = extensions;
  let cancel = () => {};

  const message = (): Countdown => ({
    type: 'countdown',
    remainingMs: endsAt === null ? null : Math.max(0, endsAt - clock.monotonic()),
    extensionsLeft: left,
  });
  const callOff = () => {
    if (endsAt === null) return;
    endsAt = null;
    onCountdown(message());
  };
  const tick = () => {
    if (endsAt === null) return;
    const remaining = endsAt - clock.monotonic();
    if (remaining > 0) {
      onCountdown(message());
      cancel = clock.after(Math.min(tickMs, remaining), tick);
      return;
    }
    watched = null;
    callOff();
    onExpired();
  };
  const restart = () => {
    cancel();
    callOff();
    if (watched === null) return;
    cancel = clock.after(watched, () => {
      endsAt = clock.monotonic() + countdownMs;
      tick();
    });
  };

  return {
    watch(ms) {
      if (ms === watched) return;
      watched = ms;
      restart();
    },
    activity: restart,
    moreTime() {
      if (endsAt === null || left === 0) return;
      left -= 1;
      restart();
    },
    countdown: () => (endsAt === null ? null : message()),
    reset() {
      watched = null;
      restart();
      left = extensions;
    },
  };
}
