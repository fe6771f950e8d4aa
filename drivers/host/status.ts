import type { Clock } from '../contract/clock.ts';
import type { DeviceError, DeviceStatus, Unsubscribe } from '../contract/device.ts';
import { type Log, technical } from '../contract/log.ts';

/** Keeps the status of one device and tells of its changes. */
export interface StatusHolder<Status extends DeviceStatus> {
  get(): Status;
  /** Changes some fields; `since` follows `device` by itself. */
  set(change: Partial<Omit<Status, 'since' | 'lastError'>>): void;
  /** Remembers an error as the last one, with the time. */
  fail(error: DeviceError): void;
  /** Calls back after a change, once for changes made together, never from within the code that made them. */
  onChange(listener: (status: Status) => void): Unsubscribe;
}

/** A status that begins as `initial`, e.g. `{ device: 'starting', cause: null, media: 'unknown' }`. */
export function createStatus<Status extends DeviceStatus>(
  initial: Omit<Status, 'since' | 'lastError'>,
  deps: { clock: Clock; log: Log },
): StatusHolder<Status> {
  const listeners = new Set<(status: Status) => void>();
  let status = { ...initial, since: deps.clock.now(), lastError: null } as unknown as Status;
  let announced = false;

  function replace(next: Status): void {
    status = next;
    if (announced) return;
    announced = true;
    queueMicrotask(() => {
      announced = false;
      for (const listener of [...listeners]) tell(listener);
    });
  }

  function tell(listener: (status: Status) => void): void {
    try {
      listener(status);
    } catch (error) {
      deps.log.error('status-listener-failed', { error: technical(error instanceof Error ? error.name : 'unknown') });
    }
  }

  return {
    get: () => status,
    set(change) {
      const next = { ...status, ...change };
      const fields = Object.keys(change) as (keyof Status)[];
      if (fields.every((field) => next[field] === status[field])) return;
      replace(next.device === status.device ? next : { ...next, since: deps.clock.now() });
    },
    fail(error) {
      replace({ ...status, lastError: { ...error, at: deps.clock.now() } });
    },
    onChange(listener) {
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
      };
    },
  };
}
