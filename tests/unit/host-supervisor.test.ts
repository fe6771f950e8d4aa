import { describe, expect, it } from 'vitest';
import type { DeviceError, DeviceStatus } from '../../drivers/contract/device.ts';
import { silentLog } from '../../drivers/contract/log.ts';
import { err, ok, type Result } from '../../drivers/contract/result.ts';
import type { Transport, TransportError } from '../../drivers/contract/transport.ts';
import { createStatus } from '../../drivers/host/status.ts';
import { createSupervisor, type Session, supervision } from '../../drivers/host/supervisor.ts';
import { createManualClock } from '../harness/manual-clock.ts';

interface TestStatus extends DeviceStatus {
  readonly media: 'unknown' | 'present';
}

class FakePort implements Transport {
  closed = false;
  readonly #lost = new Set<(error: TransportError) => void>();

  async write() {
    return ok(undefined);
  }

  onData() {
    return () => {};
  }

  onLost(listener: (error: TransportError) => void) {
    this.#lost.add(listener);
    return () => this.#lost.delete(listener);
  }

  async close() {
    this.closed = true;
  }

  lose(cause: string) {
    for (const listener of this.#lost) listener({ code: 'lost', cause });
  }
}

const settled = async () => {
  for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => setImmediate(resolve));
};
const silent: DeviceError = { code: 'hardwareError', detail: 'stalled', cause: 'no reply' };

/** A supervised device whose port and answers the test decides. Random is 1: every back-off takes its ceiling. */
function setUp(plugged = true) {
  const clock = createManualClock(1_000_000);
  const world = {
    plugged,
    establish: ok(undefined) as Result<void, DeviceError>,
    heartbeat: ok(undefined) as Result<void, DeviceError>,
    opened: 0,
    resets: 0,
    port: new FakePort(),
  };
  const status = createStatus<TestStatus>(
    { device: 'starting', cause: null, media: 'unknown' },
    { clock, log: silentLog },
  );
  const supervisor = createSupervisor<Session, TestStatus>({
    name: 'device',
    clock,
    log: silentLog,
    random: () => 1,
    status,
    unknown: { media: 'unknown' },
    async open() {
      world.opened++;
      if (!world.plugged) return err({ code: 'notFound', cause: 'ENOENT' });
      world.port = new FakePort();
      return ok(world.port);
    },
    async establish(transport, { reset }) {
      if (reset) world.resets++;
      return world.establish.ok ? ok({ transport }) : world.establish;
    },
    heartbeat: async () => world.heartbeat,
  });
  return { clock, world, status, supervisor };
}

function live(session: Session | null): Session {
  if (!session) throw new Error('there is a session');
  return session;
}

