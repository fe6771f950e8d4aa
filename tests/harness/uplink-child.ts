/** A terminal that files cases and says on its output how far it came: the hazard tests kill it. */
import { randomUUID } from 'node:crypto';
import { writeSync } from 'node:fs';
import { systemClock } from '../../drivers/contract/clock.ts';
import { silentLog } from '../../drivers/contract/log.ts';
import { createLedger } from '../../runtime/effects/ledger.ts';
import { reconcileAll } from '../../runtime/effects/reconcile.ts';
import { submitCaseReconciler } from '../../runtime/effects/submit-case.ts';
import { confirmedCase, startTerminal, taskCode, until, unwrap } from './uplink-bench.ts';

const [stateDirectory = '', centreUrl = '', count = '0', pageBytes = '20000'] = process.argv.slice(2);
const say = (...words: string[]) => writeSync(1, `${words.join(' ')}\n`);

const { journal, uplink, close } = await startTerminal({ stateDirectory, centreUrl });
const ledger = createLedger({ journal, clock: systemClock, newId: randomUUID });
await reconcileAll({
  ledger,
  reconcilers: {
    submitCase: submitCaseReconciler(uplink),
    printSlip: () => Promise.resolve({ state: 'unreachable', cause: 'no printer here' }),
  },
  log: silentLog,
});
say('started');

for (let n = 0; n < Number(count); n += 1) {
  const reserved = unwrap(uplink.reserve(taskCode));
  say('reserved', reserved.caseId, reserved.code);
  const details = { ...reserved, taskCode };
  const outcome = await ledger.perform('submitCase', { session: randomUUID(), flow: 'apply@1', details }, async () => {
    say('sealing', reserved.caseId);
    const sealed = await uplink.seal(confirmedCase(reserved, { pages: 3, pageBytes: Number(pageBytes) }));
    if (sealed.ok) return { state: 'confirmed', value: null };
    const { code, cause } = sealed.error;
    return { state: 'failed', code, detail: code, cause };
  });
  if (outcome.state !== 'confirmed') {
    say('refused', reserved.caseId, outcome.code);
    continue;
  }
  say('promised', reserved.caseId, reserved.code);
  const receipt = await uplink.awaitReceipt(reserved.caseId, { timeoutMs: 5_000 });
  if (receipt.ok) say('receipted', reserved.caseId);
}
await until(() => uplink.outbox().every((entry) => entry.state === 'receipted'));
await close();
say('drained');
