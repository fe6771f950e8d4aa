import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { printerFaults } from '../../drivers/receipt-printer/escpos/simulator/state.ts';
import { tokenizeEscpos } from '../harness/escpos-tokenizer.ts';
import {
  type PrinterStand,
  sampleSlip,
  slipWithRareName,
  standUpPrinter,
  statusWhen,
} from '../harness/printer-stand.ts';

async function withStand(
  run: (stand: PrinterStand) => Promise<void>,
  options?: Parameters<typeof standUpPrinter>[0],
): Promise<void> {
  const stand = await standUpPrinter(options);
  try {
    await run(stand);
  } finally {
    await stand.close();
  }
}

const whole = (stand: PrinterStand) => stand.simulator.slips().filter(({ cut, voided }) => cut && !voided);
const voided = (stand: PrinterStand) => stand.simulator.slips().filter((slip) => slip.voided);

describe.concurrent('a healthy printer', () => {
  it('prints, confirms and counts; two slips at once come out one after the other', () =>
    withStand(async (stand) => {
      const printer = stand.driver();
      const memory = await printer.memory({ timeoutMs: 5000 });
      const [first, second] = await Promise.all([
        printer.print(sampleSlip, { timeoutMs: 10_000 }),
        printer.print({ title: '排队号 A012', elements: [] }, { timeoutMs: 10_000 }),
      ]);
      const cuts = memory.ok ? Number(memory.value.cuts) : Number.NaN;
      expect(first).toEqual({ ok: true, value: { reached: 'processed', cuts: cuts + 1 } });
      expect(second).toEqual({ ok: true, value: { reached: 'processed', cuts: cuts + 2 } });
      expect(whole(stand)).toHaveLength(2);
      for (const slip of whole(stand)) expect(() => tokenizeEscpos(slip.bytes)).not.toThrow();
    }));

  it.for([58, 80] as const)('prints a code that zbarimg reads off the paper of %i mm', (paper) =>
    withStand(
      async (stand) => {
        expect((await stand.driver().print(slipWithRareName, { timeoutMs: 10_000 })).ok).toBe(true);
        const folder = mkdtempSync(join(tmpdir(), 'window24-slip-'));
        const picture = join(folder, 'slip.png');
        writeFileSync(picture, await stand.simulator.renderSlip(1));
        const read = spawnSync('zbarimg', ['--quiet', '--raw', picture], { encoding: 'utf8' });
        rmSync(folder, { recursive: true });
        expect(read.stdout.trim()).toBe('https://qinghe.example/c/110101-2026-000123');
      },
      { paper },
    ),
  );

  it('prints at line speed and print speed as well, warm or slow', () =>
    withStand(
      async (stand) => {
        stand.simulator.setFault('paperLow', true);
        stand.simulator.setFault('slow', true);
        const printer = stand.driver();
        expect((await printer.print(sampleSlip, { timeoutMs: 25_000 })).ok).toBe(true);
        expect(printer.status()).toMatchObject({ device: 'online', paper: 'low' });
        expect(whole(stand)).toHaveLength(1);
        expect(voided(stand)).toHaveLength(0);
      },
      { paced: true },
    ));
});

const before: Readonly<Record<string, { code: string; detail: string }>> = {
  paperOut: { code: 'userError', detail: 'paperOut' },
  coverOpen: { code: 'userError', detail: 'coverOpen' },
  jam: { code: 'hardwareError', detail: 'paperJammed' },
  headHot: { code: 'deviceNotReady', detail: 'headHot' },
  busy: { code: 'deviceNotReady', detail: 'stalled' },
  stall: { code: 'hardwareError', detail: 'stalled' },
  powerLoss: { code: 'hardwareError', detail: 'stalled' },
  garble: { code: 'hardwareError', detail: 'stalled' },
};

