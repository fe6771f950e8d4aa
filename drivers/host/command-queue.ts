import type { Clock } from '../contract/clock.ts';
import type { CommandOptions, Completion, DeviceError } from '../contract/device.ts';
import { type Log, technical } from '../contract/log.ts';
import { assert, err, type Result } from '../contract/result.ts';

/** Why the queue ended a command that did not end by itself. */
export type EndReason = 'timeOut' | 'canceled' | 'internalError';

/** What a running command knows of its bounds. */
export interface CommandScope {
  /** Aborts when the time is up, the caller cancels or the queue closes: the work must then end soon. */
  readonly signal: AbortSignal;
  /** Milliseconds left until the deadline, never negative. */
  remainingMs(): number;
}

export interface Command<T, Detail extends string> {
  readonly options: CommandOptions;
  /** The work; the device belongs to it until its promise settles, even when the caller has gone. */
  run(scope: CommandScope): Completion<T, Detail>;
  /**
   * The completion of a command that ran out of time, was cancelled or threw. `started` tells whether `run` was
   * called, so that a driver can say how far things went.
   */
  ended(reason: EndReason, started: boolean): DeviceError<Detail>;
}

/** Runs the commands of one device one at a time, in order, each with exactly one completion. */
export interface CommandQueue {
  add<T, Detail extends string>(command: Command<T, Detail>): Completion<T, Detail>;
  /** True while a command runs or waits. */
  readonly busy: boolean;
  /** Ends all commands as `canceled`; resolves when the running work has let go of the device. */
  close(): Promise<void>;
}

interface Entry {
  start(): Promise<void>;
  cancel(): void;
}

/** Deadlines count from the call of `add`, waiting included, on the monotonic clock. */
export function createCommandQueue(deps: { clock: Clock; log: Log }): CommandQueue {
  const waiting: Entry[] = [];
  let running: { readonly entry: Entry; readonly done: Promise<void> } | null = null;
  let closed = false;

  function pump(): void {
    const entry = running ? undefined : waiting.shift();
    if (!entry) return;
    const done = entry.start().finally(() => {
      running = null;
      pump();
    });
    running = { entry, done };
  }

  return {
    get busy() {
      return running !== null || waiting.length > 0;
    },
    add(command) {
      return new Promise((resolve) => {
        const entry = createEntry(deps, command, resolve, () => {
          const place = waiting.indexOf(entry);
          if (place >= 0) waiting.splice(place, 1);
        });
        if (closed) return entry.cancel();
        if (entry.over()) return;
        waiting.push(entry);
        pump();
      });
    },
    async close() {
      closed = true;
      for (const entry of [...waiting]) entry.cancel();
      running?.entry.cancel();
      await running?.done;
    },
  };
}

function createEntry<T, Detail extends string>(
  { clock, log }: { clock: Clock; log: Log },
  command: Command<T, Detail>,
  resolve: (result: Result<T, DeviceError<Detail>>) => void,
  leave: () => void,
): Entry & { over(): boolean } {
  const { signal, timeoutMs } = command.options;
  const deadline = clock.monotonic() + timeoutMs;
  const abort = new AbortController();
  let started = false;
  let completed = false;

  const onAbort = () => end('canceled');
  const cancelTimer = clock.after(Math.max(0, timeoutMs), () => end('timeOut'));
  signal?.addEventListener('abort', onAbort, { once: true });

  function complete(result: Result<T, DeviceError<Detail>>): void {
    if (completed) return;
    completed = true;
    cancelTimer();
    signal?.removeEventListener('abort', onAbort);
    resolve(result);
  }

  function end(reason: EndReason): void {
    if (completed) return;
    const error = command.ended(reason, started);
    complete(err(error));
    leave();
    abort.abort();
  }

  if (signal?.aborted) end('canceled');
  return {
    over: () => completed,
    cancel: () => end('canceled'),
    async start() {
      assert(!completed, 'an ended command has left the queue');
      started = true;
      const scope: CommandScope = {
        signal: abort.signal,
        remainingMs: () => Math.max(0, deadline - clock.monotonic()),
      };
      try {
        complete(await command.run(scope));
      } catch (error) {
        log.error('device-command-threw', { error: technical(error instanceof Error ? error.name : typeof error) });
        end('internalError');
      }
    },
  };
}
