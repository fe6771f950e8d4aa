import { randomInt } from 'node:crypto';
import { err, ok, type Result } from '../../drivers/contract/result.ts';
import { type FlowProblem, loadFlows } from '../flow/load.ts';
import type { Session } from './session.ts';
import { createSession, type SessionOptions } from './session-manager.ts';

/** Room for more screens than a terminal can show in its life, below the largest safe integer. */
const seqSpace = 2 ** 47;

/** Loads the configured flows from `flowsDirectory` and opens the session in front of the attract screen. */
export async function createRuntimeSession(
  options: Omit<SessionOptions, 'flows' | 'firstSeq'> & { readonly flowsDirectory: string },
): Promise<Result<Session, readonly FlowProblem[]>> {
  const { flowsDirectory, ...rest } = options;
  const flows = await loadFlows(flowsDirectory, options.config.journeys);
  if (!flows.ok) return err(flows.error);
  return ok(createSession({ ...rest, flows: flows.value, firstSeq: randomInt(seqSpace) }));
}
