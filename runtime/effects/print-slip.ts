import type { ReceiptPrinter } from '../../drivers/contract/receipt-printer.ts';
import type { EffectLedger, EffectRecord, Reconciler, Reconciliation } from './effect.ts';

/** Whether a later slip may have moved the counter too: then the counter no longer speaks about this one. */
function followed(effect: EffectRecord, ledger: EffectLedger): boolean {
  for (const other of ledger.list({ limit: 1000 })) {
    if (other.id === effect.id) return false;
    if (other.kind === 'printSlip' && other.state !== 'planned' && other.state !== 'failed') return true;
  }
  return true;
}

/** What the cut counter before and now says about the slip. Counters move by one a slip and never back. */
function judge(before: number | null, now: number | null, hasFollower: boolean): Reconciliation {
  if (before === null || now === null) {
    return { state: 'inDoubt', cause: 'no cut counter to compare: look whether a slip lies at the exit' };
  }
  const cuts = `cut counter ${before} before, ${now} now`;
  if (now === before) return { state: 'failed', cause: `${cuts}: not printed` };
  if (now === before + 1 && !hasFollower) return { state: 'confirmed', cause: cuts };
  return { state: 'inDoubt', cause: `${cuts}: more happened than this slip` };
}

/** Settles a slip by the printer's cut counter. Without contact within `timeoutMs` it stays unfinished. */
export function printSlipReconciler(options: {
  readonly printer: Pick<ReceiptPrinter, 'memory'>;
  readonly ledger: EffectLedger;
  readonly timeoutMs: number;
}): Reconciler<'printSlip'> {
  return async (effect) => {
    const memory = await options.printer.memory({ timeoutMs: options.timeoutMs });
    if (!memory.ok) return { state: 'unreachable', cause: `${memory.error.detail}: ${memory.error.cause}` };
    return judge(effect.details.cutsBefore, memory.value.cuts, followed(effect, options.ledger));
  };
}
