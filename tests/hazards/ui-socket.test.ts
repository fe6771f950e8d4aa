import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { get } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { silentLog } from '../../drivers/contract/log.ts';
import { loadFlow } from '../../runtime/flow/load.ts';
import { closeCodes, paths, type ScreenMessage, type ServerMessage, seqHeader } from '../../runtime/server/protocol.ts';
import { type RunningServer, startServer } from '../../runtime/server/server.ts';
import type { Session } from '../../runtime/session/session.ts';
import { createSession } from '../../runtime/session/session-manager.ts';
import { createStand, type Stand, settle, testConfig } from '../harness/flow-stand.ts';

const errand = new URL('../fixtures/flows/errand', import.meta.url).pathname;

/** A browser in front of the terminal, as far as the server can tell. */
class Browser {
  readonly heard: ServerMessage[] = [];
  readonly socket: WebSocket;
  closed: number | null = null;
  #wake = () => {};

  constructor(socket: WebSocket) {
    this.socket = socket;
    socket.on('message', (data) => {
      this.heard.push(JSON.parse(String(data)) as ServerMessage);
      this.#wake();
    });
    socket.on('close', (code) => {
      this.closed = code;
      this.#wake();
    });
    socket.on('error', () => {});
  }

  async until(met: () => boolean): Promise<void> {
    while (!met()) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
        setImmediate(() => met() && resolve());
      });
    }
  }
  screen(): ScreenMessage {
    const screen = this.heard.findLast((each): each is ScreenMessage => each.type === 'screen');
    if (!screen) throw new Error('no screen yet');
    return screen;
  }
  send(message: unknown): void {
    this.socket.send(typeof message === 'string' ? message : JSON.stringify(message));
  }
  async say(event: string, data?: unknown): Promise<void> {
    const { seq } = this.screen();
    this.send({ type: 'event', seq, event, data });
    await this.until(() => this.screen().seq > seq);
  }
  async untilScreen(name: string): Promise<void> {
    await this.until(() => this.heard.some((each) => each.type === 'screen') && this.screen().screen === name);
  }
  answers(type: ServerMessage['type']): ServerMessage[] {
    return this.heard.filter((each) => each.type === type);
  }
}

let stand: Stand;
let session: Session;
let server: RunningServer;
let cookie: string;
let ui: string;
let browsers: Browser[];

beforeEach(async () => {
  ui = mkdtempSync(join(tmpdir(), 'window24-ui-'));
  mkdirSync(join(ui, 'panel'));
  mkdirSync(join(ui, 'assets'));
  writeFileSync(join(ui, 'index.html'), '<!doctype html><title>terminal</title>');
  writeFileSync(join(ui, 'panel', 'index.html'), '<!doctype html><title>panel</title>');
  writeFileSync(join(ui, 'assets', 'app-1a2b.js'), 'export {};');
  stand = createStand();
  const flow = await loadFlow(errand);
  if (!flow.ok) throw new Error(JSON.stringify(flow.error));
  const recovery = {
    pending: () => null,
    dismiss() {},
    async printSlip() {},
    sessionEnded() {},
    onChange: () => () => {},
  };
  session = createSession({ config: testConfig, flows: [flow.value], ports: stand.ports, recovery, firstSeq: 5000 });
  server = await startServer({
    config: { server: { host: '127.0.0.1', port: 0 } },
    session,
    uiDirectory: ui,
    log: silentLog,
    clock: stand.clock,
  });
  const page = await fetch(server.url);
  cookie = (page.headers.get('set-cookie') ?? '').split(';')[0] ?? '';
  browsers = [];
});

afterEach(async () => {
  for (const each of browsers) each.socket.terminate();
  await server.close();
  await session.close();
  stand.close();
  rmSync(ui, { recursive: true, force: true });
});

