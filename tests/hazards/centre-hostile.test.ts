import { request as httpRequest } from 'node:http';
import { connect } from 'node:net';
import { CompactEncrypt, generateKeyPair, importJWK, type JWK } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type CasePayload, problem } from '../../runtime/centre/api.ts';
import {
  ContractTerminal,
  handClock,
  makeCase,
  openStand,
  putBlobs,
  putCase,
  type Stand,
  seal,
  sha256,
  uuid7,
} from '../harness/centre-stand.ts';

const clock = handClock(Date.parse('2026-11-23T02:00:00Z'));
const utf8 = new TextEncoder();
let stand: Stand;
let terminal: ContractTerminal;
let stranger: ContractTerminal;
let url: string;

beforeAll(async () => {
  stand = await openStand(clock);
  terminal = await ContractTerminal.create();
  stranger = await ContractTerminal.create('other-terminal');
  await stand.centre.registerTerminal(terminal.id, terminal.publicJwk);
  await stand.centre.registerTerminal(stranger.id, stranger.publicJwk);
  url = stand.centre.url;
});
afterAll(() => stand.close());

/** Expects a problem of the contract with this status, and gives its kind. */
async function refused(answer: Response, status: number): Promise<string> {
  expect(answer.headers.get('content-type')).toBe('application/problem+json; charset=utf-8');
  const body = problem.parse(await answer.json());
  expect([answer.status, body.status]).toEqual([status, status]);
  expect(JSON.stringify(body)).not.toContain('11010519491231002X');
  return body.type.replace('urn:window24:problem:', '');
}

/** Sends a raw head and body, and gives all that comes back. */
function raw(text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(stand.centre.port, '127.0.0.1', () => socket.write(text));
    let answer = '';
    socket.on('data', (bytes) => {
      answer += bytes.toString();
    });
    socket.on('close', () => resolve(answer));
    socket.on('error', (error: NodeJS.ErrnoException) =>
      error.code === 'ECONNRESET' || error.code === 'EPIPE' ? resolve(answer) : reject(error),
    );
  });
}

describe('who asks', () => {
  it('is refused without a signature of a registered terminal over exactly this request', async () => {
    const unknown = await ContractTerminal.create('nobody-known');
    const impostor = await ContractTerminal.create(terminal.id);
    const own = await terminal.authorization('GET', '/v1/queues', '');
    const other = await terminal.authorization('GET', '/v1/items', '');
    const posted = await terminal.authorization('POST', '/v1/queues', '');
    const none = `Window24 ${Buffer.from('{"alg":"none"}').toString('base64url')}.${own.split('.')[1]}.`;
    const tokens = [
      '',
      'Window24',
      'Window24 a.b.c',
      own.replace('Window24', 'Bearer'),
      `${own.slice(0, -6)}AAAAAA`,
      none,
      other,
      posted,
      await unknown.authorization('GET', '/v1/queues', ''),
      await impostor.authorization('GET', '/v1/queues', ''),
      `Window24 ${await terminal.sign(utf8.encode('"text"'))}`,
      `Window24 ${await terminal.sign(utf8.encode(`{"iss":"${terminal.id}"}`))}`,
      `${own}${'A'.repeat(4000)}`,
    ];
    for (const authorization of tokens) {
      const answer = await fetch(`${url}/v1/queues`, { headers: { authorization } });
      expect(await refused(answer, 401)).toBe('unauthorised');
    }
    expect((await fetch(`${url}/v1/queues`, { headers: { authorization: own } })).status).toBe(200);
  });

  it('is refused when the body is not the signed one', async () => {
    const body = JSON.stringify({ queue: 'general', holder: sha256('x'), masked: '1' });
    const authorization = await terminal.authorization('POST', '/v1/tickets', body.replace('general', 'property'));
    const headers = { authorization, 'content-type': 'application/json', 'idempotency-key': uuid7() };
    expect(await refused(await fetch(`${url}/v1/tickets`, { method: 'POST', headers, body }), 401)).toBe(
      'unauthorised',
    );
  });

  it('cannot make the centre read megabytes first', async () => {
    const length = 12 * 1024 * 1024;
    const head = `PUT /v1/cases/${uuid7()}/blobs/0 HTTP/1.1\r\nHost: x\r\nContent-Length: ${length}\r\nConnection: close\r\n\r\n`;
    expect(await raw(head)).toMatch(/^HTTP\/1\.1 401 /);
  });

  it('registers public P-256 keys only', async () => {
    const secret = { kty: 'oct', k: 'AAAA' };
    const rsa = { kty: 'RSA', n: 'AQAB', e: 'AQAB' };
    for (const jwk of [
      secret,
      rsa,
      { ...terminal.publicJwk, crv: 'P-521' },
      { ...terminal.publicJwk, x: 'A'.repeat(43) },
    ])
      await expect(stand.centre.registerTerminal('bad-terminal', jwk)).rejects.toThrow();
  });
});

