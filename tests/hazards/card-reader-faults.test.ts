import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { SamvFault } from '../../drivers/id-card-reader/samv/simulator.ts';
import { type CardReaderStand, sampleCard, standUpCardReader } from '../harness/card-reader.ts';

let stand: CardReaderStand;

beforeEach(async () => {
  stand = await standUpCardReader();
  await stand.until(({ device }) => device === 'online');
});

afterEach(() => stand.close());

async function readName(timeoutMs = 10_000): Promise<unknown> {
  const reading = await stand.reader.read({ timeoutMs });
  return reading.ok ? reading.value.holder.reveal().name : { code: reading.error.code, detail: reading.error.detail };
}

const citizen = sampleCard('citizen');

describe('a fault of the reader', () => {
  const ends: readonly (readonly [SamvFault, unknown])[] = [
    ['garble', { code: 'hardwareError', detail: 'readerFault' }],
    ['wrongChecksum', { code: 'hardwareError', detail: 'readerFault' }],
    ['wrongLength', { code: 'hardwareError', detail: 'readerFault' }],
    ['truncate', { code: 'hardwareError', detail: 'readerFault' }],
    ['stall', { code: 'hardwareError', detail: 'stalled' }],
    ['samError', { code: 'hardwareError', detail: 'readerFault' }],
    ['unauthorised', { code: 'hardwareError', detail: 'readerFault' }],
    ['cardError', { code: 'userError', detail: 'cardUnreadable' }],
    ['unknownLayout', { code: 'unsupportedData', detail: 'unknownLayout' }],
    ['noise', '张三'],
    ['slow', '张三'],
    ['oddModule', '张三'],
  ];
  it.each(ends)('%s ends the read properly, and the next one works when it is gone', async (fault, outcome) => {
    stand.simulator.placeCard(citizen);
    stand.simulator.setFault(fault, true);
    expect(await readName()).toEqual(outcome);
    stand.simulator.setFault(fault, false);
    await stand.reader.reset({ timeoutMs: 10_000 });
    stand.simulator.placeCard(sampleCard('rare-name'));
    expect(await readName()).toBe('𠮷㛃𬎆');
    expect(stand.reader.status().device).toBe('online');
  });

  it.each([
    ...(['find', 'select', 'read', 'readNewest'] as const).flatMap((phase) => [
      ['garble', phase] as const,
      ['wrongChecksum', phase] as const,
    ]),
    ['truncate', 'read'] as const,
    ['wrongLength', 'read'] as const,
    ['stall', 'find'] as const,
  ])('%s once, in the reply to %s, costs a repetition and not the read', async (fault, phase) => {
    let heard = 0;
    stand.simulator.onCommand((name) => {
      if (name === phase) heard++;
      stand.simulator.setFault(fault, name === phase && heard === 1);
    });
    stand.simulator.placeCard(sampleCard('newest-address'));
    const reading = await stand.reader.read({ timeoutMs: 10_000 });
    expect(reading.ok && reading.value.holder.reveal()).toMatchObject({
      name: '李示例',
      newestAddress: '北京市海淀区示例路3号',
    });
    expect(heard).toBeGreaterThan(1);
  });

  it('shows its root cause in the status until the reader works again', async () => {
    stand.simulator.setFault('samError', true);
    stand.simulator.placeCard(citizen);
    await readName();
    const status = await stand.until(({ device }) => device === 'hardwareError');
    expect(status).toMatchObject({ cause: expect.stringContaining('60'), media: 'unknown' });
    expect(status.lastError).toMatchObject({ code: 'hardwareError', detail: 'readerFault' });
    expect(await readName()).toEqual({ code: 'deviceNotReady', detail: 'readerFault' });
    stand.simulator.setFault('samError', false);
    expect(await stand.reader.reset({ timeoutMs: 10_000 })).toEqual({ ok: true, value: undefined });
    expect(stand.reader.status()).toMatchObject({ device: 'online', cause: null, media: 'present' });
  });
});

