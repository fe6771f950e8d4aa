import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { systemClock } from '../../drivers/contract/clock.ts';
import { silentLog } from '../../drivers/contract/log.ts';
import type { ReceiptPrinter } from '../../drivers/contract/receipt-printer.ts';
import { err, ok } from '../../drivers/contract/result.ts';
import type { EffectLedger, EffectOutcome, PrintSlipDetails } from '../../runtime/effects/effect.ts';
import { createLedger } from '../../runtime/effects/ledger.ts';
import { printSlipReconciler } from '../../runtime/effects/print-slip.ts';
import { type Reconcilers, reconcileAll } from '../../runtime/effects/reconcile.ts';
import { submitCaseReconciler } from '../../runtime/effects/submit-case.ts';
import { type Journal, openJournal } from '../../runtime/journal/journal.ts';
import type { OutboxEntry } from '../../runtime/uplink/uplink.ts';
import { temporaryDirectory, unwrap } from '../harness/uplink-bench.ts';

let directory: ReturnType<typeof temporaryDirectory>;
let journal: Journal;
let ledger: EffectLedger;

/** Opens the journal again as a new process would; the earlier one's memory is gone. */
function restart(): void {
  journal?.database.isOpen && journal.close();
  journal = unwrap(openJournal({ path: join(directory.path, 'journal.db'), clock: systemClock, log: silentLog }));
  ledger = createLedger({ journal, clock: systemClock, newId: randomUUID });
}
beforeEach(() => {
  directory = temporaryDirectory();
  restart();
});
afterEach(() => {
  journal.close();
  directory.remove();
});

const slip: PrintSlipDetails = { template: 'queue-slip', code: 'A001', cutsBefore: null, repeats: null };
const context = { session: 's-1', flow: 'queue-ticket@1', details: slip };
const never = new Promise<EffectOutcome<never>>(() => {});
const done = { state: 'confirmed', value: 7 } as const;

/** Begins a slip and leaves it where a crash would: started, with its counter noted. */
function crashWhilePrinting(cutsBefore: number | null): void {
  void ledger.perform('printSlip', context, (effect) => {
    effect.note({ cutsBefore });
    return never;
  });
}

const printerAt = (cuts: number | null): Pick<ReceiptPrinter, 'memory'> => ({
  memory: () => Promise.resolve(ok({ cuts })),
});
const silentPrinter: Pick<ReceiptPrinter, 'memory'> = {
  memory: () => Promise.resolve(err({ code: 'timeOut', detail: 'stalled', cause: 'no answer' } as const)),
};

function reconcilersWith(printer: Pick<ReceiptPrinter, 'memory'>, entry: OutboxEntry | null = null): Reconcilers {
  return {
    printSlip: printSlipReconciler({ printer, ledger, timeoutMs: 1_000 }),
    submitCase: submitCaseReconciler({ entry: () => entry }),
  };
}
const reconcileWith = (...using: Parameters<typeof reconcilersWith>) =>
  reconcileAll({ ledger, reconcilers: reconcilersWith(...using), log: silentLog });

/** Makes the database refuse every further page. */
function fillDisk(): void {
  const pages = Number(journal.database.prepare('PRAGMA page_count').get()?.page_count);
  journal.database.exec(`PRAGMA max_page_count = ${pages}`);
  const filler = journal.database.prepare('INSERT INTO counter (name, value) VALUES (?, 0)');
  for (const size of [2_000, 200, 20, 1]) {
    while (journal.transaction(() => filler.run(randomUUID() + 'x'.repeat(size))).ok);
    while (journal.transaction(() => journal.audit.append('filled', {})).ok);
  }
}
function freeDisk(): void {
  journal.database.exec('PRAGMA max_page_count = 1000000');
}

