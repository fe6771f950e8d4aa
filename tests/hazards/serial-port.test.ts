import { mkdtemp, readlink, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Transport } from '../../drivers/contract/transport.ts';
import { openPty, type PtyMaster } from '../../drivers/transport/pty.ts';
import { serialTransport } from '../../drivers/transport/serial.ts';

let folder: string;
let pty: PtyMaster;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'window24-port-'));
  pty = await openPty({ link: join(folder, 'deep', 'port'), baudRate: 115_200, paced: false });
});

afterEach(async () => {
  await pty.close();
  await rm(folder, { recursive: true, force: true });
});

async function open(link = pty.link): Promise<Transport> {
  const opened = await serialTransport({ path: link, baudRate: 115_200 })(2000);
  if (!opened.ok) throw new Error(opened.error.cause);
  return opened.value;
}

/** Collects bytes until there are `count`. */
function collect(source: { onData(listener: (bytes: Uint8Array) => void): () => void }, count: number) {
  return new Promise<Uint8Array>((resolve) => {
    const parts: Uint8Array[] = [];
    const stop = source.onData((bytes) => {
      parts.push(Uint8Array.from(bytes));
      const all = Buffer.concat(parts);
      if (all.length < count) return;
      stop();
      resolve(Uint8Array.from(all));
    });
  });
}

const everyByte = Uint8Array.from({ length: 256 }, (_, at) => at);

describe('a serial port', () => {
  it('passes every byte value both ways, unchanged', async () => {
    const port = await open();
    const up = collect(pty, 256);
    expect(await port.write(everyByte)).toEqual({ ok: true, value: undefined });
    expect(await up).toEqual(everyByte);
    const down = collect(port, 256);
    pty.write(everyByte);
    expect(await down).toEqual(everyByte);
    await port.close();
  });

  it('can be opened again after a close, and twice never', async () => {
    const port = await open();
    expect(await serialTransport({ path: pty.link, baudRate: 115_200 })(2000)).toMatchObject({
      ok: false,
      error: { code: 'busy' },
    });
    await port.close();
    await (await open()).close();
  });

  it('discards what came in before it was opened', async () => {
    pty.write(Uint8Array.of(1, 2, 3));
    const port = await open();
    const heard = collect(port, 1);
    pty.write(Uint8Array.of(9));
    expect(await heard).toEqual(Uint8Array.of(9));
    await port.close();
  });

  it('names the reason when there is no port', async () => {
    expect(await serialTransport({ path: join(folder, 'none'), baudRate: 9600 })(2000)).toMatchObject({
      ok: false,
      error: { code: 'notFound' },
    });
  });

  it('tells of the loss once, and writing then fails', async () => {
    const port = await open();
    let losses = 0;
    const lost = new Promise((resolve) => {
      port.onLost((error) => {
        losses++;
        resolve(error);
      });
    });
    pty.unplug();
    expect(await lost).toMatchObject({ code: 'lost' });
    expect(await port.write(Uint8Array.of(1))).toMatchObject({ ok: false, error: { code: 'lost' } });
    await port.close();
    expect(losses).toBe(1);
  });

  // A hang-up in the middle of a transfer ends read(2) with 0 bytes instead of an error.
  it.each([1, 2, 3, 4, 5])('notices the loss in the middle of a transfer (%d)', async (turn) => {
    const port = await open();
    const lost = new Promise((resolve) => port.onLost(resolve));
    const first = collect(port, turn * 100);
    pty.write(new Uint8Array(4000));
    await first;
    pty.unplug();
    expect(await lost).toMatchObject({ code: 'lost' });
  });

  it('ends a write that nobody takes when the plug is pulled, and when the port is closed', async () => {
    for (const end of ['unplug', 'close'] as const) {
      const paced = await openPty({ link: join(folder, end), baudRate: 1200, paced: true });
      const port = await open(paced.link);
      const writing = port.write(new Uint8Array(500_000));
      if (end === 'unplug') paced.unplug();
      else await port.close();
      expect(await writing).toMatchObject({ ok: false, error: { code: 'lost' } });
      await port.close();
      await paced.close();
    }
  });

  it('is not told of a loss after its own close', async () => {
    const port = await open();
    let lost = false;
    port.onLost(() => {
      lost = true;
    });
    await port.close();
    pty.unplug();
    await new Promise((resolve) => setImmediate(resolve));
    expect(lost).toBe(false);
  });
});

describe('a simulated port', () => {
  it('goes with its link when unplugged and comes back under the same link', async () => {
    const before = await readlink(pty.link);
    expect(before).toMatch(/^\/dev\/pts\/\d+$/);
    pty.unplug();
    expect(pty.plugged).toBe(false);
    await expect(readlink(pty.link)).rejects.toThrow('ENOENT');
    pty.write(Uint8Array.of(1));
    pty.replug();
    const port = await open();
    const heard = collect(port, 1);
    pty.write(Uint8Array.of(2));
    expect(await heard).toEqual(Uint8Array.of(2));
    await port.close();
  });

  it('hands on all bytes of a paced line, in order, in both directions', async () => {
    const paced = await openPty({ link: join(folder, 'paced'), baudRate: 115_200, paced: true });
    const port = await open(paced.link);
    const sent = Uint8Array.from({ length: 3000 }, (_, at) => (at * 7) & 0xff);
    const [up, down] = [collect(paced, sent.length), collect(port, sent.length)];
    paced.write(sent.subarray(0, 10));
    paced.write(sent.subarray(10));
    await port.write(sent);
    expect(await up).toEqual(sent);
    expect(await down).toEqual(sent);
    await port.close();
    await paced.close();
  });
});
