import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '../../drivers/contract/clock.ts';
import { silentLog } from '../../drivers/contract/log.ts';
import { assert } from '../../drivers/contract/result.ts';
import type { OpenTransport } from '../../drivers/contract/transport.ts';
import { createSamvReader } from '../../drivers/id-card-reader/samv/driver.ts';
import { sampleCards } from '../../drivers/id-card-reader/samv/samples.ts';
import { startSamvSimulator } from '../../drivers/id-card-reader/samv/simulator.ts';
import { bitsPerByte } from '../../drivers/transport/line.ts';
import { serialTransport } from '../../drivers/transport/serial.ts';

const baudRate = 115_200;

/** Counts the bytes that pass, both ways. */
function counting(open: OpenTransport, count: (bytes: number) => void): OpenTransport {
  return async (timeoutMs) => {
    const opened = await open(timeoutMs);
    if (!opened.ok) return opened;
    const transport = opened.value;
    transport.onData((bytes) => count(bytes.length));
    return {
      ok: true,
      value: {
        write(bytes) {
          count(bytes.length);
          return transport.write(bytes);
        },
        onData: (listener) => transport.onData(listener),
        onLost: (listener) => transport.onLost(listener),
        close: () => transport.close(),
      },
    };
  };
}

function median(values: readonly number[]): number {
  return [...values].sort((left, right) => left - right)[Math.floor(values.length / 2)] ?? Number.NaN;
}

/**
 * Reads a card that lies on the paced reader `runs` times, from the call to the completion, against the time that the
 * bytes of that read take on the line.
 */
export async function measureCardRead(
  runs: number,
): Promise<{ readonly wireMs: number; readonly readMs: number; readonly ratio: number }> {
  const folder = await mkdtemp(join(tmpdir(), 'window24-bench-'));
  const link = join(folder, 'reader');
  const simulator = await startSamvSimulator({ name: 'reader', link, baudRate, paced: true });
  let bytes = 0;
  const reader = createSamvReader({
    name: 'reader',
    open: counting(serialTransport({ path: link, baudRate }), (more) => {
      bytes += more;
    }),
    clock: systemClock,
    log: silentLog,
    random: Math.random,
  });
  const [card] = sampleCards;
  assert(card !== undefined, 'there are sample cards');
  const wire: number[] = [];
  const read: number[] = [];
  try {
    await reader.reset({ timeoutMs: 5000 });
    for (let run = 0; run < runs; run++) {
      simulator.placeCard(card);
      bytes = 0;
      const start = performance.now();
      const reading = await reader.read({ timeoutMs: 5000 });
      read.push(performance.now() - start);
      wire.push((bytes * bitsPerByte * 1000) / baudRate);
      assert(reading.ok, 'the simulated card is read');
    }
  } finally {
    await reader.close();
    await simulator.close();
    await rm(folder, { recursive: true, force: true });
  }
  const [wireMs, readMs] = [median(wire), median(read)];
  return { wireMs, readMs, ratio: readMs / wireMs };
}
