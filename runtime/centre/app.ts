import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import type { z } from 'zod';
import { type Log, technical } from '../../drivers/contract/log.ts';
import { err, ok, type Result } from '../../drivers/contract/result.ts';
import { sha256Hex } from '../uplink/fingerprint.ts';
import { type Operation, operations } from './operations.ts';
import { problemOf, type Refusal, refusal } from './problems.ts';
import type { Signed, Terminals } from './terminals.ts';

/** What a handler gets: everything in it was validated against the operation's schemas. */
export interface Request<O extends Operation> {
  readonly terminal: string;
  readonly key: string;
  readonly body: O['body'] extends { readonly kind: 'json'; readonly schema: infer S extends z.ZodType }
    ? z.infer<S>
    : Uint8Array;
  readonly parameters: O['parameters'] extends z.ZodType ? z.infer<O['parameters']> : undefined;
  readonly headers: FastifyRequest['headers'];
}
type Answer<O extends Operation> = Result<z.input<O['answer']>, Refusal>;
export type Handlers = {
  readonly [Id in keyof typeof operations]: (
    request: Request<(typeof operations)[Id]>,
    reply: FastifyReply,
  ) => Answer<(typeof operations)[Id]> | Promise<Answer<(typeof operations)[Id]>>;
};

/**
 * 12 MiB over a village line of 256 kbit/s takes 6.5 minutes; a sender slower than that, or silent, is cut off. Headers
 * are small and have no excuse.
 */
const requestTimeoutMs = 600_000;
const headersTimeoutMs = 20_000;

interface Failure {
  readonly code?: string;
  readonly statusCode?: number;
  readonly errcode?: number;
}
/** SQLITE_BUSY, SQLITE_IOERR, SQLITE_FULL: nothing was stored, and a later attempt may succeed. */
const temporaryStorageErrors: readonly number[] = [5, 10, 13];

