import type { Clock } from '../../contract/clock.ts';
import { err, ok, type Result } from '../../contract/result.ts';
import { faultOf, type PrinterError } from './condition.ts';
import type { PrintJob } from './job.ts';
import type { PrinterLink, Waited } from './link.ts';

export const sendingTiming = {
  /** Without a confirmation for this long, the printer is asked how it is. */
  doubtMs: 1500,
  /** A printer that is well but has confirmed nothing for this long has lost what it was sent, or is stuck. */
  stuckMs: 8000,
} as const;

/** Segments that may be under way unconfirmed: keeps the head moving, and below any receive buffer. */
const segmentsAhead = 2;

/** How far a job went; `cutSent` is the point of no return. */
export interface Progress {
  begun: boolean;
  cutSent: boolean;
}

export interface Bounds {
  readonly signal: AbortSignal;
  /** Milliseconds until sending has to give up, so that there is time to tidy up. */
  remainingMs(): number;
}

/**
 * Sends a job segment by segment as the printer confirms them, and the cut after all of them. `ok` only after the
 * in-order answer that follows the cut. Ends early on any fault the printer reports, on its silence and its loss.
 */
export async function sendJob(
  link: PrinterLink,
  job: PrintJob,
  progress: Progress,
  clock: Clock,
  bounds: Bounds,
): Promise<Result<void, PrinterError>> {
  const before = link.seen.probes;
  const confirmed = () => link.seen.probes - before;
  const total = job.segments.length;
  for (const [index, segment] of job.segments.entries()) {
    const room = await confirmation(link, () => confirmed() > index - segmentsAhead, clock, bounds);
    if (!room.ok) return room;
    progress.begun = true;
    const sent = await link.send(segment, bounds.signal);
    if (sent !== 'met') return err(notSent(link, sent));
  }
  const complete = await confirmation(link, () => confirmed() >= total, clock, bounds);
  if (!complete.ok) return complete;
  progress.cutSent = true;
  const sent = await link.send(job.cut, bounds.signal);
  if (sent !== 'met') return err(notSent(link, sent));
  return confirmation(link, () => confirmed() > total, clock, bounds);
}

/** Waits for `done` as long as the printer is alive, well and not at the same point for too long. */
async function confirmation(
  link: PrinterLink,
  done: () => boolean,
  clock: Clock,
  bounds: Bounds,
): Promise<Result<void, PrinterError>> {
  const since = clock.monotonic();
  const fault = () => (link.condition ? faultOf(link.condition) : null);
  for (;;) {
    const patience = Math.min(sendingTiming.doubtMs, bounds.remainingMs());
    const waited = await link.until(() => done() || fault() !== null, patience, bounds.signal);
    if (done()) return ok(undefined);
    const reported = fault();
    if (reported) return err(reported);
    if (waited !== 'timeOut') return err(notSent(link, waited));
    if (bounds.remainingMs() <= 0) return err(stalled('timeOut', 'the time for printing is up'));
    const looked = await link.look(bounds.signal);
    if (!looked.ok) return bounds.signal.aborted ? err(notSent(link, 'aborted')) : looked;
    if (clock.monotonic() - since > sendingTiming.stuckMs)
      return err(stalled('deviceNotReady', 'status is well, but nothing is confirmed: data lost or printer stuck'));
  }
}

function notSent(link: PrinterLink, waited: Waited): PrinterError {
  switch (waited) {
    case 'aborted':
      return { code: 'canceled', detail: 'canceled', cause: 'ended by the caller' };
    case 'lost':
      return { code: 'connectionLost', detail: 'disconnected', cause: link.lost ?? 'port lost' };
    default:
      return stalled('hardwareError', 'the port takes no more bytes');
  }
}

function stalled(code: PrinterError['code'], cause: string): PrinterError {
  return { code, detail: 'stalled', cause };
}