describe.concurrent('a fault before printing', () => {
  it.for(Object.entries(before))('%s: refused before a byte of the slip is sent', ([fault, error]) =>
    withStand(async (stand) => {
      const printer = stand.driver();
      await statusWhen(printer, ({ device }) => device === 'online');
      stand.simulator.setFault(fault, true);
      const printed = await printer.print(sampleSlip, { timeoutMs: 15_000 });
      expect(printed).toMatchObject({ ok: false, error });
      stand.simulator.setFault(fault, false);
      expect((await printer.reset({ timeoutMs: 10_000 })).ok).toBe(true);
      expect((await printer.print(sampleSlip, { timeoutMs: 10_000 })).ok).toBe(true);
      expect(whole(stand)).toHaveLength(1);
      expect(voided(stand)).toHaveLength(0);
    }),
  );

  it('shows in the status by itself, and goes by itself', () =>
    withStand(async (stand) => {
      const printer = stand.driver();
      await statusWhen(printer, ({ device }) => device === 'online');
      stand.simulator.emptyPaper();
      const empty = await statusWhen(printer, ({ device }) => device === 'userError');
      expect(empty).toMatchObject({ paper: 'out', cause: expect.stringContaining('paper end') });
      stand.simulator.loadPaper();
      await statusWhen(printer, ({ device, paper }) => device === 'online' && paper === 'full');
    }));
});

const during: Readonly<Record<string, { code: string; detail: string }>> = {
  paperOut: { code: 'userError', detail: 'paperOut' },
  coverOpen: { code: 'userError', detail: 'coverOpen' },
  jam: { code: 'hardwareError', detail: 'paperJammed' },
  headHot: { code: 'deviceNotReady', detail: 'headHot' },
  busy: { code: 'timeOut', detail: 'stalled' },
  stall: { code: 'inDoubt', detail: 'mayHavePrinted' },
  powerLoss: { code: 'inDoubt', detail: 'mayHavePrinted' },
  garble: { code: 'inDoubt', detail: 'mayHavePrinted' },
};

describe.concurrent('a fault in the middle of a slip', () => {
  it.for(Object.entries(during))('%s: told, and the old slip never comes out whole', ([fault, error]) =>
    withStand(async (stand) => {
      const printer = stand.driver();
      await printer.memory({ timeoutMs: 5000 });
      stand.simulator.breakAfter(900, fault);
      const printed = await printer.print(sampleSlip, { timeoutMs: 6000 });
      expect(printed).toMatchObject({ ok: false, error });
      stand.simulator.setFault(fault, false);
      expect((await printer.reset({ timeoutMs: 10_000 })).ok).toBe(true);
      expect(whole(stand)).toHaveLength(0);
      expect(voided(stand)).toHaveLength(1);
      const again = await printer.print(sampleSlip, { timeoutMs: 10_000 });
      expect(again).toMatchObject({ ok: true, value: { cuts: stand.simulator.cuts } });
      expect(stand.simulator.slips().map((slip) => slip.voided)).toEqual([true, false]);
      expect(() => tokenizeEscpos(stand.simulator.slips()[1]?.bytes ?? new Uint8Array())).not.toThrow();
    }),
  );

  it('paper is refilled: the old slip is voided by itself, without another command', () =>
    withStand(async (stand) => {
      const printer = stand.driver();
      await printer.memory({ timeoutMs: 5000 });
      stand.simulator.breakAfter(900, 'paperOut');
      expect(await printer.print(sampleSlip, { timeoutMs: 6000 })).toMatchObject({ ok: false });
      expect(stand.simulator.slips()).toMatchObject([{ cut: false }]);
      const voidSlip = new Promise((resolve) => stand.simulator.onSlip(resolve));
      stand.simulator.loadPaper();
      expect(await voidSlip).toMatchObject({ voided: true, cut: true });
      expect(whole(stand)).toHaveLength(0);
    }));

  it('the cutter sticks: the slip is not taken for printed, and not for lost while that is open', () =>
    withStand(async (stand) => {
      const printer = stand.driver();
      stand.simulator.setFault('cutterError', true);
      const printed = await printer.print(sampleSlip, { timeoutMs: 8000 });
      // DLE ENQ 2 recovers the cutter and drops the cut; the counter then tells that nothing was cut.
      expect(printed).toMatchObject({ ok: false, error: { code: 'hardwareError', detail: 'cutterFault' } });
      stand.simulator.setFault('cutterError', false);
      expect((await printer.print(sampleSlip, { timeoutMs: 10_000 })).ok).toBe(true);
      expect(stand.simulator.slips().map((slip) => slip.voided)).toEqual([true, false]);
    }));

  it('every fault of the simulator is tried', () => {
    const elsewhere = ['paperLow', 'slow', 'cutterError'];
    expect([...Object.keys(during), ...elsewhere].sort()).toEqual([...printerFaults].sort());
  });
});
