import type { Device } from '../../drivers/contract/device.ts';
import { type Log, technical } from '../../drivers/contract/log.ts';
import type { EffectKind, EffectLedger, EffectRecord, Reconciler, Reconciliation } from './effect.ts';

export type Reconcilers = { readonly [K in EffectKind]: Reconciler<K> };

/** How many effects ended how. `unreachable` ones stay unfinished: reconcile again at the next contact. */
export interface ReconcileSummary {
  readonly confirmed: number;
  readonly failed: number;
  readonly inDoubt: number;
  readonly unreachable: number;
}

/**
 * Settles what a crash left unfinished, oldest first. Call it on start before anything new is acted, and again
 * whenever a device or the centre that was unreachable answers.
 */
export async function reconcileAll(options: {
  readonly ledger: EffectLedger;
  readonly reconcilers: Reconcilers;
  readonly log: Log;
}): Promise<ReconcileSummary> {
  const { ledger, reconcilers, log } = options;
  const summary = { confirmed: 0, failed: 0, inDoubt: 0, unreachable: 0 };
  for (const effect of ledger.unfinished()) {
    const found = await reconcile(effect, reconcilers);
    summary[found.state] += 1;
    if (found.state !== 'unreachable') ledger.settle(effect.id, found.state, found.cause);
    log.info('effect-reconciled', {
      id: technical(effect.id),
      effect: technical(effect.kind),
      was: technical(effect.state),
      state: technical(found.state),
      cause: found.cause === null ? null : technical(found.cause),
    });
  }
  return summary;
}

async function reconcile(effect: EffectRecord, reconcilers: Reconcilers): Promise<Reconciliation> {
  // `started` is durable before anything is acted, so an effect without it never happened.
  if (effect.state === 'planned') return { state: 'failed', cause: 'stopped before acting began' };
  const ask = reconcilers[effect.kind] as Reconciler<EffectKind>;
  try {
    return await ask(effect);
  } catch (error) {
    return { state: 'unreachable', cause: `asking threw ${error instanceof Error ? error.name : typeof error}` };
  }
}

/**
 * Reconciles now, and again whenever one of the devices that were unreachable comes online, until nothing is left.
 */
export function keepReconciling(
  options: Parameters<typeof reconcileAll>[0] & {
    readonly devices: readonly Pick<Device, 'onStatus'>[];
  },
): { stop(): void } {
  let running = false;
  let stopped = false;
  const run = async () => {
    if (running || stopped || options.ledger.unfinished().length === 0) return;
    running = true;
    try {
      await reconcileAll(options);
    } finally {
      running = false;
    }
  };
  const stops = options.devices.map((device) =>
    device.onStatus((status) => {
      if (status.device === 'online') void run();
    }),
  );
  void run();
  return {
    stop() {
      stopped = true;
      for (const stop of stops) stop();
    },
  };
}
