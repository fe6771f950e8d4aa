import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { CommandName } from '../../drivers/id-card-reader/samv/codec.ts';
import { type CardReaderStand, sampleCard, standUpCardReader } from '../harness/card-reader.ts';

let stand: CardReaderStand;
const unhandled: unknown[] = [];
const note = (reason: unknown) => unhandled.push(reason);

beforeEach(async () => {
  unhandled.length = 0;
  process.on('unhandledRejection', note);
  stand = await standUpCardReader({ paced: true });
  await stand.until(({ device }) => device === 'online');
});

afterEach(async () => {
  await stand.close();
  process.off('unhandledRejection', note);
  expect(unhandled).toEqual([]);
});

const phases: readonly CommandName[] = ['find', 'select', 'read', 'readNewest'];
const citizen = sampleCard('citizen');

/** Does something once, when the simulator hears `phase`, before or while it answers. */
function once(phase: CommandName, moment: 'before' | 'during', act: () => void): void {
  const stop = stand.simulator.onCommand((name) => {
    if (name !== phase) return;
    stop();
    // 40 ms into a paced reply of 112 ms, or at once for the short ones.
    if (moment === 'during') setTimeout(act, phase === 'read' ? 40 : 0);
    else act();
  });
}

describe.each(['before', 'during'] as const)('unplugged %s the reply', (moment) => {
  it.each(phases)('to %s: the read ends, and after a replug works again', async (phase) => {
    stand.simulator.placeCard(citizen);
    once(phase, moment, () => stand.simulator.unplug());
    expect(await stand.reader.read({ timeoutMs: 10_000 })).toMatchObject({
      ok: false,
      error: { code: 'connectionLost', detail: 'disconnected' },
    });
    expect(await stand.until(({ device }) => device === 'powerOff')).toMatchObject({ media: 'unknown' });
    stand.simulator.replug();
    expect(await stand.reader.read({ timeoutMs: 10_000 })).toMatchObject({ ok: true });
    expect(stand.reader.status().device).toBe('online');
  });
});

describe('lifted', () => {
  it.each(['select', 'read', 'readNewest'] as const)(
    'before %s: asks for the card again, and it works',
    async (phase) => {
      stand.simulator.placeCard(citizen);
      once(phase, 'before', () => stand.simulator.liftCard());
      expect(await stand.reader.read({ timeoutMs: 10_000 })).toMatchObject({
        ok: false,
        error: { code: 'userError', detail: 'cardRemoved' },
      });
      expect(stand.reader.status()).toMatchObject({ device: 'online', media: 'notPresent' });
      stand.simulator.placeCard(citizen);
      expect(await stand.reader.read({ timeoutMs: 10_000 })).toMatchObject({ ok: true });
    },
  );

  it('while the reply to read is on the line: not counted as read', async () => {
    stand.simulator.placeCard(citizen);
    once('read', 'during', () => stand.simulator.liftCard());
    expect(await stand.reader.read({ timeoutMs: 10_000 })).toMatchObject({
      ok: false,
      error: { detail: 'cardRemoved' },
    });
  });

  it('and another put down in its place: never a mixture of the two', async () => {
    stand.simulator.placeCard(sampleCard('newest-address'));
    once('read', 'during', () => stand.simulator.placeCard(citizen));
    const reading = await stand.reader.read({ timeoutMs: 10_000 });
    if (!reading.ok) throw new Error(reading.error.cause);
    expect(reading.value.holder.reveal()).toMatchObject({ name: '张三' });
    expect(reading.value.holder.reveal()).not.toHaveProperty('newestAddress');
  });
});

describe('the end', () => {
  it.each(phases)('closed at %s: the read is cancelled and nothing is left behind', async (phase) => {
    stand.simulator.placeCard(citizen);
    const closed = Promise.withResolvers<void>();
    once(phase, 'before', () => closed.resolve(stand.reader.close()));
    expect(await stand.reader.read({ timeoutMs: 10_000 })).toMatchObject({
      ok: false,
      error: { code: 'canceled', detail: 'canceled' },
    });
    await closed.promise;
    expect(await stand.reader.read({ timeoutMs: 1000 })).toMatchObject({ ok: false, error: { code: 'canceled' } });
  });

  it('an absent reader answers within the time a command bridges', async () => {
    stand.simulator.unplug();
    await stand.until(({ device }) => device === 'powerOff');
    expect(await stand.reader.read({ timeoutMs: 60_000 })).toMatchObject({
      ok: false,
      error: { code: 'connectionLost', detail: 'disconnected' },
    });
  });
});
