import type { Clock } from '../../drivers/contract/clock.ts';
import { type Log, technical } from '../../drivers/contract/log.ts';
import { err, type Result } from '../../drivers/contract/result.ts';
import { centrePaths, done } from '../centre/api.ts';
import { type CentreClient, type CentreFailure, type CentreRequest, failure } from './centre-client.ts';
import type { LineState, RequestOptions } from './uplink.ts';

const probeIntervalMs = 30_000;
const probeTimeoutMs = 5_000;

/** Knows whether the centre can be reached, by one light probe for the whole terminal and by all other traffic. */
export interface Line {
  state(): LineState;
  onChange(listener: (state: LineState) => void): () => void;
  /** Asks the centre's health now; joins a probe that is under way. */
  probe(): Promise<LineState>;
  /** Sends over the line. While it is down a probe goes first, so that a person waits for that and not for a time-out. */
  send<T>(request: CentreRequest<T>, options: RequestOptions): Promise<Result<T, CentreFailure>>;
  close(): void;
}

export function createLine(options: { readonly client: CentreClient; readonly clock: Clock; readonly log: Log }): Line {
  const { client, clock, log } = options;
  const listeners = new Set<(state: LineState) => void>();
  let state: LineState = 'unknown';
  let probing: Promise<LineState> | null = null;
  let cancelNext = () => {};
  let closed = false;

  function become(next: LineState, cause: string): void {
    if (closed || state === next) return;
    state = next;
    log.info('line-changed', { line: technical(next), cause: technical(cause) });
    for (const listener of [...listeners]) listener(next);
  }

  async function askHealth(): Promise<LineState> {
    cancelNext();
    const answer = await client.send(
      { method: 'GET', path: centrePaths.health, schema: done },
      { timeoutMs: probeTimeoutMs },
    );
    // A refusal in the contract's own words is the centre speaking too.
    if (answer.ok || answer.error.code === 'refused') become('up', 'health');
    else if (answer.error.code !== 'canceled') become('down', answer.error.cause);
    probing = null;
    if (!closed) cancelNext = clock.after(probeIntervalMs, () => void probe());
    return state;
  }

  function probe(): Promise<LineState> {
    if (closed) return Promise.resolve(state);
    probing ??= askHealth();
    return probing;
  }

  return {
    state: () => state,
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    probe,
    async send(request, requestOptions) {
      if (state === 'down' && (await probe()) === 'down') {
        return err(failure('offline', 'the line is down'));
      }
      const answer = await client.send(request, requestOptions);
      if (answer.ok || answer.error.code === 'refused') become('up', 'answer');
      else if (answer.error.code !== 'canceled') void probe();
      return answer;
    },
    close() {
      closed = true;
      cancelNext();
      listeners.clear();
    },
  };
}
