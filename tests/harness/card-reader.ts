import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '../../drivers/contract/clock.ts';
import type { IdCardReader, IdCardReaderStatus } from '../../drivers/contract/id-card-reader.ts';
import { silentLog } from '../../drivers/contract/log.ts';
import { createSamvReader } from '../../drivers/id-card-reader/samv/driver.ts';
import { type SampleCard, sampleCards } from '../../drivers/id-card-reader/samv/samples.ts';
import { type SamvSimulator, startSamvSimulator } from '../../drivers/id-card-reader/samv/simulator.ts';
import { serialTransport } from '../../drivers/transport/serial.ts';

export interface CardReaderStand {
  readonly simulator: SamvSimulator;
  readonly reader: IdCardReader;
  /** Resolves with the first status that fits, the present one included. */
  until(fits: (status: IdCardReaderStatus) => boolean): Promise<IdCardReaderStatus>;
  close(): Promise<void>;
}

/** The driver against the simulator, over a pseudo-terminal that serialport opens. */
export async function standUpCardReader(options: { paced?: boolean } = {}): Promise<CardReaderStand> {
  const folder = await mkdtemp(join(tmpdir(), 'window24-reader-'));
  const link = join(folder, 'ports', 'reader');
  const baudRate = 115_200;
  const simulator = await startSamvSimulator({ name: 'reader', link, baudRate, paced: options.paced ?? false });
  const reader = createSamvReader({
    name: 'reader',
    open: serialTransport({ path: link, baudRate }),
    clock: systemClock,
    log: silentLog,
    random: () => 0.2,
  });
  return {
    simulator,
    reader,
    until(fits) {
      return new Promise((resolve) => {
        const look = (status: IdCardReaderStatus) => {
          if (!fits(status)) return;
          stop();
          resolve(status);
        };
        const stop = reader.onStatus(look);
        look(reader.status());
      });
    },
    async close() {
      await reader.close();
      await simulator.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** A sample card by its id. */
export function sampleCard(id: string): SampleCard {
  const card = sampleCards.find((each) => each.id === id);
  if (!card) throw new Error(`there is no sample card ${id}`);
  return card;
}
