import { generateKeyPairSync, randomUUID } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { CompactSign, importJWK, type JWK } from 'jose';
import { caseEnvelope, centrePaths } from '../../runtime/centre/api.ts';
import { fingerprint, sha256Hex } from '../../runtime/uplink/fingerprint.ts';

/** One request as it came in. */
export interface Seen {
  readonly method: string;
  readonly path: string;
  readonly key: string | undefined;
  readonly authorization: string;
  readonly contentType: string | undefined;
  readonly body: Buffer;
}

export type Answer = { readonly status: number; readonly headers?: Record<string, string>; readonly body: string };
/** What the test puts in the place of the right answer; `cut` breaks the connection, `hang` never answers. */
export type Play = (seen: Seen) => Answer | 'cut' | 'hang' | null;

/** A centre of a few lines over real HTTP, so that the uplink's tests do not lean on the real centre's code. */
export interface StubCentre {
  readonly url: string;
  readonly encPrivate: JWK;
  readonly seen: Seen[];
  /** Envelope bytes by case id, one entry for each commit that was not a repetition. */
  readonly commits: Map<string, Buffer[]>;
  readonly blobs: Map<string, Buffer>;
  play: Play;
  /** Called with each request before it is answered. */
  onRequest: (seen: Seen) => void;
  sign(claims: object, options?: { readonly foreign?: boolean }): Promise<string>;
  writeKeys(path: string): void;
  /** Stops listening and drops all connections; `start` listens on the same port again. */
  stop(): Promise<void>;
  start(): Promise<void>;
}

export function problemAnswer(status: number, type: string, headers: Record<string, string> = {}): Answer {
  const hint = { 'zh-CN': '请联系工作人员。', en: 'Please ask a member of staff.' };
  const body = JSON.stringify({ type, title: 'x', status, detail: 'x', hint });
  return { status, headers: { 'content-type': 'application/problem+json', ...headers }, body };
}

function makeKey(): JWK {
  const jwk = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ format: 'jwk' });
  return { ...jwk, kid: randomUUID() } as JWK;
}

function publicPart({ d: _secret, ...jwk }: JWK, use: string): JWK {
  return { ...jwk, use };
}

async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

export async function startStubCentre(): Promise<StubCentre> {
  const [enc, sig, foreign] = [makeKey(), makeKey(), makeKey()];
  const commits = new Map<string, Buffer[]>();
  const blobs = new Map<string, Buffer>();
  let port = 0;

  async function sign(claims: object, options: { readonly foreign?: boolean } = {}): Promise<string> {
    return new CompactSign(Buffer.from(JSON.stringify(claims)))
      .setProtectedHeader({ alg: 'ES256', kid: sig.kid ?? '' })
      .sign(await importJWK(options.foreign ? foreign : sig, 'ES256'));
  }

  async function commit(seen: Seen): Promise<Answer> {
    const envelope = caseEnvelope.parse(JSON.parse(seen.body.toString()));
    for (const { n, sha256 } of envelope.blobs) {
      const blob = blobs.get(centrePaths.blobOf(envelope.caseId, n));
      if (!blob || sha256Hex(blob) !== sha256) return problemAnswer(409, 'urn:test:blobs-missing');
    }
    const known = commits.get(envelope.caseId) ?? [];
    if (!known.some((each) => each.equals(seen.body))) known.push(seen.body);
    commits.set(envelope.caseId, known);
    if (known.length > 1) return problemAnswer(422, 'urn:test:key-reused');
    const { caseId, code, terminal } = envelope;
    const receivedAt = new Date().toISOString();
    const claims = { caseId, code, terminal, fingerprint: fingerprint(envelope), receivedAt };
    return json({ receipt: await sign({ ...claims, receiptNumber: `R-${caseId.slice(-6)}`, state: 'received' }) });
  }

  async function right(seen: Seen): Promise<Answer> {
    if (seen.path === centrePaths.health) return json({ status: 'ok' });
    if (seen.path === centrePaths.queues) return json({ queues: [] });
    if (seen.path === centrePaths.progress) return json({ cases: [] });
    if (seen.path === centrePaths.evaluations) return json({ status: 'ok' });
    if (/\/blobs\/\d+$/.test(seen.path)) {
      blobs.set(seen.path, seen.body);
      return json({ status: 'ok' });
    }
    if (seen.method === 'PUT') return commit(seen);
    return problemAnswer(404, 'urn:test:not-found');
  }

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const seen: Seen = {
      method: request.method ?? '',
      path: request.url ?? '',
      key: request.headers['idempotency-key'] as string | undefined,
      authorization: request.headers.authorization ?? '',
      contentType: request.headers['content-type'],
      body: await readBody(request),
    };
    centre.seen.push(seen);
    centre.onRequest(seen);
    const played = centre.play(seen);
    if (played === 'hang') return;
    if (played === 'cut') return void request.socket.destroy();
    const answer = played ?? (await right(seen));
    response.writeHead(answer.status, answer.headers ?? { 'content-type': 'application/json' }).end(answer.body);
  }

  const server = createServer((request, response) => {
    handle(request, response).catch(() => request.socket.destroy());
  });

  const centre: StubCentre = {
    get url() {
      return `http://127.0.0.1:${port}`;
    },
    encPrivate: enc,
    seen: [],
    commits,
    blobs,
    play: () => null,
    onRequest() {},
    sign,
    writeKeys(path) {
      const keys = [publicPart(enc, 'enc'), publicPart(sig, 'sig')];
      writeFileSync(path, JSON.stringify({ keys, holderSalt: 'a-salt-of-the-centre' }));
    },
    async stop() {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
    async start() {
      await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
      port = (server.address() as AddressInfo).port;
    },
  };
  await centre.start();
  return centre;
}

export function json(value: object): Answer {
  return { status: 200, headers: { 'content-type': 'application/json' }, body: JSON.stringify(value) };
}