function open(
  options: { client?: string; origin?: string; cookie?: string; host?: string; path?: string } = {},
): Browser {
  const client = options.client ?? 'one';
  const url = `${server.url.replace('http', 'ws')}${options.path ?? paths.socket}?client=${client}`;
  const headers: Record<string, string> = { cookie: options.cookie ?? cookie };
  if (options.host) headers.host = options.host;
  const browser = new Browser(new WebSocket(url, { origin: options.origin ?? server.url, headers }));
  browsers.push(browser);
  return browser;
}

async function arrive(client = 'one'): Promise<Browser> {
  const browser = open({ client });
  await browser.until(() => browser.heard.length > 0);
  return browser;
}

/** Status of a refused upgrade. */
async function refusal(browser: Browser): Promise<number | undefined> {
  const [, response] = await once(browser.socket, 'unexpected-response');
  response.destroy();
  return response.statusCode;
}

async function jpeg(): Promise<Uint8Array> {
  const page = sharp({ create: { width: 640, height: 480, channels: 3, background: '#ccc' } });
  return new Uint8Array(await page.jpeg().toBuffer());
}

function upload(seq: number | string, body: BodyInit, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(`${server.url}${paths.pictures}`, {
    method: 'POST',
    headers: { 'content-type': 'image/jpeg', [seqHeader]: String(seq), cookie, origin: server.url, ...headers },
    body,
  });
}

async function toCapture(browser: Browser): Promise<void> {
  await browser.say('START', { flow: 'errand' });
  await browser.untilScreen('choose');
  await browser.say('CHOSEN', { id: 'general' });
  await browser.say('NO_CARD');
  await browser.say('ENTERED', { text: '13800138000' });
  await browser.untilScreen('capture');
}

