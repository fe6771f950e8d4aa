import { describe, expect, it } from 'vitest';
import { tokenizeEscpos } from '../harness/escpos-tokenizer.ts';
import { type PrinterStand, sampleSlip, standUpPrinter, statusWhen } from '../harness/printer-stand.ts';

async function withStand(run: (stand: PrinterStand) => Promise<void>): Promise<void> {
  const stand = await standUpPrinter();
  try {
    await run(stand);
  } finally {
    await stand.close();
  }
}

const slips = (stand: PrinterStand) => stand.simulator.slips();
const whole = (stand: PrinterStand) => slips(stand).filter(({ cut, voided }) => cut && !voided);

/** Bytes that one slip takes, what comes before it included. */
async function bytesPerPrint(): Promise<number> {
  let bytes = 0;
  await withStand(async (stand) => {
    const printer = stand.driver();
    await printer.memory({ timeoutMs: 5000 });
    const before = stand.simulator.received;
    await printer.print(sampleSlip, { timeoutMs: 10_000 });
    bytes = stand.simulator.received - before;
  });
  return bytes;
}

/** The writes of one slip; a driver may be killed between any two. */
async function writesPerPrint(): Promise<{ all: number; first: number; cut: number }> {
  const writes: Buffer[] = [];
  await withStand(async (stand) => {
    const printer = stand.driver({
      killBefore: (bytes) => {
        writes.push(Buffer.from(bytes));
        return false;
      },
    });
    await printer.memory({ timeoutMs: 5000 });
    writes.length = 0;
    await printer.print(sampleSlip, { timeoutMs: 10_000 });
  });
  const title = Buffer.from('d5fecef1b7fecef1d6d0d0c4', 'hex');
  const knife = Buffer.from([0x1d, 0x56, 66]);
  const first = writes.findIndex((bytes) => bytes.includes(title));
  return { all: writes.length, first, cut: writes.findIndex((bytes) => bytes.includes(knife)) };
}

/** Prints until the driver is killed, before the write that `deadly` names; what it wrote reaches the printer. */
async function printAndDie(stand: PrinterStand, deadly: (index: number) => boolean): Promise<void> {
  let written = 0;
  await new Promise<void>((resolve) => {
    let index = Number.NEGATIVE_INFINITY;
    const printer = stand.driver({
      killBefore: (bytes) => {
        index += 1;
        if (deadly(index - 1)) resolve();
        else written += bytes.length;
        return deadly(index - 1);
      },
    });
    void printer.memory({ timeoutMs: 10_000 }).then(() => {
      index = 0;
      return printer.print(sampleSlip, { timeoutMs: 10_000 });
    });
  });
  // The next opening of the port would discard what still waits in the operating system.
  while (stand.simulator.received < written) await new Promise((resolve) => setImmediate(resolve));
}

const total = await bytesPerPrint();
const writes = await writesPerPrint();

describe.concurrent('unplugged in the middle of a slip', () => {
  // The last bytes: blank rows, feed and cut, probe, counter.
  const offsets = [30, 33, 300, 700, 1100, 1500, total - 70, total - 14, total - 12, total - 9, total - 7, total - 4];

  it.for(offsets)('after %i bytes, and plugged in again: the driver knows what became of it', (offset) =>
    withStand(async (stand) => {
      const printer = stand.driver();
      await printer.memory({ timeoutMs: 5000 });
      stand.simulator.breakAfter(offset, 'unplug');
      const printing = printer.print(sampleSlip, { timeoutMs: 15_000 });
      await statusWhen(printer, ({ device }) => device === 'powerOff');
      stand.simulator.replug();
      const printed = await printing;
      expect(whole(stand)).toHaveLength(printed.ok ? 1 : 0);
      if (!printed.ok) {
        expect(printed.error).toMatchObject({ code: 'connectionLost', detail: 'disconnected' });
        expect(slips(stand).filter(({ cut }) => !cut)).toHaveLength(0);
      }
      expect((await printer.print(sampleSlip, { timeoutMs: 10_000 })).ok).toBe(true);
      expect(() => tokenizeEscpos(slips(stand).at(-1)?.bytes ?? new Uint8Array())).not.toThrow();
    }),
  );

  it('and left unplugged: in doubt, within the deadline', () =>
    withStand(async (stand) => {
      const printer = stand.driver();
      await printer.memory({ timeoutMs: 5000 });
      stand.simulator.breakAfter(900, 'unplug');
      const printed = await printer.print(sampleSlip, { timeoutMs: 2000 });
      expect(printed).toMatchObject({ ok: false, error: { code: 'inDoubt', detail: 'mayHavePrinted' } });
      expect(printer.status()).toMatchObject({ device: 'powerOff', paper: 'unknown' });
      const next = await printer.print(sampleSlip, { timeoutMs: 4000 });
      expect(next).toMatchObject({ ok: false, error: { code: 'connectionLost', detail: 'disconnected' } });
      stand.simulator.replug();
      await statusWhen(printer, ({ device }) => device === 'online');
      expect(await printer.memory({ timeoutMs: 8000 })).toEqual({ ok: true, value: { cuts: 1000 } });
      expect(slips(stand)).toMatchObject([{ voided: true, cut: true }]);
    }));

  it('without a cut counter the doubt about a cut that was sent stays', () =>
    withStand(async (stand) => {
      const printer = stand.driver({ cutCounter: false });
      await printer.memory({ timeoutMs: 5000 });
      const counterBytes = 12;
      stand.simulator.breakAfter(total - counterBytes - 1, 'unplug');
      const printing = printer.print(sampleSlip, { timeoutMs: 12_000 });
      await statusWhen(printer, ({ device }) => device === 'powerOff');
      stand.simulator.replug();
      expect(await printing).toMatchObject({ ok: false, error: { code: 'inDoubt', detail: 'mayHavePrinted' } });
    }));
});

