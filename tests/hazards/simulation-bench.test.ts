import { existsSync, mkdirSync, mkdtempSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import demo from '../../config/kiosks/demo.json' with { type: 'json' };
import { type Config, configSchema } from '../../config/schema.ts';
import { silentLog } from '../../drivers/contract/log.ts';
import type { PanelAct, PanelState } from '../../runtime/server/protocol.ts';
import { type Bench, startBench } from '../../runtime/simulation/bench.ts';
import { publicKeyFile } from '../../runtime/simulation/enrolment.ts';
import { startPanel } from '../../runtime/simulation/panel-server.ts';
import { ContractTerminal, makeCase, putBlobs, putCase, writeItems } from '../harness/centre-stand.ts';

let directory: string;
let config: Config;
let bench: Bench;

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'window24-bench-'));
  config = configSchema.parse({
    ...demo,
    stateDirectory: join(directory, 'terminal'),
    server: { host: '127.0.0.1', port: 0 },
    simulation: { panel: { host: '127.0.0.1', port: 0 }, centrePort: 0, linePort: 0, paced: false },
  });
  const page = join(directory, 'page');
  mkdirSync(join(page, 'panel'), { recursive: true });
  writeFileSync(join(page, 'panel', 'index.html'), '<title>panel</title>');
  writeFileSync(join(directory, 'secret.txt'), 'secret');
  bench = await start(page);
});
afterEach(async () => {
  await bench.close();
  await rm(directory, { recursive: true, force: true });
});

function start(page: string, change: Partial<Config> = {}, world = 'world'): Promise<Bench> {
  return startBench({
    config: { ...config, ...change },
    directory: join(directory, world),
    itemsDirectory: writeItems(directory),
    log: silentLog,
    page,
  });
}

const state = async () => (await (await fetch(`${bench.panelUrl}/api/state`)).json()) as PanelState;

async function act(what: PanelAct | object, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(`${bench.panelUrl}/api/act`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: bench.panelUrl, ...headers },
    body: JSON.stringify(what),
  });
}

/** Waits until `holds`, however long; the test's own limit ends it. */
async function eventually(holds: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await holds())) await new Promise((resolve) => setTimeout(resolve, 10));
}

async function enrolled(): Promise<ContractTerminal> {
  const terminal = await ContractTerminal.create(config.terminal.id);
  writeFileSync(join(config.stateDirectory, publicKeyFile), JSON.stringify(terminal.publicJwk));
  await eventually(async () => (await terminal.send(bench.centreUrlForTerminal, 'GET', '/v1/queues')).status === 200);
  return terminal;
}

describe('the bench', () => {
  it('lays the centre’s keys and the ports where the configuration says', () => {
    const keys = JSON.parse(readFileSync(join(config.stateDirectory, config.centre.keys), 'utf8')) as {
      keys: object[];
    };
    expect(keys.keys).toHaveLength(2);
    expect(JSON.stringify(keys)).not.toContain('"d"');
    for (const device of config.devices)
      expect(statSync(join(config.stateDirectory, device.address.path)).isCharacterDevice()).toBe(true);
  });

  it('registers the terminal’s key when it appears, and the next one', async () => {
    expect((await state()).terminal.registered).toBe(false);
    writeFileSync(join(config.stateDirectory, publicKeyFile), '{"kty":"oct"}');
    const first = await enrolled();
    expect((await state()).terminal.registered).toBe(true);
    await enrolled();
    expect((await first.send(bench.centreUrlForTerminal, 'GET', '/v1/queues')).status).toBe(401);
  });

  it('takes a case in through the line, and keeps clear text out of the terminal’s folder', async () => {
    const terminal = await enrolled();
    const keys = JSON.parse(readFileSync(join(config.stateDirectory, config.centre.keys), 'utf8'));
    const made = await makeCase({ keys }, terminal);
    await putBlobs(bench.centreUrlForTerminal, terminal, made);
    expect((await putCase(bench.centreUrlForTerminal, terminal, made.envelope)).status).toBe(200);
    const { cases } = await state();
    expect(cases.map((each) => each.code)).toEqual([made.envelope.code]);
    const staff = await fetch(cases[0]?.url ?? '');
    expect(await staff.text()).toContain('11010519491231002X');
    // Not by the terminal's way: the line carries the contract, not the staff's pages.
    const sneaky = await fetch(`${bench.centreUrlForTerminal}/cases/${made.envelope.caseId}`);
    expect(sneaky.status).toBe(403);
    expect(existsSync(join(config.stateDirectory, 'centre'))).toBe(false);
  });

  it('leaves nothing running when it cannot start', async () => {
    const { port } = new URL(bench.panelUrl);
    const simulation = { panel: { host: '127.0.0.1', port: Number(port) }, centrePort: 0, linePort: 0, paced: false };
    const elsewhere = { stateDirectory: join(directory, 'other'), simulation };
    await expect(start(directory, elsewhere, 'other-world')).rejects.toThrow('EADDRINUSE');
    for (const device of config.devices)
      expect(existsSync(join(elsewhere.stateDirectory, device.address.path))).toBe(false);
  });

  it('is refused to a production configuration', async () => {
    await expect(start(directory, { mode: 'production' }, 'other-world')).rejects.toThrow('development');
  });
});

