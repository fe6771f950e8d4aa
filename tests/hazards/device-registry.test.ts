import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { systemClock } from '../../drivers/contract/clock.ts';
import { silentLog } from '../../drivers/contract/log.ts';
import { openDevices } from '../../drivers/host/registry.ts';
import { startSamvSimulator } from '../../drivers/id-card-reader/samv/simulator.ts';
import { sampleCard } from '../harness/card-reader.ts';

it('opens what the configuration names, finds simulated ports under the state directory, and lives with a missing device', async () => {
  const stateDirectory = await mkdtemp(join(tmpdir(), 'window24-registry-'));
  const baudRate = 115_200;
  const link = join(stateDirectory, 'ports', 'reader');
  const simulator = await startSamvSimulator({ name: 'idCardReader', link, baudRate, paced: false });
  const devices = openDevices(
    [
      {
        name: 'idCardReader',
        model: 'id-card-reader/samv',
        address: { transport: 'pty', path: 'ports/reader', baudRate },
      },
      {
        name: 'receiptPrinter',
        model: 'receipt-printer/escpos',
        address: { transport: 'pty', path: 'ports/none', baudRate },
        paper: 80,
        rom: 'gbk',
        cutCounter: true,
      },
    ],
    { stateDirectory, clock: systemClock, log: silentLog, random: () => 0.2 },
  );
  try {
    simulator.placeCard(sampleCard('citizen'));
    expect(await devices.idCardReader?.read({ timeoutMs: 5000 })).toMatchObject({ ok: true });
    expect(devices.receiptPrinter?.status().device).toBe('powerOff');
    expect(devices.all().map(({ name }) => name)).toEqual(['idCardReader', 'receiptPrinter']);
  } finally {
    await devices.close();
    await simulator.close();
    await rm(stateDirectory, { recursive: true, force: true });
  }
  const none = openDevices([], { stateDirectory, clock: systemClock, log: silentLog, random: () => 0.2 });
  expect(none.idCardReader).toBeNull();
  expect(none.receiptPrinter).toBeNull();
});