/** The HTTP server with its limits; every error it can give is problem+json. */
export function createApp(log: Log): FastifyInstance {
  const app = Fastify({
    logger: false,
    requestTimeout: requestTimeoutMs,
    connectionTimeout: 0,
    keepAliveTimeout: 60_000,
    bodyLimit: 64 * 1024,
    forceCloseConnections: true,
    routerOptions: { maxParamLength: 100 },
    http: { maxHeaderSize: 16 * 1024, headersTimeout: headersTimeoutMs, connectionsCheckingInterval: 5000 },
    frameworkErrors: (error, _request, reply) => refuse(reply, refusal('bad-request', error.code)),
    clientErrorHandler(error, socket) {
      if (!socket.writable) return;
      const given = refusal(error.code === 'HPE_HEADER_OVERFLOW' ? 'headers-too-large' : 'bad-request', 'not HTTP');
      const body = JSON.stringify(problemOf(given));
      socket.end(
        `HTTP/1.1 ${problemOf(given).status} Error\r\nContent-Type: application/problem+json\r\n` +
          `Content-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
      );
    },
  });
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, next) => next(null, body));
  app.setNotFoundHandler((_request, reply) => refuse(reply, refusal('not-found', 'no such address')));
  app.setErrorHandler((error: Failure, _request, reply) => {
    if (error.statusCode === 413) return refuse(reply, refusal('too-large', 'body over the limit'));
    if (error.statusCode === 415) return refuse(reply, refusal('media-type', 'no such media type'));
    if (error.statusCode !== undefined && error.statusCode < 500)
      return refuse(reply, refusal('bad-request', error.code ?? 'bad request'));
    // The message may quote a value: only the place is logged.
    log.error('request-failed', { cause: technical(`${error.code ?? ''} ${placeOf(error)}`) });
    const storage = error.code === 'ERR_SQLITE_ERROR' && temporaryStorageErrors.includes(error.errcode ?? 0);
    return refuse(reply, storage ? refusal('overloaded', 'storage busy or full') : refusal('internal', 'unexpected'));
  });
  return app;
}

function placeOf(error: unknown): string {
  return error instanceof Error ? `${error.name} ${error.stack?.split('\n')[1]?.trim() ?? ''}` : 'unknown';
}

export function refuse(reply: FastifyReply, given: Refusal): FastifyReply {
  const body = problemOf(given);
  if (body.status === 401) reply.header('www-authenticate', 'Window24');
  if (body.status === 503) reply.header('retry-after', '30');
  return reply
    .code(body.status)
    .header('content-type', 'application/problem+json; charset=utf-8')
    .header('cache-control', 'no-store')
    .send(JSON.stringify(body));
}

/** Registers every operation of the contract. */
export function addOperations(app: FastifyInstance, terminals: Terminals, handlers: Handlers): void {
  for (const id of Object.keys(operations) as (keyof typeof operations)[]) {
    const handler = handlers[id] as (request: Request<Operation>, reply: FastifyReply) => Promise<Answer<Operation>>;
    addOperation(app, terminals, operations[id], handler);
  }
}

function addOperation(
  app: FastifyInstance,
  terminals: Terminals,
  operation: Operation,
  handler: (request: Request<Operation>, reply: FastifyReply) => Promise<Answer<Operation>>,
): void {
  const signatures = new WeakMap<FastifyRequest, Signed>();
  app.route({
    method: operation.method,
    url: operation.path.replace(/\{(\w+)\}/g, ':$1'),
    bodyLimit: operation.bodyLimit ?? 1024,
    // Before the body is read: a stranger cannot make the centre swallow megabytes.
    onRequest: async (request, reply) => {
      if (!operation.signed) return;
      const path = request.url.split('?')[0] ?? '';
      const signed = await terminals.authenticate(request.headers.authorization, request.method, path);
      if (!signed.ok) return refuse(reply, signed.error);
      signatures.set(request, signed.value);
    },
    handler: async (request, reply) => {
      const read = readRequest(operation, request, signatures.get(request));
      if (!read.ok) return refuse(reply, read.error);
      const answer = await handler(read.value, reply);
      if (!answer.ok) return refuse(reply, answer.error);
      if (reply.sent || reply.statusCode === 304) return reply.send();
      return reply
        .header('content-type', 'application/json; charset=utf-8')
        .header('cache-control', 'no-store')
        .send(JSON.stringify(answer.value));
    },
  });
}

function readRequest(
  operation: Operation,
  request: FastifyRequest,
  signed: Signed | undefined,
): Result<Request<Operation>, Refusal> {
  const raw = request.body instanceof Uint8Array ? request.body : new Uint8Array();
  if (operation.signed && signed?.body !== sha256Hex(raw))
    return err(refusal('unauthorised', 'the body is not the one that was signed'));
  const parameters = operation.parameters?.safeParse(request.params);
  if (parameters && !parameters.success) return err(refusal('not-found', 'no such address'));
  const key = /^"?([\x21\x23-\x7e]{1,200})"?$/.exec(String(request.headers['idempotency-key'] ?? ''))?.[1];
  if (operation.body && !key) return err(refusal('idempotency-key', 'Idempotency-Key is missing'));
  const body = readBody(operation, request, raw);
  if (!body.ok) return body;
  return ok({
    terminal: signed?.terminal ?? '',
    key: key ?? '',
    body: body.value as Uint8Array,
    parameters: parameters?.data as undefined,
    headers: request.headers,
  });
}

function readBody(operation: Operation, request: FastifyRequest, raw: Uint8Array): Result<unknown, Refusal> {
  if (operation.body?.kind !== 'json')
    return operation.body && raw.length === 0 ? err(refusal('bad-request', 'empty body')) : ok(raw);
  if (!/^application\/json\b/i.test(request.headers['content-type'] ?? ''))
    return err(refusal('media-type', 'application/json is wanted'));
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(raw));
  } catch {
    return err(refusal('bad-request', 'not JSON'));
  }
  const parsed = operation.body.schema.safeParse(value);
  if (parsed.success) return ok(parsed.data);
  const paths = parsed.error.issues.slice(0, 5).map((issue) => issue.path.map(String).join('.') || '(whole)');
  return err(refusal('bad-request', `outside the contract at ${paths.join(', ')}`));
}