describe('performing', () => {
  it('is durable as planned, then started, before it acts, and keeps notes and outcome', async () => {
    const outcome = await ledger.perform('printSlip', context, async (effect) => {
      effect.note({ cutsBefore: 12 });
      const row = journal.database.prepare('SELECT state, details FROM effect WHERE id = ?').get(effect.id);
      expect(row?.state).toBe('started');
      expect(JSON.parse(String(row?.details))).toEqual({ ...slip, cutsBefore: 12 });
      return done;
    });
    expect(outcome).toEqual(done);
    restart();
    expect(ledger.list()).toMatchObject([{ kind: 'printSlip', state: 'confirmed', cause: null, session: 's-1' }]);
    const kinds = journal.database.prepare(`SELECT body FROM audit WHERE kind = 'effect' ORDER BY seq`).all();
    expect(kinds.map((row) => JSON.parse(String(row.body)).state)).toEqual(['planned', 'started', 'confirmed']);
    expect(journal.audit.verify().ok).toBe(true);
  });

  it('keeps a null among the notes', async () => {
    const details = { ...slip, cutsBefore: 3 };
    await ledger.perform('printSlip', { ...context, details }, async (effect) => {
      effect.note({ cutsBefore: null });
      return done;
    });
    expect(ledger.list()[0]?.details).toEqual({ ...slip, cutsBefore: null });
  });

  it('is in doubt when acting throws, without the words of the error', async () => {
    const outcome = await ledger.perform('printSlip', context, async () => {
      throw new RangeError('37011219900307123X');
    });
    expect(outcome).toMatchObject({ state: 'inDoubt', cause: 'acting threw RangeError' });
    expect(ledger.list()).toMatchObject([{ state: 'inDoubt' }]);
    expect(JSON.stringify(ledger.list())).not.toContain('37011219900307123X');
  });

  it('acts not at all when the journal is full', async () => {
    fillDisk();
    let acted = false;
    const outcome = await ledger.perform('printSlip', context, async () => {
      acted = true;
      return done;
    });
    expect(outcome).toMatchObject({ state: 'failed', code: 'journalUnavailable' });
    expect(acted).toBe(false);
  });

  it('has failed, not in doubt, when the facts before the point of no return cannot be kept', async () => {
    let printed = false;
    const outcome = await ledger.perform('printSlip', context, async (effect) => {
      fillDisk();
      effect.note({ template: 'x'.repeat(9_000) });
      printed = true;
      return done;
    });
    expect(outcome).toMatchObject({ state: 'failed', code: 'journalUnavailable' });
    expect(printed).toBe(false);
  });

  it('tells the truth when the outcome cannot be written, and writes it once there is room', async () => {
    const outcome = await ledger.perform('printSlip', context, async () => {
      fillDisk();
      return done;
    });
    expect(outcome).toEqual(done);
    // Known here, so nobody need ask the printer about it.
    expect(ledger.unfinished()).toEqual([]);
    freeDisk();
    expect(ledger.list({ states: ['confirmed'] })).toHaveLength(1);
  });

  it('leaves an outcome that could never be written to the reconciler of the next start', async () => {
    await ledger.perform('printSlip', context, async (effect) => {
      effect.note({ cutsBefore: 4 });
      fillDisk();
      return done;
    });
    restart();
    expect(ledger.unfinished()).toMatchObject([{ state: 'started' }]);
    expect(await reconcileWith(printerAt(5))).toMatchObject({ confirmed: 1 });
  });

  it('counts what is being acted as nobody else’s business', async () => {
    let finish: (outcome: EffectOutcome<number>) => void = () => {};
    const acting = ledger.perform(
      'printSlip',
      context,
      () =>
        new Promise<EffectOutcome<number>>((end) => {
          finish = end;
        }),
    );
    expect(ledger.unfinished()).toEqual([]);
    expect(ledger.list()).toMatchObject([{ state: 'started' }]);
    finish(done);
    expect(await acting).toEqual(done);
  });
});

describe('a journal that refuses its k-th write', () => {
  const sweep: [k: number, what: string, acted: boolean, state: string, rows: string[]][] = [
    [1, 'planned', false, 'failed', []],
    [2, 'started', false, 'failed', ['failed']],
    [3, 'the note', false, 'failed', ['failed']],
    [4, 'the outcome', true, 'confirmed', ['confirmed']],
    [5, 'nothing any more', true, 'confirmed', ['confirmed']],
  ];
  for (const [k, what, acts, state, rows] of sweep) {
    it(`k = ${k}, ${what}: acted ${acts}, and the ledger ends with the truth`, async () => {
      let writes = 0;
      const failing: Journal = {
        ...journal,
        transaction(work) {
          writes += 1;
          return writes === k ? err({ code: 'journalUnavailable', cause: 'full' }) : journal.transaction(work);
        },
      };
      const unlucky = createLedger({ journal: failing, clock: systemClock, newId: randomUUID });
      let acted = false;
      const outcome = await unlucky.perform('printSlip', context, async (effect) => {
        effect.note({ cutsBefore: 1 });
        acted = true;
        return done;
      });
      expect({ acted, state: outcome.state }).toEqual({ acted: acts, state });
      expect(unlucky.list().map((effect) => effect.state)).toEqual(rows);
      expect(unlucky.unfinished()).toEqual([]);
    });
  }
});

