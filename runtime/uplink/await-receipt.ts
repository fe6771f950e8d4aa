import type { Clock } from '../../drivers/contract/clock.ts';
import { assert, err, ok, type Result } from '../../drivers/contract/result.ts';
import type { ReceiptClaims } from '../centre/api.ts';
import { type CentreFailure, failure } from './centre-client.ts';
import type { Line } from './line.ts';
import type { Outbox } from './outbox.ts';
import type { Sender } from './sender.ts';
import type { CentreError, RequestOptions } from './uplink.ts';

/**
 * Waits for the receipt of a sealed case. Ends early where waiting is of no use: the line is down, or the case is
 * parked. Whatever it ends with, sending goes on.
 */
export function awaitReceipt(options: {
  readonly caseId: string;
  readonly request: RequestOptions;
  readonly outbox: Outbox;
  readonly line: Line;
  readonly sender: Sender;
  readonly clock: Clock;
}): Promise<Result<ReceiptClaims, CentreError>> {
  const { caseId, request, outbox, line, sender, clock } = options;
  assert(outbox.entry(caseId) !== null, 'only a sealed case has a receipt to wait for');
  let last: CentreFailure | null = null;

  function look(): Result<ReceiptClaims, CentreError> | null {
    const entry = outbox.entry(caseId);
    if (entry?.receipt) return ok(entry.receipt);
    if (entry?.state === 'parked') return err(last ?? failure('refused', entry.lastError ?? 'parked'));
    if (line.state() === 'down') return err(failure('offline', 'the line is down'));
    return null;
  }

  return new Promise((resolve) => {
    const stops: (() => void)[] = [];
    const end = (result: Result<ReceiptClaims, CentreError>) => {
      for (const stop of stops) stop();
      resolve(result);
    };
    const check = () => {
      const found = look();
      if (found) end(found);
    };
    const canceled = () => end(err(failure('canceled', 'canceled')));
    stops.push(
      sender.onAttempt((attempted, failed) => {
        if (attempted !== caseId) return;
        last = failed;
        check();
      }),
      line.onChange(check),
      clock.after(request.timeoutMs, () => end(err(failure('timeOut', last?.cause ?? 'no answer so far')))),
      () => request.signal?.removeEventListener('abort', canceled),
    );
    request.signal?.addEventListener('abort', canceled, { once: true });
    if (request.signal?.aborted) canceled();
    // A line that was down a while ago may be back: one probe before the citizen is told so.
    else if (line.state() === 'down' && !outbox.entry(caseId)?.receipt) void line.probe().then(check);
    else check();
  });
}
