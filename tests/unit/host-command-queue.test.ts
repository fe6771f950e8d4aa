import { describe, expect, it } from 'vitest';
import type { DeviceError } from '../../drivers/contract/device.ts';
import { silentLog } from '../../drivers/contract/log.ts';
import { err, ok, type Result } from '../../drivers/contract/result.ts';
import { type Command, type CommandScope, createCommandQueue } from '../../drivers/host/command-queue.ts';
import { createManualClock } from '../harness/manual-clock.ts';

type Outcome = Result<string, DeviceError>;

/** A command whose work the test ends by hand. */
function createWork(options: { timeoutMs?: number; signal?: AbortSignal } = {}) {
  const finish = Promise.withResolvers<Outcome>();
  const seen: { scope: CommandScope | null } = { scope: null };
  const command: Command<string, string> = {
    options: { timeoutMs: options.timeoutMs ?? 1000, ...(options.signal ? { signal: options.signal } : {}) },
    run(scope) {
      seen.scope = scope;
      return finish.promise;
    },
    ended: (reason, started) => ({ code: reason, detail: started ? 'started' : 'waiting', cause: reason }),
  };
  return { command, finish, seen };
}

function setUp() {
  const clock = createManualClock(0);
  return { clock, queue: createCommandQueue({ clock, log: silentLog }) };
}

const settled = () => new Promise((resolve) => setImmediate(resolve));

function errorOf(outcome: Outcome): Partial<DeviceError> {
  return outcome.ok ? {} : { code: outcome.error.code, detail: outcome.error.detail };
}

describe('the command queue', () => {
  it('runs one command at a time, in order', async () => {
    const { queue } = setUp();
    const [first, second] = [createWork(), createWork()];
    const done = [queue.add(first.command), queue.add(second.command)] as const;
    await settled();
    expect(first.seen.scope).not.toBeNull();
    expect(second.seen.scope).toBeNull();
    first.finish.resolve(ok('first'));
    expect(await done[0]).toEqual(ok('first'));
    await settled();
    second.finish.resolve(ok('second'));
    expect(await done[1]).toEqual(ok('second'));
    await settled();
    expect(queue.busy).toBe(false);
  });

  it('completes at the deadline, and holds the next command until the work has let go', async () => {
    const { clock, queue } = setUp();
    const [slow, next] = [createWork({ timeoutMs: 100 }), createWork()];
    const late = queue.add(slow.command);
    const after = queue.add(next.command);
    clock.advance(100);
    expect(errorOf(await late)).toEqual({ code: 'timeOut', detail: 'started' });
    expect(slow.seen.scope?.signal.aborted).toBe(true);
    expect(slow.seen.scope?.remainingMs()).toBe(0);
    await settled();
    expect(next.seen.scope).toBeNull();
    slow.finish.resolve(ok('too late'));
    await settled();
    expect(next.seen.scope).not.toBeNull();
    next.finish.resolve(ok('its own'));
    expect(await after).toEqual(ok('its own'));
  });

  it('counts the wait towards the deadline and drops a command that never began', async () => {
    const { clock, queue } = setUp();
    const [running, waiting] = [createWork(), createWork({ timeoutMs: 50 })];
    const first = queue.add(running.command);
    const second = queue.add(waiting.command);
    clock.advance(50);
    expect(errorOf(await second)).toEqual({ code: 'timeOut', detail: 'waiting' });
    running.finish.resolve(ok(''));
    await first;
    await settled();
    expect(waiting.seen.scope).toBeNull();
  });

  it.each([0, -5])('ends a command with %d ms at once by the clock', async (timeoutMs) => {
    const { clock, queue } = setUp();
    const blocker = createWork();
    void queue.add(blocker.command);
    const none = queue.add(createWork({ timeoutMs }).command);
    clock.advance(0);
    expect(errorOf(await none).code).toBe('timeOut');
  });

  it('is cancelled by the signal before, while waiting and while running', async () => {
    const { queue } = setUp();
    const before = createWork({ signal: AbortSignal.abort() });
    expect(errorOf(await queue.add(before.command))).toEqual({ code: 'canceled', detail: 'waiting' });
    const [abortRunning, abortWaiting] = [new AbortController(), new AbortController()];
    const running = createWork({ signal: abortRunning.signal });
    const waiting = createWork({ signal: abortWaiting.signal });
    const done = [queue.add(running.command), queue.add(waiting.command)] as const;
    abortWaiting.abort();
    expect(errorOf(await done[1])).toEqual({ code: 'canceled', detail: 'waiting' });
    abortRunning.abort();
    expect(errorOf(await done[0])).toEqual({ code: 'canceled', detail: 'started' });
    expect(before.seen.scope).toBeNull();
    expect(waiting.seen.scope).toBeNull();
  });

  it('completes exactly once when answer, deadline and cancel meet', async () => {
    const { clock, queue } = setUp();
    const abort = new AbortController();
    const work = createWork({ timeoutMs: 10, signal: abort.signal });
    const done = queue.add(work.command);
    work.finish.resolve(ok('answer'));
    await settled();
    clock.advance(10);
    abort.abort();
    expect(await done).toEqual(ok('answer'));
    expect(clock.due()).toEqual([]);
  });

  it('passes errors on and goes on after work that throws', async () => {
    const { queue } = setUp();
    const [failing, throwing, good] = [createWork(), createWork(), createWork()];
    const done = [queue.add(failing.command), queue.add(throwing.command), queue.add(good.command)] as const;
    failing.finish.resolve(err({ code: 'userError', detail: 'x', cause: 'y' }));
    throwing.finish.reject(new Error('bug'));
    good.finish.resolve(ok('good'));
    expect(errorOf(await done[0]).code).toBe('userError');
    expect(errorOf(await done[1]).code).toBe('internalError');
    expect(await done[2]).toEqual(ok('good'));
  });

  it('cancels all at the close, waits for the running work, and takes nothing more', async () => {
    const { queue } = setUp();
    const [running, waiting] = [createWork(), createWork()];
    const done = [queue.add(running.command), queue.add(waiting.command)] as const;
    let closed = false;
    const closing = queue.close().then(() => {
      closed = true;
    });
    expect(errorOf(await done[0]).code).toBe('canceled');
    expect(errorOf(await done[1]).code).toBe('canceled');
    await settled();
    expect(closed).toBe(false);
    running.finish.resolve(ok(''));
    await closing;
    expect(errorOf(await queue.add(createWork().command)).code).toBe('canceled');
  });
});