describe('reconciling a slip', () => {
  const cases: [string, before: number | null, now: number | null, state: string][] = [
    ['the counter stood: not printed', 5, 5, 'failed'],
    ['the counter moved by one: printed', 5, 6, 'confirmed'],
    ['the counter moved by two', 5, 7, 'inDoubt'],
    ['the counter went back: another printer', 5, 4, 'inDoubt'],
    ['the printer keeps no count now', 5, null, 'inDoubt'],
    ['no count was noted before', null, 6, 'inDoubt'],
  ];
  for (const [name, before, now, state] of cases) {
    it(`${state} when ${name}`, async () => {
      crashWhilePrinting(before);
      restart();
      expect(await reconcileWith(printerAt(now))).toMatchObject({ [state]: 1, unreachable: 0 });
      expect(ledger.list()).toMatchObject([{ state, cause: expect.any(String) }]);
      expect(ledger.unfinished()).toEqual([]);
    });
  }

  it('stays unfinished while the printer is silent, and settles at the next contact', async () => {
    crashWhilePrinting(5);
    restart();
    expect(await reconcileWith(silentPrinter)).toMatchObject({ unreachable: 1 });
    expect(ledger.unfinished()).toHaveLength(1);
    expect(await reconcileWith(printerAt(5))).toMatchObject({ failed: 1 });
  });

  it('is in doubt when a later slip may have moved the counter instead', async () => {
    crashWhilePrinting(5);
    restart();
    crashWhilePrinting(5);
    restart();
    await reconcileWith(printerAt(6));
    // Newest first: the counter of the later slip was read after the fate of the earlier one was sealed.
    expect(ledger.list().map((effect) => effect.state)).toEqual(['confirmed', 'inDoubt']);
  });

  it('has failed when the stop came between planning and acting', async () => {
    void ledger.perform('printSlip', context, () => never);
    journal.database.exec(`UPDATE effect SET state = 'planned'`);
    restart();
    expect(await reconcileWith(silentPrinter)).toMatchObject({ failed: 1 });
  });

  it('stays unfinished when asking breaks', async () => {
    crashWhilePrinting(5);
    restart();
    const broken = { memory: () => Promise.reject(new TypeError('bug')) };
    expect(await reconcileWith(broken)).toMatchObject({ unreachable: 1 });
    expect(ledger.unfinished()).toHaveLength(1);
  });
});

describe('reconciling a case', () => {
  const details = { caseId: 'c', code: 'C', taskCode: 'T' };
  const entry: OutboxEntry = {
    ...details,
    state: 'sealed',
    attempts: 0,
    createdAt: 0,
    lastError: null,
    receipt: null,
  };
  beforeEach(() => {
    void ledger.perform('submitCase', { ...context, details }, () => never);
    restart();
  });

  it('is confirmed as a promise when it was sealed', async () => {
    expect(await reconcileWith(silentPrinter, entry)).toMatchObject({ confirmed: 1 });
    expect(ledger.list()).toMatchObject([{ cause: 'promised: will be sent' }]);
  });

  it('has failed when it was not: nothing was promised', async () => {
    expect(await reconcileWith(silentPrinter, null)).toMatchObject({ failed: 1 });
  });
});

describe('settling by hand', () => {
  it('resolves a doubt once, and nothing else', async () => {
    await ledger.perform('printSlip', context, async () => {
      throw new Error('x');
    });
    const id = String(ledger.list()[0]?.id);
    ledger.settle(id, 'confirmed', 'slip found at the exit');
    expect(ledger.list()).toMatchObject([{ state: 'confirmed' }]);
    expect(() => ledger.settle(id, 'failed', null)).toThrow('stays settled');
    expect(() => ledger.settle('nobody', 'failed', null)).toThrow('known');
  });
});
