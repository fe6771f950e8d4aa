import { existsSync } from 'node:fs';
import { join } from 'node:path';
import fastifyStatic from '@fastify/static';
import fastify, { type FastifyInstance, type FastifyReply } from 'fastify';
import type { Config } from '../../config/schema.ts';
import type { Clock } from '../../drivers/contract/clock.ts';
import { type Log, technical } from '../../drivers/contract/log.ts';
import type { Session } from '../session/session.ts';
import { createGuard, type Guard } from './guard.ts';
import { paths, pictureLimit, seqHeader } from './protocol.ts';
import { createSocketServer } from './socket.ts';

export interface ServerOptions {
  readonly config: Pick<Config, 'server'>;
  readonly session: Session;
  /** The built UI: index.html and assets/. */
  readonly uiDirectory: string;
  readonly log: Log;
  readonly clock: Clock;
}

export interface RunningServer {
  /** As the browser opens it, e.g. http://127.0.0.1:2424 */
  readonly url: string;
  close(): Promise<void>;
}

/** Everything from this server, nothing inline; pictures also from memory. The page is nobody's frame. */
const policy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' blob: data:",
  "font-src 'self'",
  "connect-src 'self'",
  "media-src 'self' blob:",
  "worker-src 'self'",
  "manifest-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

const headers = {
  'content-security-policy': policy,
  'permissions-policy': 'camera=(self), microphone=(), geolocation=(), usb=(), serial=(), hid=(), payment=()',
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
};

/** Serves the citizen's UI on loopback: page, pictures and the socket. Rejects where the port is taken. */
export async function startServer(options: ServerOptions): Promise<RunningServer> {
  const { config, session, log, clock } = options;
  const { host } = config.server;
  let { port } = config.server;
  const guard = createGuard(() => ({ host, port }));
  const app = fastify({ bodyLimit: 1024, requestTimeout: 30_000, connectionTimeout: 60_000, return503OnClosing: true });
  app.removeAllContentTypeParsers();
  answerProblems(app, log);
  app.addHook('onRequest', async (request, reply) => {
    reply.headers(headers);
    if (!guard.hostFits(request.raw)) return problem(reply, 421, 'This server has another name');
  });
  await servePage(app, options.uiDirectory, guard);
  servePictures(app, session, guard);
  app.get('/healthz', async () => ({ status: 'ok' }));
  await app.listen({ host, port });
  const address = app.server.address();
  if (typeof address === 'object' && address) port = address.port;
  const sockets = createSocketServer({ session, guard, clock, log });
  app.server.on('upgrade', (request, socket, head) => sockets.upgrade(request, socket, head));
  const name = host.includes(':') ? `[${host}]` : host;
  return {
    url: `http://${name}:${port}`,
    async close() {
      sockets.close();
      await app.close();
    },
  };
}

/** Every file by its own route, so that nothing but what was built can be asked for; the panel is not the citizen's. */
async function servePage(app: FastifyInstance, root: string, guard: Guard): Promise<void> {
  if (!existsSync(join(root, 'index.html'))) {
    serveNotBuilt(app, guard);
    return;
  }
  await app.register(fastifyStatic, {
    root,
    wildcard: false,
    globIgnore: ['panel/**'],
    cacheControl: false,
    setHeaders(reply, path) {
      const page = path.endsWith('.html');
      // The names of assets carry a hash of what is in them.
      reply.header('cache-control', page ? 'no-store' : 'public, max-age=31536000, immutable');
      if (page) reply.header('set-cookie', guard.setCookie);
    },
  });
}

/** The runtime works without its screen, as in a rehearsal; whoever opens it is told what is missing. */
function serveNotBuilt(app: FastifyInstance, guard: Guard): void {
  app.get('/', async (_, reply) =>
    reply
      .code(503)
      .header('set-cookie', guard.setCookie)
      .header('cache-control', 'no-store')
      .type('text/plain; charset=utf-8')
      .send('屏幕页面还没有生成。The page of this screen is not built yet: run "npm run build", then load it again.\n'),
  );
}

function servePictures(app: FastifyInstance, session: Session, guard: Guard): void {
  app.addContentTypeParser('image/jpeg', { parseAs: 'buffer', bodyLimit: pictureLimit }, (_, body, done) =>
    done(null, body),
  );
  app.post(paths.pictures, { bodyLimit: pictureLimit }, async (request, reply) => {
    if (!guard.tokenFits(request.raw) || !guard.originFits(request.raw)) return problem(reply, 403, 'Not this page');
    const seq = request.headers[seqHeader];
    if (typeof seq !== 'string' || !/^\d{1,16}$/.test(seq)) return problem(reply, 400, `No ${seqHeader} header`);
    if (!Buffer.isBuffer(request.body)) return problem(reply, 415, 'A picture is image/jpeg');
    const taken = await session.picture(Number(seq), request.body);
    if (taken.ok) return taken.value;
    const { code, cause } = taken.error;
    return problem(reply, pictureStatus[code], code, cause);
  });
  app.get<{ Params: { id: string } }>(`${paths.pictures}/:id`, async (request, reply) => {
    if (!guard.tokenFits(request.raw)) return problem(reply, 403, 'Not this page');
    const picture = session.pictureOf(request.params.id);
    if (!picture) return problem(reply, 404, 'No such picture');
    return reply.header('cache-control', 'no-store').type(picture.contentType).send(Buffer.from(picture.bytes));
  });
}

const pictureStatus = { stale: 409, notAccepted: 409, tooLarge: 413, notAPicture: 422, full: 507 } as const;

function problem(reply: FastifyReply, status: number, title: string, detail?: string): FastifyReply {
  return reply
    .code(status)
    .header('cache-control', 'no-store')
    .type('application/problem+json')
    .send({ type: 'about:blank', title, status, ...(detail !== undefined && { detail }) });
}

function answerProblems(app: FastifyInstance, log: Log): void {
  app.setNotFoundHandler((_, reply) => problem(reply, 404, 'Not found'));
  app.setErrorHandler((error, _, reply) => {
    const status = error instanceof Error && 'statusCode' in error ? Number(error.statusCode) : 500;
    if (status >= 500) log.error('ui-request-failed', { error: technical(error instanceof Error ? error.name : '') });
    return problem(reply, status, status >= 500 ? 'The terminal failed' : 'The request does not fit');
  });
}
