import { technical } from '../../drivers/contract/log.ts';
import { err, type Result } from '../../drivers/contract/result.ts';
import type { Failure } from './context.ts';
import { faultOf } from './fault.ts';
import type { FlowPorts, RunScope, ServiceCall, ServiceError } from './ports.ts';
import { services } from './services.ts';
import { isPatience } from './validate.ts';
import { patience, type ServiceName, services as vocabulary } from './vocabulary.ts';

/** Services keep their own deadline; only one that broke it is cut off, this much later. */
const graceMs = { plain: 1_000, effect: 5_000 } as const;

/** Milliseconds of a patience by its name; the kiosk's configuration goes before the vocabulary. */
export function patienceMs(within: string, configured: Readonly<Record<string, number>>): number {
  const seconds = configured[within] ?? (isPatience(within) ? patience[within] : 0);
  return seconds * 1000;
}

/**
 * Runs a service within its time. Resolves with its output or rejects with a Failure, never with anything else.
 * Leaving the state aborts it, unless it is an effect: what has begun is finished and recorded.
 */
export async function runService(
  name: ServiceName,
  input: Readonly<Record<string, unknown>>,
  options: {
    readonly ports: FlowPorts;
    readonly scope: RunScope;
    readonly signal: AbortSignal;
    readonly timeoutMs: number;
  },
): Promise<unknown> {
  const { ports, scope, timeoutMs } = options;
  const { effect } = vocabulary[name];
  const stop = new AbortController();
  const leave = () => stop.abort();
  if (!effect) options.signal.addEventListener('abort', leave, { once: true });
  const call = { ports, scope, signal: stop.signal, timeoutMs };
  let cancelTimer = () => {};
  const late = new Promise<Result<unknown, ServiceError>>((resolve) => {
    cancelTimer = ports.clock.after(timeoutMs + (effect ? graceMs.effect : graceMs.plain), () => {
      resolve(err({ code: 'timeOut', detail: 'timeOut', cause: 'the service kept no deadline of its own' }));
      if (!effect) stop.abort();
    });
  });
  const result = await Promise.race([guarded(name, input, call), late]);
  cancelTimer();
  options.signal.removeEventListener('abort', leave);
  if (result.ok) return result.value;
  const { code, detail, hint, cause } = result.error;
  ports.log.warn('service-failed', {
    service: technical(name),
    code: technical(code),
    detail: technical(detail),
    cause: technical(cause),
  });
  const failure: Failure = { service: name, code, detail, ...(hint && { hint }) };
  throw failure;
}

/** A throw is a bug of this program; the citizen still gets a sentence and a way on. */
async function guarded(
  name: ServiceName,
  input: Readonly<Record<string, unknown>>,
  call: ServiceCall,
): Promise<Result<unknown, ServiceError>> {
  const service = services[name] as (input: unknown, call: ServiceCall) => Promise<Result<unknown, ServiceError>>;
  try {
    return await service(input, call);
  } catch (error) {
    return err({ code: 'internalError', detail: 'internalError', cause: faultOf(error) });
  }
}
