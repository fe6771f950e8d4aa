import { Agent, request } from 'undici';
import type { z } from 'zod';
import type { Clock } from '../../drivers/contract/clock.ts';
import { err, ok, type Result } from '../../drivers/contract/result.ts';
import { problem } from '../centre/api.ts';
import { sha256Hex } from './fingerprint.ts';
import type { TerminalKey } from './keys.ts';
import { authorize } from './seal.ts';
import type { CentreError, RequestOptions } from './uplink.ts';

/** A `CentreError` with what the sender's retry rules hang on. */
export interface CentreFailure extends CentreError {
  /** HTTP status of a refusal; null where there was none. */
  readonly status: number | null;
  /** The same request will be refused again: a 4xx with a problem of the contract, other than "not now" and "not you". */
  readonly permanent: boolean;
  readonly retryAfterMs: number | null;
}

export interface CentreRequest<T> {
  readonly method: 'GET' | 'POST' | 'PUT';
  readonly path: string;
  readonly body?: { readonly contentType: 'application/json' | 'application/jose'; readonly bytes: Uint8Array };
  /** `Idempotency-Key`. */
  readonly key?: string;
  /** Shape of the answer. */
  readonly schema: z.ZodType<T>;
}

/** HTTP to the centre under the contract of runtime/centre/api.ts. Redirects are not followed. */
export interface CentreClient {
  send<T>(request: CentreRequest<T>, options: RequestOptions): Promise<Result<T, CentreFailure>>;
  close(): Promise<void>;
}

const answerLimit = 1024 * 1024;
const connectTimeoutMs = 10_000;
/** Longest `Retry-After` obeyed: a nonsensical one must not silence a terminal. */
const retryAfterLimitMs = 3_600_000;
/** Timeouts, conflicts with ourselves, "too early", "too many", and a terminal that is not enrolled yet. */
const passing = new Set([401, 403, 408, 409, 425, 429]);

interface Raw {
  readonly status: number;
  readonly headers: Record<string, string | string[] | undefined>;
  readonly body: Uint8Array;
}

/** A failure that says nothing but how it failed. */
export function failure(code: CentreError['code'], cause: string): CentreFailure {
  return { code, cause, hint: null, status: null, permanent: false, retryAfterMs: null };
}

export function createCentreClient(options: {
  readonly centreUrl: string;
  readonly terminalId: string;
  readonly terminalKey: TerminalKey;
  readonly clock: Clock;
}): CentreClient {
  const { centreUrl, terminalId, terminalKey, clock } = options;
  const base = centreUrl.replace(/\/+$/, '');
  // Deadlines are ours, over the whole exchange; undici's own would count each part anew.
  const agent = new Agent({ connect: { timeout: connectTimeoutMs }, headersTimeout: 0, bodyTimeout: 0 });
  const closing = new AbortController();

  async function exchange<T>(asked: CentreRequest<T>, signal: AbortSignal): Promise<Raw> {
    const { method, path, body, key } = asked;
    const bodyHash = sha256Hex(body?.bytes ?? '');
    const answer = await request(base + path, {
      dispatcher: agent,
      method,
      signal,
      headers: {
        accept: 'application/json, application/problem+json',
        authorization: await authorize(terminalKey, { iss: terminalId, htm: method, htu: path, body: bodyHash }),
        ...(body ? { 'content-type': body.contentType } : {}),
        ...(key ? { 'idempotency-key': key } : {}),
      },
      body: body?.bytes ?? null,
    });
    return { status: answer.statusCode, headers: answer.headers, body: await readBounded(answer.body) };
  }

  return {
    async send(asked, { signal, timeoutMs }) {
      const deadline = new AbortController();
      const cancel = clock.after(timeoutMs, () => deadline.abort());
      const signals = [deadline.signal, closing.signal, ...(signal ? [signal] : [])];
      try {
        const raw = await retryingOnce(() => exchange(asked, AbortSignal.any(signals)));
        return read(raw, asked.schema);
      } catch (error) {
        if (signal?.aborted || closing.signal.aborted) return err(failure('canceled', 'canceled'));
        if (deadline.signal.aborted) return err(failure('timeOut', `no whole answer within ${timeoutMs} ms`));
        return err(lineFailure(error));
      } finally {
        cancel();
      }
    },
    async close() {
      closing.abort();
      await agent.destroy();
    },
  };
}

/** Every request bears an idempotency key or only reads, so one whose kept-alive connection had died may go again. */
async function retryingOnce(attempt: () => Promise<Raw>): Promise<Raw> {
  try {
    return await attempt();
  } catch (error) {
    if (!['UND_ERR_SOCKET', 'ECONNRESET', 'EPIPE'].includes(codeOf(error))) throw error;
    return await attempt();
  }
}

async function readBounded(body: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of body) {
    length += chunk.length;
    if (length > answerLimit) throw Object.assign(new Error('answer too large'), { code: 'ANSWER_TOO_LARGE' });
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return typeof error;
  return 'code' in error && typeof error.code === 'string' ? error.code : error.name;
}

function lineFailure(error: unknown): CentreFailure {
  const code = codeOf(error);
  const nonsense = code === 'ANSWER_TOO_LARGE' || code.startsWith('HPE_') || code === 'UND_ERR_HEADERS_OVERFLOW';
  return failure(nonsense ? 'nonsense' : 'offline', code);
}

function read<T>({ status, headers, body }: Raw, schema: z.ZodType<T>): Result<T, CentreFailure> {
  // Undefined, and so outside every schema, where the answer is not JSON: a captive portal's page, say.
  const json = parseJson(body);
  if (status >= 200 && status < 300) {
    const answer = schema.safeParse(json);
    if (answer.success) return ok(answer.data);
    const paths = answer.error.issues.slice(0, 3).map((issue) => issue.path.join('.') || '(whole)');
    return err(failure('nonsense', `HTTP ${status} with an answer outside the contract at ${paths.join(', ')}`));
  }
  const refusal = problem.safeParse(json);
  const retryAfterMs = retryAfter(headers);
  if (status < 400 || !refusal.success || refusal.data.status !== status) {
    return err({ ...failure('nonsense', `HTTP ${status} without a problem of the contract`), retryAfterMs });
  }
  // The type is an identifier; title and detail are free text that could quote what was sent.
  const type = refusal.data.type.replace(/[^\w:./-]/g, '').slice(0, 100);
  const permanent = status < 500 && !passing.has(status);
  const cause = `HTTP ${status} ${type}`;
  return err({ code: 'refused', cause, hint: refusal.data.hint, status, permanent, retryAfterMs });
}

function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    return undefined;
  }
}

/** RFC 9110, 10.2.3. A date is read against the centre's own `Date`: the terminal's clock may be wrong by years. */
function retryAfter(headers: Raw['headers']): number | null {
  const value = headers['retry-after'];
  if (typeof value !== 'string') return null;
  const seconds = /^\d+$/.test(value) ? Number(value) : (Date.parse(value) - Date.parse(String(headers.date))) / 1000;
  return Number.isFinite(seconds) ? Math.min(Math.max(seconds * 1000, 0), retryAfterLimitMs) : null;
}