describe('bodies and addresses', () => {
  const post = (body: Uint8Array | object, headers: Record<string, string> = {}) =>
    terminal.send(url, 'POST', '/v1/tickets', body, headers);
  const good = { queue: 'general', holder: sha256('someone'), masked: '1' };

  it('of the wrong shape are a bad request', async () => {
    const json = { 'content-type': 'application/json' };
    const wrong = [
      [],
      { ...good, holder: 'short' },
      { ...good, queue: 7 },
      { ...good, masked: '1'.repeat(41) },
      { ...good, queue: { $ne: null } },
    ];
    for (const body of wrong) expect(await refused(await post(body), 400)).toBe('bad-request');
    for (const text of ['', '{', 'null', '[['.repeat(20_000), '\uFEFF{}', '{"queue":"general"}\u0000'])
      expect(await refused(await post(utf8.encode(text), json), 400)).toBe('bad-request');
    expect(await refused(await post(Uint8Array.of(0xff, 0xfe, 0x7b), json), 400)).toBe('bad-request');
  });

  it('with unknown fields are read without them', async () => {
    const text = `{"queue":"general","holder":"${sha256('extra')}","masked":"1","admin":true,"__proto__":{"existing":true}}`;
    const answer = await post(utf8.encode(text), { 'content-type': 'application/json' });
    expect(await answer.json()).toMatchObject({ existing: false });
    expect(({} as Record<string, unknown>).existing).toBeUndefined();
  });

  it('need their media type and their key', async () => {
    expect(await refused(await post(good, { 'content-type': 'text/plain' }), 415)).toBe('media-type');
    expect(await refused(await post(good, { 'idempotency-key': '' }), 400)).toBe('idempotency-key');
    expect(await refused(await post(good, { 'idempotency-key': 'k'.repeat(300) }), 400)).toBe('idempotency-key');
  });

  it('over the limit are not taken', async () => {
    expect(await refused(await post({ ...good, masked: 'x'.repeat(70_000) }), 413)).toBe('too-large');
    const path = `/v1/cases/${uuid7()}/blobs/0`;
    const huge = new Uint8Array(12 * 1024 * 1024 + 1);
    const answer = await terminal.send(url, 'PUT', path, huge).catch(() => null);
    if (answer) expect(await refused(answer, 413)).toBe('too-large');
    const whole = await terminal.send(url, 'PUT', path, huge.subarray(1));
    expect(whole.status).toBe(200);
  });

  it('without an end are cut off at the limit', async () => {
    const path = '/v1/tickets';
    const authorization = await terminal.authorization('POST', path, '');
    const status = await new Promise<number | string>((resolve) => {
      const endless = httpRequest(`${url}${path}`, { method: 'POST', headers: { authorization } });
      endless.on('response', (answer) => resolve(answer.statusCode ?? 0));
      endless.on('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? 'error'));
      const more = () => {
        while (!endless.destroyed && endless.write('x'.repeat(16_384)));
      };
      endless.on('drain', more);
      more();
    });
    expect([413, 'ECONNRESET', 'EPIPE']).toContain(status);
  });

  it('that try paths are not found', async () => {
    const { caseId } = (await makeCase(stand, terminal)).envelope;
    const paths = [
      '/v1/cases/..%2f..%2fetc%2fpasswd',
      `/v1/cases/${caseId}/blobs/-1`,
      `/v1/cases/${caseId}/blobs/200`,
      `/v1/cases/${caseId}/blobs/1e1`,
      `/v1/cases/${caseId}/blobs/%30%00`,
      `/v1/cases/${caseId}%00/blobs/0`,
      `/v1/cases/${'a'.repeat(90)}/blobs/0`,
      '/v1/cases/4a7e9c1e-0000-4000-8000-000000000000/blobs/0',
    ];
    for (const path of paths) {
      const answer = await terminal.send(url, 'PUT', path, Uint8Array.of(1), { 'idempotency-key': caseId });
      expect(await refused(answer, 404)).toBe('not-found');
    }
    expect(await refused(await fetch(`${url}/nowhere`), 404)).toBe('not-found');
    expect(await refused(await fetch(`${url}/v1/%zz`), 400)).toBe('bad-request');
    expect((await fetch(`${url}/v1/health?${'q'.repeat(5000)}`)).status).toBe(200);
  });

  it('that are not HTTP, or all header, get a problem and the door', async () => {
    expect(await raw('\x16\x03\x01\x02\x00\x01\x00\x01\xfc\r\n\r\n')).toContain('application/problem+json');
    const headers = `X-Filler: ${'f'.repeat(20_000)}\r\n`;
    expect(await raw(`GET /v1/health HTTP/1.1\r\nHost: x\r\n${headers}\r\n`)).toContain('headers-too-large');
  });
});

describe('a case', () => {
  async function committed(change: (payload: CasePayload) => object): Promise<Response> {
    const made = await makeCase(stand, terminal, { change });
    await putBlobs(url, terminal, made);
    return putCase(url, terminal, made.envelope);
  }

  it('is refused whose payload is not its own', async () => {
    expect(await refused(await committed((each) => ({ ...each, caseId: uuid7() })), 422)).toBe('code-invalid');
    expect(await refused(await committed((each) => ({ ...each, code: `${each.code.slice(0, 43)}0` })), 422)).toBe(
      'code-invalid',
    );
    expect(await refused(await committed((each) => ({ ...each, taskCode: '0'.repeat(31) })), 422)).toBe('code-invalid');
    expect(await refused(await committed((each) => ({ ...each, holder: 'me' })), 422)).toBe('unreadable');
    expect(await refused(await committed((each) => ({ ...each, materials: each.materials.slice(1) })), 422)).toBe(
      'unreadable',
    );
    const twice = (each: CasePayload) => ({ ...each, materials: each.materials.map((one) => ({ ...one, n: 0 })) });
    expect(await refused(await committed(twice), 422)).toBe('unreadable');
    const swapped = (each: CasePayload) => ({
      ...each,
      materials: each.materials.map((one) => ({ ...one, sha256: sha256('another picture') })),
    });
    expect(await refused(await committed(swapped), 422)).toBe('unreadable');
  });

  it('is refused with a wrong check character', async () => {
    const made = await makeCase(stand, terminal);
    await putBlobs(url, terminal, made);
    const last = made.envelope.code.at(-1) === '0' ? '1' : '0';
    const code = made.envelope.code.slice(0, 43) + last;
    expect(await refused(await putCase(url, terminal, { ...made.envelope, code }), 422)).toBe('code-invalid');
  });

  it('is refused that another key sealed, another terminal signed, or nobody', async () => {
    const made = await makeCase(stand, terminal);
    await putBlobs(url, terminal, made);
    const clear = utf8.encode(JSON.stringify(made.payload));
    const { publicKey } = await generateKeyPair('ECDH-ES+A256KW');
    const enc = (await importJWK(
      stand.keys.keys.find((key) => key.use === 'enc') as JWK,
      'ECDH-ES',
    )) as typeof publicKey;
    const header = { alg: 'ECDH-ES+A256KW', enc: 'A256GCM' };
    const toOther = await new CompactEncrypt(clear).setProtectedHeader(header).encrypt(publicKey);
    const direct = await new CompactEncrypt(clear).setProtectedHeader({ alg: 'ECDH-ES', enc: 'A256GCM' }).encrypt(enc);
    const seals = [
      toOther,
      direct,
      await seal(stand.keys, clear),
      await seal(stand.keys, utf8.encode(await stranger.sign(clear))),
      await seal(stand.keys, utf8.encode(await terminal.sign(utf8.encode('{"caseId":1}')))),
      `${made.envelope.sealed.slice(0, -8)}AAAAAAAA`,
      'a.b.c.d.e',
      '....',
    ];
    for (const sealed of seals)
      expect(await refused(await putCase(url, terminal, { ...made.envelope, sealed }), 422)).toBe('unreadable');
    expect(stand.centre.cases().some((each) => each.caseId === made.envelope.caseId)).toBe(false);
    expect((await putCase(url, terminal, made.envelope)).status).toBe(200);
  });

  it('of one terminal is not another terminal’s to send, or to spoil', async () => {
    const made = await makeCase(stand, terminal);
    const { caseId } = made.envelope;
    await putBlobs(url, terminal, made);
    expect(await refused(await putCase(url, stranger, made.envelope), 403)).toBe('forbidden');
    const blob = (n: number) => stranger.send(url, 'PUT', `/v1/cases/${caseId}/blobs/${n}`, Uint8Array.of(1, 2, 3));
    expect(await refused(await blob(9), 403)).toBe('forbidden');
    expect(await refused(await blob(0), 422)).toBe('key-reused');
    expect((await putCase(url, terminal, made.envelope)).status).toBe(200);
  });

  it('is refused whose manifest names other bytes than arrived', async () => {
    const made = await makeCase(stand, terminal);
    await putBlobs(url, terminal, made);
    for (const change of [{ sha256: sha256('other') }, { bytes: 1 }]) {
      const blobs = made.envelope.blobs.map((each) => (each.n === 1 ? { ...each, ...change } : each));
      expect(await refused(await putCase(url, terminal, { ...made.envelope, blobs }), 422)).toBe('key-reused');
    }
  });

  it('keeps its content: other bytes under its id or code are refused', async () => {
    const made = await makeCase(stand, terminal);
    await putBlobs(url, terminal, made);
    const { caseId, code } = made.envelope;
    const before = await (await putCase(url, terminal, made.envelope)).text();
    const other = await makeCase(stand, terminal, { pages: 0 });
    const altered = { ...made.envelope, sealed: other.envelope.sealed };
    expect(await refused(await putCase(url, terminal, altered), 422)).toBe('key-reused');
    const again = await terminal.send(url, 'PUT', `/v1/cases/${caseId}/blobs/0`, Uint8Array.of(7));
    expect(await refused(again, 422)).toBe('key-reused');
    const late = await terminal.send(url, 'PUT', `/v1/cases/${caseId}/blobs/7`, Uint8Array.of(7));
    expect(await refused(late, 422)).toBe('key-reused');
    const taken = await makeCase(stand, terminal, { pages: 0, change: (each) => ({ ...each, code }) });
    expect(await refused(await putCase(url, terminal, { ...taken.envelope, code }), 422)).toBe('code-invalid');
    expect(await (await putCase(url, terminal, made.envelope)).text()).toBe(before);
  });

  it('needs one name: address, key and envelope', async () => {
    const { envelope } = await makeCase(stand, terminal);
    const path = `/v1/cases/${envelope.caseId}`;
    const wrongKey = await terminal.send(url, 'PUT', path, envelope);
    expect(await refused(wrongKey, 400)).toBe('idempotency-key');
    const id = uuid7();
    const wrongPath = await terminal.send(url, 'PUT', `/v1/cases/${id}`, envelope, { 'idempotency-key': id });
    expect(await refused(wrongPath, 400)).toBe('idempotency-key');
  });
});

describe('the staff page', () => {
  it('escapes what citizens wrote, and runs nothing', async () => {
    const made = await makeCase(stand, terminal);
    await putBlobs(url, terminal, made);
    await putCase(url, terminal, made.envelope);
    const answer = await fetch(`${url}/cases/${made.envelope.caseId}`);
    const text = await answer.text();
    expect(text).toContain('王&#60;b&#62;伟');
    expect(text).not.toMatch(/<script|<b>伟/);
    expect(answer.headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(answer.headers.get('cache-control')).toBe('no-store');
    const picture = await fetch(`${url}/cases/${made.envelope.caseId}/materials/1`);
    expect(picture.headers.get('content-type')).toBe('image/jpeg');
    expect(Buffer.from(await picture.arrayBuffer())).toEqual(Buffer.from(made.pictures[1] ?? []));
  });

  it('shows no picture of a type that a browser would run', async () => {
    const types = ['text/html', 'image/svg+xml'];
    const change = (each: CasePayload) => ({
      ...each,
      materials: each.materials.map((one) => ({ ...one, contentType: types[one.n] })),
    });
    const made = await makeCase(stand, terminal, { change });
    await putBlobs(url, terminal, made);
    await putCase(url, terminal, made.envelope);
    const picture = await fetch(`${url}/cases/${made.envelope.caseId}/materials/0`);
    expect(picture.headers.get('content-type')).toBe('application/octet-stream');
    expect(picture.headers.get('content-disposition')).toBe('attachment');
    const signature = await fetch(`${url}/cases/${made.envelope.caseId}/materials/1`);
    expect(signature.headers.get('content-type')).toBe('image/svg+xml');
    expect(signature.headers.get('content-security-policy')).toBe("default-src 'none'; sandbox");
  });

  it('answers under its own name only', async () => {
    const answer = await raw(`GET / HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n`);
    expect(answer).toMatch(/^HTTP\/1\.1 403 /);
  });

  it('moves a case by its own form, along the table, and by no other site’s', async () => {
    const made = await makeCase(stand, terminal, { pages: 0 });
    await putCase(url, terminal, made.envelope);
    const { caseId } = made.envelope;
    const move = (to: string, origin: string | null) =>
      fetch(`${url}/cases/${caseId}/state`, {
        method: 'POST',
        redirect: 'manual',
        headers: {
          'content-type': 'application/x-www-form-urlencoded',
          ...(origin === null ? {} : { origin }),
        },
        body: `to=${to}`,
      });
    const state = () => stand.centre.cases().find((each) => each.caseId === caseId)?.state;
    for (const origin of ['http://evil.example', 'null', null])
      expect(await refused(await move('accepted', origin), 403)).toBe('forbidden');
    expect(await refused(await move('closed', url), 400)).toBe('bad-request');
    expect(await refused(await move('moon', url), 400)).toBe('bad-request');
    expect(state()).toBe('received');
    expect((await move('accepted', url)).status).toBe(303);
    expect(state()).toBe('accepted');
  });
});