describe('the page', () => {
  it('comes with a policy that lets nothing foreign in, and never with the panel', async () => {
    const page = await fetch(server.url);
    expect(page.headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(page.headers.get('content-security-policy')).not.toContain('unsafe');
    expect(page.headers.get('permissions-policy')).toContain('camera=(self)');
    expect(page.headers.get('set-cookie')).toMatch(/HttpOnly; SameSite=Strict/);
    expect((await fetch(`${server.url}/assets/app-1a2b.js`)).headers.get('cache-control')).toContain('immutable');
    for (const path of [
      '/panel/',
      '/panel',
      '/panel/index.html',
      '/%70anel/index.html',
      '//panel/index.html',
      '/x/../panel/index.html',
      '/../package.json',
    ]) {
      const answer = await fetch(`${server.url}${path}`);
      expect(answer.status, path).toBe(404);
      expect(answer.headers.get('content-type')).toContain('problem+json');
    }
    expect(await (await fetch(`${server.url}/healthz`)).json()).toEqual({ status: 'ok' });
  });

  it('that was never built says so, and the runtime serves all the same', async () => {
    await server.close();
    server = await startServer({
      config: { server: { host: '127.0.0.1', port: 0 } },
      session,
      uiDirectory: join(ui, 'nowhere'),
      log: silentLog,
      clock: stand.clock,
    });
    const page = await fetch(server.url);
    expect(page.status).toBe(503);
    expect(await page.text()).toContain('npm run build');
    expect(page.headers.get('set-cookie')).toMatch(/HttpOnly; SameSite=Strict/);
  });
});

describe('who may hold the screen', () => {
  it('refuses a foreign origin, a foreign host name, a nameless client and another path', async () => {
    expect(await refusal(open({ origin: 'http://evil.example' }))).toBe(403);
    expect(await refusal(open({ origin: 'null' }))).toBe(403);
    expect(await refusal(open({ host: 'evil.example' }))).toBe(403);
    expect(await refusal(open({ client: '' }))).toBe(400);
    expect(await refusal(open({ client: '%0d%0a' }))).toBe(400);
    expect(await refusal(open({ path: '/other' }))).toBe(404);
    const rebound = get(`${server.url}/healthz`, { headers: { host: 'evil.example' } });
    const [answer] = await once(rebound, 'response');
    expect(answer.statusCode).toBe(421);
    answer.resume();
  });

  it('gives a page from before a restart a new token instead of the screen', async () => {
    const old = open({ cookie: 'window24=of-another-process' });
    const [response] = await once(old.socket, 'upgrade');
    await old.until(() => old.closed !== null);
    expect(old.closed).toBe(closeCodes.newToken);
    expect(old.heard).toEqual([]);
    const fresh = open({ cookie: String(response.headers['set-cookie']).split(';')[0] ?? '' });
    await fresh.until(() => fresh.heard.length > 0);
    expect(fresh.screen().screen).toBe('attract');
  });

  it('tells a second window that the place is taken, and lets the same one in again', async () => {
    const first = await arrive('one');
    const second = open({ client: 'two' });
    await second.until(() => second.closed !== null);
    expect(second.heard).toEqual([{ type: 'occupied' }]);
    expect(second.closed).toBe(closeCodes.occupied);
    const again = await arrive('one');
    await first.until(() => first.closed !== null);
    await again.say('START', { flow: 'errand' });
    again.socket.close();
    await again.until(() => again.closed !== null);
    await settle();
    const third = await arrive('two');
    expect(third.screen().screen).not.toBe('attract');
  });

  it('frees the place of a browser that no longer answers', async () => {
    const hung = await arrive('one');
    // A frozen page reads nothing, so its pongs never come.
    hung.socket.pause();
    stand.clock.advance(10_000);
    stand.clock.advance(10_000);
    await settle();
    const next = open({ client: 'two' });
    await next.until(() => next.heard.length > 0 || next.closed !== null);
    expect(next.heard[0]).toMatchObject({ type: 'screen' });
  });
});

describe('what a client may send', () => {
  it.each([
    ['no JSON', '{'],
    ['another shape', '{"type":"event"}'],
    ['an unknown type', '{"type":"admin"}'],
    ['a negative seq', '{"type":"event","seq":-1,"event":"START"}'],
    ['a name without end', JSON.stringify({ type: 'event', seq: 1, event: 'x'.repeat(100) })],
  ])('closes on %s', async (_, text) => {
    const browser = await arrive();
    browser.send(text);
    await browser.until(() => browser.closed !== null);
    expect(browser.closed).toBe(closeCodes.badMessage);
    expect((await arrive()).screen().screen).toBe('attract');
  });

  it('closes on binary, on too much at once and on too many', async () => {
    const binary = await arrive();
    binary.socket.send(Buffer.from('{}'));
    await binary.until(() => binary.closed !== null);
    expect(binary.closed).toBe(closeCodes.badMessage);
    const big = await arrive();
    big.send({ type: 'draft', seq: 1, data: 'x'.repeat(600 * 1024) });
    await big.until(() => big.closed !== null);
    expect(big.closed).toBe(1009);
    const busy = await arrive();
    for (let n = 0; n < 300; n += 1) busy.send({ type: 'activity', kind: 'touch' });
    await busy.until(() => busy.closed !== null);
    expect(busy.closed).toBe(1008);
  });

  it('answers every hostile event and stays where it is', async () => {
    const browser = await arrive();
    await browser.say('START', { flow: 'errand' });
    await browser.untilScreen('choose');
    const { seq } = browser.screen();
    const hostile: [string, unknown][] = [
      ['PICTURE_TAKEN', { id: 'x' }],
      ['xstate.done.actor.0.errand.lookingUp', { output: [] }],
      ['__proto__', {}],
      ['constructor', undefined],
      ['CHOSEN', { id: 'closed' }],
      ['CHOSEN', { id: { toString: 'x' } }],
      ['CHOSEN', []],
      ['OK', undefined],
      ['DONE', undefined],
      ['', null],
    ];
    for (const [event, data] of hostile) browser.send({ type: 'event', seq, event, data });
    browser.send({ type: 'event', seq: seq + 7, event: 'CHOSEN', data: { id: 'general' } });
    await browser.until(() => browser.answers('stale').length === 1);
    expect(browser.answers('refused')).toHaveLength(hostile.length);
    expect(browser.screen()).toMatchObject({ seq, screen: 'choose' });
  });
});

describe('a reload', () => {
  it('shows the same screen with the same draft in every state of a journey', async () => {
    let browser = await arrive();
    const reload = async () => {
      browser.socket.terminate();
      await browser.until(() => browser.closed !== null);
      const next = await arrive();
      expect(next.screen()).toMatchObject({ seq: browser.screen().seq, screen: browser.screen().screen });
      browser = next;
    };
    await reload();
    await browser.say('START', { flow: 'errand' });
    await browser.untilScreen('choose');
    await reload();
    await browser.say('CHOSEN', { id: 'general' });
    await reload();
    await browser.say('NO_CARD');
    browser.send({ type: 'draft', seq: browser.screen().seq, data: '138' });
    await settle();
    await reload();
    expect(browser.screen().draft).toBe('138');
    await browser.say('ENTERED', { text: '13800138000' });
    await browser.untilScreen('capture');
    await reload();
    const { seq } = browser.screen();
    expect((await upload(seq, (await jpeg()).slice().buffer)).status).toBe(200);
    await browser.untilScreen('comparePictures');
    await reload();
    const { props } = browser.screen() as Extract<ScreenMessage, { screen: 'comparePictures' }>;
    await browser.say('KEEP', { id: props.shots[0]?.id });
    await reload();
    await browser.say('ENTERED', { values: { name: '示例', phone: '13800138000' } });
    await browser.untilScreen('outcome');
    await reload();
    await browser.say('OK');
    await browser.untilScreen('attract');
  });

  it('in the middle of the countdown shows the countdown', async () => {
    const browser = await arrive();
    await browser.say('START', { flow: 'errand' });
    await browser.untilScreen('choose');
    stand.clock.advance(65_000);
    browser.socket.terminate();
    await browser.until(() => browser.closed !== null);
    const again = await arrive();
    await again.until(() => again.answers('countdown').length > 0);
    expect(again.answers('countdown')).toEqual([{ type: 'countdown', remainingMs: 15_000, extensionsLeft: 10 }]);
  });
});

describe('pictures over HTTP', () => {
  it('are taken once, shown to this page only, and gone with the session', async () => {
    const browser = await arrive();
    await toCapture(browser);
    const { seq } = browser.screen();
    const taken = await upload(seq, (await jpeg()).slice().buffer);
    expect(taken.status).toBe(200);
    const { id } = (await taken.json()) as { id: string };
    await browser.untilScreen('comparePictures');
    const url = `${server.url}${paths.pictures}/${id}`;
    const shown = await fetch(url, { headers: { cookie } });
    expect(shown.headers.get('cache-control')).toBe('no-store');
    expect(shown.headers.get('content-type')).toBe('image/jpeg');
    expect((await fetch(url)).status).toBe(403);
    expect((await upload(seq, (await jpeg()).slice().buffer)).status).toBe(409);
    await browser.say('LEAVE');
    await browser.untilScreen('attract');
    expect((await fetch(url, { headers: { cookie } })).status).toBe(404);
  });

  it('are refused with a problem when they are not what was asked for', async () => {
    const browser = await arrive();
    await toCapture(browser);
    const { seq } = browser.screen();
    const whole = (await jpeg()).slice().buffer;
    const answers: [number, Promise<Response>][] = [
      [403, upload(seq, whole, { origin: 'http://evil.example' })],
      [403, upload(seq, whole, { cookie: '' })],
      [400, upload('soon', whole)],
      [409, upload(seq - 1, whole)],
      [415, upload(seq, whole, { 'content-type': 'image/png' })],
      [415, upload(seq, '{}', { 'content-type': 'application/json' })],
      [422, upload(seq, 'not a picture')],
      [413, upload(seq, new Uint8Array(8 * 1024 * 1024 + 1).buffer)],
    ];
    for (const [status, answer] of answers) {
      const response = await answer;
      expect(response.status).toBe(status);
      expect(response.headers.get('content-type')).toContain('problem+json');
      expect(await response.json()).toMatchObject({ status });
    }
    expect(browser.screen().seq).toBe(seq);
  });
});