describe('the panel', () => {
  it('moves every part of the bench', async () => {
    const [first, second] = (await state()).cards;
    const acts: readonly [PanelAct, (now: PanelState) => unknown, unknown][] = [
      [{ act: 'placeCard', card: first?.id ?? '' }, (now) => now.card, first?.id],
      [{ act: 'placeCard', card: second?.id ?? '' }, (now) => now.card, second?.id],
      [{ act: 'liftCard' }, (now) => now.card, null],
      [{ act: 'line', mode: 'cut' }, (now) => now.line, 'cut'],
      [{ act: 'plug', device: 'idCardReader', plugged: false }, (now) => now.devices[0]?.plugged, false],
      [{ act: 'plug', device: 'idCardReader', plugged: true }, (now) => now.devices[0]?.plugged, true],
      [{ act: 'feed' }, (now) => now.devices.length, 2],
      [{ act: 'fault', device: 'receiptPrinter', fault: 'paperOut', on: true }, activeFaults, ['paperOut']],
      [{ act: 'newRoll' }, activeFaults, []],
    ];
    for (const [what, look, expected] of acts) {
      expect((await act(what)).status).toBe(204);
      expect(look(await state())).toEqual(expected);
    }
    for (const device of (await state()).devices)
      for (const { name } of device.faults)
        for (const on of [true, false])
          expect((await act({ act: 'fault', device: device.name, fault: name, on })).status).toBe(204);
  });

  it('refuses what it does not know', async () => {
    const wrong = [
      {},
      { act: 'explode' },
      { act: 'placeCard', card: 'nobody' },
      { act: 'line', mode: 'gone' },
      { act: 'fault', device: 'receiptPrinter', fault: '__proto__', on: true },
      { act: 'plug', device: 'camera', plugged: true },
      { act: 'liftCard', extra: 1 },
    ];
    for (const what of wrong) expect((await act(what)).status).toBe(400);
  });

  it('tells its page of each change', async () => {
    const answer = await fetch(`${bench.panelUrl}/api/events`);
    const reader = (answer.body ?? new ReadableStream()).pipeThrough(new TextDecoderStream()).getReader();
    let text = '';
    const hears = async (part: string) => {
      while (!text.includes(part)) text += (await reader.read()).value ?? '';
    };
    await hears('"line":"up"');
    bench.line.setMode('stall');
    await hears('"line":"stall"');
    await reader.cancel();
  });

  it('serves this machine and its own page only', async () => {
    expect((await act({ act: 'liftCard' }, { origin: 'http://evil.example' })).status).toBe(403);
    expect((await act({ act: 'liftCard' }, { origin: 'null' })).status).toBe(403);
    const { port } = new URL(bench.panelUrl);
    const rebound = await new Promise<string>((resolve) => {
      const socket = connect(Number(port), '127.0.0.1', () =>
        socket.write('GET /api/state HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n'),
      );
      let text = '';
      socket.on('data', (bytes) => {
        text += bytes.toString();
      });
      socket.on('close', () => resolve(text));
    });
    expect(rebound).toMatch(/^HTTP\/1\.1 403 /);
    const backend = { state, act, slip: async () => null, onChange: () => () => {} } as never;
    await expect(startPanel({ host: '0.0.0.0', port: 0, backend })).rejects.toThrow('this machine only');
  });

  it('serves its page and nothing beside it', async () => {
    expect(await (await fetch(bench.panelUrl)).text()).toContain('<title>panel</title>');
    for (const path of [
      '/assets/../../secret.txt',
      '/assets/..%2f..%2fsecret.txt',
      '/secret.txt',
      '/api/slips/1.png',
    ]) {
      const answer = await fetch(bench.panelUrl + path);
      expect([403, 404]).toContain(answer.status);
      expect(await answer.text()).not.toContain('secret');
    }
  });
});

function activeFaults(now: PanelState): readonly string[] {
  const printer = now.devices.find((each) => each.name === 'receiptPrinter');
  return (printer?.faults ?? []).filter((each) => each.on).map((each) => each.name);
}
