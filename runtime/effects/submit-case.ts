import type { OutboxEntry } from '../uplink/uplink.ts';
import type { Reconciler } from './effect.ts';

/** A case is promised exactly when its sealed row is in the outbox; sending it is the outbox's own business. */
export function submitCaseReconciler(outbox: { entry(caseId: string): OutboxEntry | null }): Reconciler<'submitCase'> {
  return async ({ details }) => {
    const entry = outbox.entry(details.caseId);
    return entry === null
      ? { state: 'failed', cause: 'not sealed before the stop: nothing was promised' }
      : {
          state: 'confirmed',
          cause: entry.state === 'receipted' ? 'received by the centre' : 'promised: will be sent',
        };
  };
}
