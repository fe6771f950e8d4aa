import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import fastifyStatic from '@fastify/static';
import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { z } from 'zod';
import { err, type Result } from '../../drivers/contract/result.ts';
import { lineModes, type PanelAct, type PanelState } from '../server/protocol.ts';

/** What the panel shows and moves; the bench gives it. */
export interface PanelBackend {
  state(): PanelState;
  /** Does it, or says why not. */
  act(act: PanelAct): Result<void, string>;
  /** PNG of a slip; null when there is none with this number. */
  slip(n: number): Promise<Uint8Array | null>;
  onChange(listener: () => void): () => void;
}

const deviceName = z.enum(['idCardReader', 'receiptPrinter']);
const panelAct: z.ZodType<PanelAct> = z.discriminatedUnion('act', [
  z.strictObject({ act: z.literal('placeCard'), card: z.string().max(100) }),
  z.strictObject({ act: z.literal('liftCard') }),
  z.strictObject({ act: z.literal('feed') }),
  z.strictObject({ act: z.literal('newRoll') }),
  z.strictObject({ act: z.literal('plug'), device: deviceName, plugged: z.boolean() }),
  z.strictObject({ act: z.literal('fault'), device: deviceName, fault: z.string().max(100), on: z.boolean() }),
  z.strictObject({ act: z.literal('line'), mode: z.enum(lineModes) }),
]);

const builtPage = fileURLToPath(new URL('../../dist', import.meta.url));
/** Changes that come in a burst go out as one. */
const gatherMs = 30;
const heartbeatMs = 15_000;
const securityHeaders = {
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; font-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'cache-control': 'no-store',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
};

/**
 * The simulator panel at its own address. It moves devices and shows slips without a log-in, so it serves this machine
 * only: loopback addresses, its own host name, no other site's requests. Rejects any other address to listen on.
 */
export async function startPanel(options: {
  readonly host: string;
  readonly port: number;
  readonly backend: PanelBackend;
  /** Folder of the built page. */
  readonly page?: string;
}): Promise<{ readonly url: string; close(): Promise<void> }> {
  const { backend } = options;
  if (!['127.0.0.1', '::1', 'localhost'].includes(options.host))
    throw new Error(`the simulator panel serves this machine only, not ${options.host}`);
  const app = Fastify({ logger: false, bodyLimit: 4096, forceCloseConnections: true });
  const name = options.host === '::1' ? '[::1]' : options.host;
  let origins: readonly string[] = [];
  app.addHook('onRequest', async (request, reply) => {
    reply.headers(securityHeaders);
    if (!isOwn(request, origins)) return reply.code(403).send({ detail: 'this machine and this page only' });
  });
  app.get('/api/state', () => backend.state());
  app.get('/api/events', (request, reply) => sendEvents(backend, request, reply));
  app.get('/api/slips/:name', async (request, reply) => {
    const n = /^([1-9][0-9]{0,8})\.png$/.exec((request.params as { readonly name: string }).name)?.[1];
    const png = n ? await backend.slip(Number(n)) : null;
    if (!png) return reply.code(404).send({ detail: 'no such slip' });
    return reply.type('image/png').send(Buffer.from(png));
  });
  app.post('/api/act', (request, reply) => {
    const wanted = panelAct.safeParse(request.body);
    const done = wanted.success ? backend.act(wanted.data) : err('no such act');
    return done.ok ? reply.code(204).send() : reply.code(400).send({ detail: done.error });
  });
  await addPage(app, options.page ?? builtPage);
  await app.listen({ host: options.host, port: options.port });
  const { port } = app.server.address() as AddressInfo;
  origins = [name, '127.0.0.1', 'localhost', '[::1]'].map((each) => `http://${each}:${port}`);
  return { url: `http://${name}:${port}`, close: () => app.close() };
}

async function addPage(app: FastifyInstance, root: string): Promise<void> {
  await app.register(fastifyStatic, { root, serve: false, cacheControl: false });
  const send = (reply: FastifyReply, path: string) => reply.sendFile(path);
  app.get('/', (_request, reply) => send(reply, 'panel/index.html'));
  app.get('/assets/*', (request, reply) => send(reply, `assets/${(request.params as { readonly '*': string })['*']}`));
  app.setNotFoundHandler((_request, reply) =>
    reply.code(404).type('text/plain').send('Not found. Is the page built? Run: npm run build\n'),
  );
}

function isOwn(request: FastifyRequest, origins: readonly string[]): boolean {
  const local = ['127.0.0.1', '::1', '::ffff:127.0.0.1'].includes(request.socket.remoteAddress ?? '');
  const { origin, host } = request.headers;
  const reading = request.method === 'GET' || request.method === 'HEAD';
  const asked = origin === undefined ? reading : origins.includes(origin);
  return local && origins.includes(`http://${host}`) && asked;
}

function sendEvents(backend: PanelBackend, request: FastifyRequest, reply: FastifyReply): void {
  reply.hijack();
  const { raw } = reply;
  raw.writeHead(200, { ...securityHeaders, 'content-type': 'text/event-stream' });
  const send = () => raw.write(`data: ${JSON.stringify(backend.state())}\n\n`);
  let gathering: NodeJS.Timeout | null = null;
  const stop = backend.onChange(() => {
    gathering ??= setTimeout(() => {
      gathering = null;
      send();
    }, gatherMs);
  });
  const heartbeat = setInterval(() => raw.write(': still here\n\n'), heartbeatMs);
  request.raw.on('close', () => {
    stop();
    clearInterval(heartbeat);
    if (gathering) clearTimeout(gathering);
  });
  send();
}