describe.concurrent('the process dies in the middle of a slip', () => {
  it.for(Array.from({ length: writes.all }, (_, i) => i))('before write %i: the next one finds the truth', (index) =>
    withStand(async (stand) => {
      const { cuts } = stand.simulator;
      const begun = index > writes.first;
      const cut = index > writes.cut;
      await printAndDie(stand, (at) => at === index);

      const heir = stand.driver();
      const memory = await heir.memory({ timeoutMs: 10_000 });
      expect(memory).toEqual({ ok: true, value: { cuts: cut ? cuts + 1 : cuts } });
      expect(slips(stand).map((slip) => [slip.cut, slip.voided])).toEqual(begun ? [[true, !cut]] : []);
      // A void slip moves the counter by two: never to be taken for a printed one.
      expect(stand.simulator.cuts).toBe(cuts + (cut ? 1 : begun ? 2 : 0));
      expect((await heir.print(sampleSlip, { timeoutMs: 10_000 })).ok).toBe(true);
      expect(whole(stand)).toHaveLength(cut ? 2 : 1);
    }),
  );

  it('and again while the next one starts: the unfinished slip is still found', () =>
    withStand(async (stand) => {
      await printAndDie(stand, (at) => at === writes.cut);
      for (let i = 0; i < 2; i += 1) {
        const next = stand.driver();
        await statusWhen(next, ({ device }) => device === 'online');
        await stand.kill(next);
      }
      expect(slips(stand)).toMatchObject([{ cut: false }]);
      expect((await stand.driver().memory({ timeoutMs: 10_000 })).ok).toBe(true);
      expect(slips(stand)).toMatchObject([{ cut: true, voided: true }]);
    }));

  it('inside a picture row: it is completed with blanks and voided', () =>
    withStand(async (stand) => {
      const printer = stand.driver();
      await printer.memory({ timeoutMs: 5000 });
      stand.simulator.breakAfter(1000, 'unplug');
      void printer.print(sampleSlip, { timeoutMs: 1000 });
      await statusWhen(printer, ({ device }) => device === 'powerOff');
      await stand.kill(printer);
      stand.simulator.replug();
      const heir = stand.driver();
      expect(await heir.memory({ timeoutMs: 10_000 })).toEqual({ ok: true, value: { cuts: 1000 } });
      expect(slips(stand)).toMatchObject([{ cut: true, voided: true }]);
    }));
});

describe.concurrent('cancelled', () => {
  it('before the first byte: nothing is printed', () =>
    withStand(async (stand) => {
      const printer = stand.driver();
      await printer.memory({ timeoutMs: 5000 });
      const abort = new AbortController();
      const printing = printer.print(sampleSlip, { timeoutMs: 10_000, signal: abort.signal });
      const waiting = printer.print(sampleSlip, { timeoutMs: 10_000, signal: abort.signal });
      abort.abort();
      for (const printed of [await printing, await waiting]) {
        expect(printed).toMatchObject({ ok: false, error: { code: 'canceled', detail: 'canceled' } });
      }
      expect(await printer.memory({ timeoutMs: 10_000 })).toEqual({ ok: true, value: { cuts: 1000 } });
      expect(slips(stand)).toHaveLength(0);
    }));

  it('in the middle: what was printed is voided before the next slip', () =>
    withStand(async (stand) => {
      const printer = stand.driver();
      await printer.memory({ timeoutMs: 5000 });
      const abort = new AbortController();
      stand.simulator.breakAfter(900, 'busy');
      stand.simulator.onChange(() => abort.abort());
      const printed = await printer.print(sampleSlip, { timeoutMs: 10_000, signal: abort.signal });
      expect(printed).toMatchObject({ ok: false, error: { code: 'canceled', detail: 'canceled' } });
      stand.simulator.setFault('busy', false);
      expect((await printer.print(sampleSlip, { timeoutMs: 15_000 })).ok).toBe(true);
      expect(slips(stand).map((slip) => slip.voided)).toEqual([true, false]);
    }));

  it('by closing the driver: it lets go of the port, and the next process finds a clean or a marked printer', () =>
    withStand(async (stand) => {
      const printer = stand.driver();
      await printer.memory({ timeoutMs: 5000 });
      const reached = new Promise<void>((resolve) => stand.simulator.onChange(() => resolve()));
      stand.simulator.breakAfter(900, 'paperOut');
      const printing = printer.print(sampleSlip, { timeoutMs: 10_000 });
      await reached;
      await printer.close();
      expect((await printing).ok).toBe(false);
      stand.simulator.loadPaper();
      expect(await stand.driver().memory({ timeoutMs: 10_000 })).toEqual({ ok: true, value: { cuts: 1000 } });
      expect(slips(stand)).toMatchObject([{ cut: true, voided: true }]);
      expect(await printer.print(sampleSlip, { timeoutMs: 1000 })).toMatchObject({ error: { code: 'canceled' } });
    }));
});