describe('the supervisor', () => {
  it('connects, and tells it', async () => {
    const { status, supervisor } = setUp();
    const heard: string[] = [];
    status.onChange(({ device }) => heard.push(device));
    expect(await supervisor.connected(new AbortController().signal)).not.toBeNull();
    await settled();
    expect(heard).toEqual(['online']);
    await supervisor.close();
  });

  it('backs off exponentially up to the limit while the port is missing, then connects', async () => {
    const { clock, world, status, supervisor } = setUp(false);
    await settled();
    expect(status.get()).toMatchObject({ device: 'powerOff', cause: 'ENOENT', lastError: { detail: 'disconnected' } });
    const pauses: (number | undefined)[] = [];
    for (let turn = 0; turn < 7; turn++) {
      pauses.push(clock.due()[0]);
      clock.advance(clock.due()[0] ?? 0);
      await settled();
    }
    expect(pauses).toEqual([250, 500, 1000, 2000, 4000, 5000, 5000]);
    world.plugged = true;
    clock.advance(supervision.longestBackoffMs);
    await settled();
    expect(status.get()).toMatchObject({ device: 'online', cause: null });
    await supervisor.close();
  });

  it('recovers from a loss by the same path, without the reset', async () => {
    const { clock, world, status, supervisor } = setUp();
    await settled();
    status.set({ media: 'present' });
    world.port.lose('EIO');
    expect(supervisor.session()).toBeNull();
    await settled();
    expect(status.get()).toMatchObject({ device: 'powerOff', cause: 'EIO', media: 'unknown' });
    clock.advance(supervision.firstBackoffMs);
    await settled();
    expect(status.get().device).toBe('online');
    expect(world.resets).toBe(0);
    await supervisor.close();
  });

  it('resets a faulty device once, then puts it out of service with the root cause, and tries again after the cooldown', async () => {
    const { clock, world, status, supervisor } = setUp();
    await settled();
    world.establish = err(silent);
    supervisor.fault(live(supervisor.session()), { ...silent, cause: 'root cause' });
    expect(supervisor.session()).toBeNull();
    await settled();
    expect(world.resets).toBe(1);
    expect(status.get()).toMatchObject({
      device: 'hardwareError',
      cause: 'no reply',
      lastError: { detail: 'stalled' },
    });
    const { opened } = world;
    clock.advance(supervision.cooldownMs - 1);
    await settled();
    expect(world.opened).toBe(opened);
    world.establish = ok(undefined);
    clock.advance(1);
    await settled();
    expect(status.get()).toMatchObject({ device: 'online', cause: null });
    await supervisor.close();
  });

  it('does not reset again soon after a reset that seemed to help', async () => {
    const { clock, world, status, supervisor } = setUp();
    await settled();
    supervisor.fault(live(supervisor.session()), silent);
    await settled();
    expect(status.get().device).toBe('online');
    clock.advance(supervision.cooldownMs / 2);
    await settled();
    supervisor.fault(live(supervisor.session()), silent);
    await settled();
    expect(status.get()).toMatchObject({ device: 'hardwareError', cause: 'no reply' });
    expect(world.resets).toBe(1);
    await supervisor.close();
  });

  it('backs off further when connections do not last', async () => {
    const { clock, world, supervisor } = setUp();
    await settled();
    const pauses: (number | undefined)[] = [];
    for (let turn = 0; turn < 4; turn++) {
      world.port.lose('EIO');
      await settled();
      pauses.push(clock.due()[0]);
      clock.advance(clock.due()[0] ?? 0);
      await settled();
    }
    expect(pauses).toEqual([250, 500, 1000, 2000]);
    clock.advance(supervision.longestBackoffMs + 1);
    world.port.lose('EIO');
    await settled();
    expect(clock.due()[0]).toBe(supervision.firstBackoffMs);
    await supervisor.close();
  });

  it('ends the cooldown at a replug', async () => {
    const { clock, world, status, supervisor } = setUp();
    world.establish = err(silent);
    await settled();
    expect(status.get().device).toBe('hardwareError');
    world.plugged = false;
    world.port.lose('EIO');
    await settled();
    expect(status.get().device).toBe('powerOff');
    world.plugged = true;
    world.establish = ok(undefined);
    clock.advance(supervision.longestBackoffMs);
    await settled();
    expect(status.get().device).toBe('online');
    await supervisor.close();
  });

  it('ends the cooldown at a restart, with the reset', async () => {
    const { world, status, supervisor } = setUp();
    world.establish = err(silent);
    await settled();
    expect(world.resets).toBe(1);
    world.establish = ok(undefined);
    supervisor.restart();
    expect(await supervisor.connected(new AbortController().signal)).not.toBeNull();
    expect(world.resets).toBe(2);
    expect(status.get().device).toBe('online');
    await supervisor.close();
  });

  it('notices by the heartbeat that the device has fallen silent', async () => {
    const { clock, world, supervisor } = setUp();
    await settled();
    world.heartbeat = err(silent);
    clock.advance(supervision.heartbeatMs);
    await settled();
    expect(world.resets).toBe(1);
    await supervisor.close();
  });

  it('ignores a fault of an earlier session', async () => {
    const { clock, world, supervisor } = setUp();
    await settled();
    const old = live(supervisor.session());
    world.port.lose('EIO');
    await settled();
    clock.advance(supervision.firstBackoffMs);
    await settled();
    const now = supervisor.session();
    supervisor.fault(old, silent);
    await settled();
    expect(supervisor.session()).toBe(now);
    expect(now).not.toBeNull();
    await supervisor.close();
  });

  it.each(['connected', 'backing off', 'in its cooldown'])('closes while %s and leaves no timer', async (phase) => {
    const { clock, world, supervisor } = setUp(phase !== 'backing off');
    if (phase === 'in its cooldown') world.establish = err(silent);
    await settled();
    const waiting = supervisor.connected(new AbortController().signal);
    await supervisor.close();
    await waiting;
    expect(supervisor.session()).toBeNull();
    expect(clock.due()).toEqual([]);
    expect(world.plugged ? world.port.closed : true).toBe(true);
  });

  it('survives a driver that throws while connecting', async () => {
    const { world, status, supervisor } = setUp();
    Object.defineProperty(world, 'establish', {
      get() {
        throw new TypeError('bug');
      },
    });
    await settled();
    expect(status.get()).toMatchObject({ device: 'hardwareError', lastError: { code: 'internalError' } });
    await supervisor.close();
  });
});

describe('the status', () => {
  it('tells once of changes made together, never from within, and not of none', async () => {
    const clock = createManualClock(5);
    const status = createStatus<TestStatus>(
      { device: 'starting', cause: null, media: 'unknown' },
      { clock, log: silentLog },
    );
    let heard = 0;
    status.onChange(() => {
      throw new Error('a listener with a bug');
    });
    const stop = status.onChange(() => heard++);
    clock.advance(7);
    status.set({ media: 'present' });
    expect(status.get().since).toBe(5);
    status.set({ device: 'online' });
    expect(status.get().since).toBe(12);
    expect(heard).toBe(0);
    await settled();
    expect(heard).toBe(1);
    status.set({ device: 'online', media: 'present' });
    await settled();
    expect(heard).toBe(1);
    stop();
    status.fail(silent);
    await settled();
    expect(heard).toBe(1);
    expect(status.get().lastError).toMatchObject({ code: 'hardwareError', at: 12 });
  });
});