describe('a card', () => {
  it.each([
    ['citizen', '张三'],
    ['foreigner-2017', '证件样本'],
    ['hong-kong-macau-taiwan', '证件样本'],
    ['foreigner-2023', '证件样本'],
    ['minority-name', '阿卜杜热合曼·麦麦提图尔荪尼亚'],
    ['long-address', '王示例'],
  ])('%s is read', async (id, name) => {
    stand.simulator.placeCard(sampleCard(id));
    expect(await readName()).toBe(name);
  });

  it('is read with its newest address and its portrait', async () => {
    stand.simulator.placeCard(sampleCard('newest-address'));
    const reading = await stand.reader.read({ timeoutMs: 5000 });
    if (!reading.ok) throw new Error(reading.error.cause);
    expect(reading.value.holder.reveal().newestAddress).toBe('北京市海淀区示例路3号');
    expect(reading.value.portrait.reveal()).toHaveLength(1024);
    expect(JSON.stringify(reading.value)).not.toContain('示例');
  });

  it.each(['citizen', 'hong-kong-macau-taiwan', 'rare-name'])(
    'with fingerprints or without is read by a module that knows only the longer command: %s',
    async (id) => {
      stand.simulator.setFault('oddModule', true);
      stand.simulator.placeCard(sampleCard(id));
      expect(await stand.reader.read({ timeoutMs: 5000 })).toMatchObject({ ok: true });
    },
  );

  it('with a wrong number in an intact frame is refused', async () => {
    const text = Uint8Array.from(citizen.text);
    text.set(Buffer.from('5', 'utf16le'), 122 + 34);
    stand.simulator.placeCard({ ...citizen, text });
    expect(await readName()).toEqual({ code: 'unsupportedData', detail: 'cardUnreadable' });
    expect(stand.reader.status().device).toBe('online');
  });

  it('that comes later is waited for', async () => {
    let looks = 0;
    stand.simulator.onCommand((name) => {
      if (name === 'find' && ++looks === 2) stand.simulator.placeCard(citizen);
    });
    expect(await readName()).toBe('张三');
  });

  it('that never comes ends the wait in time', async () => {
    expect(await readName(500)).toEqual({ code: 'timeOut', detail: 'noCard' });
    stand.simulator.placeCard(citizen);
    expect(await readName()).toBe('张三');
  });

  it('left lying is read again', async () => {
    stand.simulator.placeCard(citizen);
    expect(await readName()).toBe('张三');
    expect(await readName()).toBe('张三');
  });

  it('left lying on a module that reads no card twice is read after it was lifted', async () => {
    stand.simulator.placeCard(citizen);
    expect(await readName()).toBe('张三');
    let refused = 0;
    stand.simulator.onCommand((name) => {
      if (name !== 'read') return;
      refused++;
      if (refused <= 2) stand.simulator.setFault('cardError', true);
      else stand.simulator.setFault('cardError', false);
      if (refused === 2) setImmediate(() => stand.simulator.placeCard(sampleCard('rare-name')));
    });
    expect(await readName()).toBe('𠮷㛃𬎆');
  });

  it('followed by another gives the other', async () => {
    stand.simulator.placeCard(citizen);
    expect(await readName()).toBe('张三');
    stand.simulator.liftCard();
    expect(await stand.reader.awaitRemoval({ timeoutMs: 5000 })).toEqual({ ok: true, value: undefined });
    stand.simulator.placeCard(sampleCard('rare-name'));
    expect(await readName()).toBe('𠮷㛃𬎆');
  });

  it('left lying holds up its removal until it is lifted', async () => {
    stand.simulator.placeCard(citizen);
    await readName();
    expect(await stand.reader.awaitRemoval({ timeoutMs: 400 })).toMatchObject({
      ok: false,
      error: { code: 'timeOut', detail: 'cardLeft' },
    });
    const removal = stand.reader.awaitRemoval({ timeoutMs: 5000 });
    stand.simulator.liftCard();
    expect(await removal).toEqual({ ok: true, value: undefined });
    expect(stand.reader.status().media).toBe('notPresent');
  });

  it('that is lifted after the read shows in the status though nobody asks', async () => {
    stand.simulator.placeCard(citizen);
    await readName();
    await stand.until(({ media }) => media === 'present');
    stand.simulator.liftCard();
    expect(await stand.until(({ media }) => media === 'notPresent')).toMatchObject({ device: 'online' });
  });

  it('that was cancelled is read by the next command', async () => {
    const abort = new AbortController();
    const first = stand.reader.read({ timeoutMs: 5000, signal: abort.signal });
    const second = stand.reader.read({ timeoutMs: 5000 });
    abort.abort();
    expect(await first).toMatchObject({ ok: false, error: { code: 'canceled', detail: 'canceled' } });
    stand.simulator.placeCard(citizen);
    expect(await second).toMatchObject({ ok: true });
  });
});

describe('a late reply', () => {
  /** Cancels a read when the slow simulator hears `phase`, so that the reply comes to nobody. */
  async function cancelAt(phase: 'find' | 'read'): Promise<void> {
    const abort = new AbortController();
    const stop = stand.simulator.onCommand((name) => {
      if (name === phase) setImmediate(() => abort.abort());
    });
    stand.simulator.setFault('slow', true);
    expect(await stand.reader.read({ timeoutMs: 10_000, signal: abort.signal })).toMatchObject({ ok: false });
    stand.simulator.setFault('slow', false);
    stop();
  }

  it('with a card in it never answers for another card', async () => {
    stand.simulator.placeCard(citizen);
    await cancelAt('read');
    stand.simulator.placeCard(sampleCard('rare-name'));
    expect(await readName()).toBe('𠮷㛃𬎆');
  });

  it('of an empty reader never passes for the removal of a card that came since', async () => {
    await cancelAt('find');
    stand.simulator.placeCard(citizen);
    expect(await stand.reader.awaitRemoval({ timeoutMs: 1000 })).toMatchObject({
      ok: false,
      error: { code: 'timeOut' },
    });
  });
});
