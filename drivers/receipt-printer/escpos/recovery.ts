import { err, ok, type Result } from '../../contract/result.ts';
import { automaticStatus, concat, initialise, inOrderProbe } from './commands.ts';
import { faultOf, type PrinterError } from './condition.ts';
import type { PrinterLink } from './link.ts';

export const recoveryTiming = {
  /** An idle printer answers at once; one that still prints a slip from its buffer takes a second or two. */
  probeMs: 1500,
  /** For a printer that was inside a command, per attempt, beyond the time the bytes take on the wire. */
  flushMs: 600,
  readyMs: 1500,
} as const;

/** NULs that complete a torn picture, ever more: 8192 is more than any receive buffer that a clone drops rows of. */
const flushes: readonly number[] = [128, 512, 4096, 8192];

/** 115200 baud, the rule for these printers. */
const bytesPerMs = 11;

/** True when the printer processes bytes in order right now. A torn picture swallows the question. */
export function answersInOrder(link: PrinterLink, ms: number, signal?: AbortSignal): Promise<boolean> {
  const before = link.seen.probes;
  return link.ask(inOrderProbe, () => link.seen.probes > before, ms, signal);
}

/**
 * Brings a printer to a known state whatever an earlier process left it in: looks at the sensors, asks in order,
 * flushes a torn command with NULs, initialises, turns automatic status on. Prints nothing by itself.
 *
 * `torn`: it was inside a command, so an unfinished slip hangs there. Errors: the sensor that forbids printing, or
 * `stalled` for a printer that no longer processes anything.
 */
export async function settleDown(
  link: PrinterLink,
  signal?: AbortSignal,
): Promise<Result<{ readonly torn: boolean }, PrinterError>> {
  const looked = await link.look(signal);
  if (!looked.ok) return looked;
  const fault = faultOf(looked.value);
  if (fault) return err(fault);

  const before = link.seen.probes;
  const answered = () => link.seen.probes > before;
  let asked = 1;
  let awake = await link.ask(inOrderProbe, answered, recoveryTiming.probeMs, signal);
  for (const length of flushes) {
    if (awake || link.lost !== null || signal?.aborted) break;
    asked += 1;
    const flush = concat([new Uint8Array(length), inOrderProbe]);
    awake = await link.ask(flush, answered, recoveryTiming.flushMs + length / bytesPerMs, signal);
  }
  if (!awake) return err(unresponsive(link));

  // The answer to GS a comes after all answers to the probes: those that are missing by then were swallowed.
  const automatic = link.seen.automatic;
  const ready = () => link.seen.automatic > automatic;
  if (!(await link.ask(concat([initialise, automaticStatus]), ready, recoveryTiming.readyMs, signal)))
    return err(unresponsive(link));
  return ok({ torn: link.seen.probes - before < asked });
}

function unresponsive(link: PrinterLink): PrinterError {
  const fault = link.condition ? faultOf(link.condition) : null;
  if (fault) return fault;
  const silence = link.silence('GS r');
  return link.lost === null ? { ...silence, code: 'deviceNotReady' } : silence;
}
