import { createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Clock } from '../../drivers/contract/clock.ts';
import { createManualClock } from '../harness/manual-clock.ts';
import { json, type Play, problemAnswer, type StubCentre, startStubCentre } from '../harness/stub-centre.ts';
import { startTerminal, submit, type Terminal, temporaryDirectory, until, unwrap } from '../harness/uplink-bench.ts';

let directory: ReturnType<typeof temporaryDirectory>;
let centre: StubCentre;
let terminal: Terminal;
let clock: ReturnType<typeof createManualClock>;

async function start(options: { clock?: Clock; random?: () => number; centreUrl?: string } = {}): Promise<Terminal> {
  terminal = await startTerminal({ stateDirectory: directory.path, centreUrl: centre.url, clock, ...options });
  return terminal;
}
beforeEach(async () => {
  directory = temporaryDirectory();
  clock = createManualClock(0);
  centre = await startStubCentre();
  centre.writeKeys(join(directory.path, 'centre-keys.json'));
});
afterEach(async () => {
  await terminal.close();
  await centre.stop();
  directory.remove();
});

const isCommit: (seen: { method: string; path: string }) => boolean = ({ method, path }) =>
  method === 'PUT' && !path.includes('/blobs/');
const attempts = (caseId: string) => terminal.uplink.entry(caseId)?.attempts ?? 0;

const portal = { status: 200, headers: { 'content-type': 'text/html' }, body: '<html>Welcome to the hotel</html>' };
/** What may come instead of a receipt, and must never be taken for one. */
const nonsense: Record<string, Play> = {
  'a captive portal’s page': () => portal,
  'a page that calls itself JSON': () => ({ ...portal, headers: { 'content-type': 'application/json' } }),
  'no content': () => ({ status: 204, body: '' }),
  'JSON of another shape': () => json({ ok: true }),
  'an empty receipt': () => json({ receipt: '' }),
  'half a JSON': () => ({ status: 200, body: '{"receipt":"ey' }),
  'a redirect': () => ({ status: 302, headers: { location: '/login' }, body: '' }),
  'a huge body': () => ({ status: 200, body: ' '.repeat(3_000_000) }),
  'a page instead of a problem': () => ({ ...portal, status: 404 }),
  'a problem of another status': () => ({ ...problemAnswer(422, 'urn:x'), status: 400 }),
  'a cut connection': () => 'cut',
};

describe('nonsense instead of a receipt', () => {
  for (const [name, play] of Object.entries(nonsense)) {
    it(`${name} is no success and no refusal: the case goes again and arrives once`, async () => {
      let spoilt = 0;
      centre.play = (seen) => {
        if (!isCommit(seen) || spoilt >= 4) return null;
        spoilt += 1;
        return play(seen);
      };
      const { uplink } = await start();
      const caseId = await submit(uplink);
      await until(() => {
        const entry = uplink.entry(caseId);
        expect(entry?.state).not.toBe('parked');
        if (entry?.state !== 'receipted') expect(entry?.receipt).toBeNull();
        clock.advance(1_000);
        return entry?.state === 'receipted';
      });
      expect(centre.commits.get(caseId)).toHaveLength(1);
    });
  }

  const claims = (given: object) => ({
    receiptNumber: 'R',
    state: 'received',
    receivedAt: '2026-11-23T00:00:00Z',
    ...given,
  });
  const forged: Record<
    string,
    (envelope: { caseId: string; code: string }, foreign: { caseId: string }) => Promise<string>
  > = {
    'signed by a stranger': ({ caseId, code }) =>
      centre.sign(claims({ caseId, code, terminal: 'test-terminal', fingerprint: '0'.repeat(64) }), { foreign: true }),
    'for another content': ({ caseId, code }) =>
      centre.sign(claims({ caseId, code, terminal: 'test-terminal', fingerprint: '0'.repeat(64) })),
    'for another case': ({ code }, { caseId }) =>
      centre.sign(claims({ caseId, code, terminal: 'test-terminal', fingerprint: '0'.repeat(64) })),
    'signed, but no receipt': () => centre.sign({ hello: 'world' }),
    unsigned: async ({ caseId, code }) => {
      const payload = Buffer.from(JSON.stringify(claims({ caseId, code }))).toString('base64url');
      return `${Buffer.from('{"alg":"none"}').toString('base64url')}.${payload}.`;
    },
  };
  for (const [name, forge] of Object.entries(forged)) {
    it(`a receipt ${name} is not believed`, async () => {
      const { uplink } = await start();
      centre.play = (seen) => (isCommit(seen) ? 'cut' : null);
      const caseId = await submit(uplink);
      const entry = uplink.entry(caseId);
      const receipt = await forge(
        { caseId, code: entry?.code ?? '' },
        { caseId: '01890000-0000-7000-8000-000000000000' },
      );
      centre.play = (seen) => (isCommit(seen) ? json({ receipt }) : null);
      await until(() => {
        clock.advance(1_000);
        return uplink.entry(caseId)?.lastError?.startsWith('nonsense');
      });
      expect(uplink.entry(caseId)?.receipt).toBeNull();
      centre.play = () => null;
      await until(() => {
        clock.advance(1_000);
        return uplink.entry(caseId)?.state === 'receipted';
      });
    });
  }

  it('a captive portal over everything is a line that is down', async () => {
    centre.play = () => portal;
    const { uplink } = await start();
    await until(() => uplink.line() === 'down');
    const caseId = await submit(uplink);
    expect(await uplink.awaitReceipt(caseId, { timeoutMs: 10_000 })).toMatchObject({ error: { code: 'offline' } });
    expect(await uplink.queues({ timeoutMs: 10_000 })).toMatchObject({ ok: false, error: { code: 'offline' } });
  });

  it('bytes that are not HTTP at all are a line that is down', async () => {
    const server: Server = createServer((socket) => {
      socket.on('error', () => {});
      socket.end('SSH-2.0-OpenSSH_9.2p1 Debian\r\n');
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    const port = typeof address === 'object' ? address?.port : 0;
    const { uplink } = await start({ centreUrl: `http://127.0.0.1:${port}` });
    await until(() => uplink.line() === 'down');
    server.close();
  });
});

describe('refusals', () => {
  it('three equal permanent ones park the case, with the hint, and the next case goes on', async () => {
    let first = '';
    centre.play = (seen) => {
      first ||= isCommit(seen) ? seen.path : '';
      return isCommit(seen) && seen.path === first ? problemAnswer(422, 'urn:test:unreadable') : null;
    };
    const { uplink, journal } = await start();
    const caseId = await submit(uplink);
    const waiting = uplink.awaitReceipt(caseId, { timeoutMs: 1e9 });
    await until(() => {
      clock.advance(1_000);
      return uplink.entry(caseId)?.state === 'parked';
    });
    expect(await waiting).toMatchObject({ error: { code: 'refused', hint: { en: expect.stringContaining('staff') } } });
    expect(uplink.entry(caseId)).toMatchObject({ attempts: 3, lastError: expect.stringContaining('422') });
    expect(journal.database.prepare(`SELECT count(*) AS n FROM audit WHERE kind = 'case-parked'`).get()?.n).toBe(1);
    const next = await submit(uplink);
    await until(() => uplink.entry(next)?.state === 'receipted');
  });

  it('unlike ones, passing ones and a busy centre never park', async () => {
    const types = [422, 400, 401, 422, 403, 409, 425, 429, 408, 500, 503, 422, 413];
    let n = 0;
    centre.play = (seen) => {
      if (!isCommit(seen)) return null;
      const status = types[n];
      n += 1;
      return status ? problemAnswer(status, `urn:test:${status}`) : null;
    };
    const { uplink } = await start();
    const caseId = await submit(uplink);
    await until(() => {
      clock.advance(1_000);
      return uplink.entry(caseId)?.state === 'receipted';
    });
    expect(attempts(caseId)).toBe(types.length + 1);
  });

  it('a centre that lost its pages gets them again', async () => {
    let lost = false;
    centre.play = (seen) => {
      if (isCommit(seen) && !lost) {
        lost = true;
        centre.blobs.clear();
      }
      return null;
    };
    const { uplink } = await start();
    const caseId = await submit(uplink);
    await until(() => {
      clock.advance(1_000);
      return uplink.entry(caseId)?.state === 'receipted';
    });
    expect(centre.seen.filter((seen) => seen.path.includes('/blobs/'))).toHaveLength(4);
  });

  const date = { date: 'Mon, 23 Nov 2026 10:00:00 GMT', 'retry-after': 'Mon, 23 Nov 2026 10:02:00 GMT' };
  const waits: [string, Record<string, string>, number][] = [
    ['in seconds', { 'retry-after': '70' }, 70_000],
    ['as a date, by the centre’s clock', date, 120_000],
    ['but no longer than an hour', { 'retry-after': '99999999' }, 3_600_000],
    ['and ignored where it makes no sense', { 'retry-after': 'tomorrow' }, 500],
  ];
  for (const [name, headers, wait] of waits) {
    it(`Retry-After is obeyed ${name}`, async () => {
      centre.play = (seen) => (isCommit(seen) ? problemAnswer(503, 'urn:test:overloaded', headers) : null);
      const { uplink } = await start({ random: () => 0.25 });
      await until(() => uplink.line() === 'up');
      const caseId = await submit(uplink, { pages: 1 });
      await until(() => clock.due().includes(wait));
      expect(attempts(caseId)).toBe(1);
    });
  }

  it('waits grow with full jitter between attempts', async () => {
    centre.play = (seen) => (isCommit(seen) ? problemAnswer(503, 'urn:test:overloaded') : null);
    const { uplink } = await start({ random: () => 0.5 });
    await until(() => uplink.line() === 'up');
    const caseId = await submit(uplink, { pages: 1 });
    for (const wait of [1_000, 2_000, 4_000, 8_000, 16_000]) {
      await until(() => clock.due().includes(wait));
      const before = attempts(caseId);
      clock.advance(wait);
      await until(() => attempts(caseId) === before + 1);
    }
  });

  it('what a refusal says in free text reaches neither journal nor error', async () => {
    const hint = { 'zh-CN': '请联系工作人员。', en: 'Please ask.' };
    const body = { type: 'urn:x 张三', title: '张三', status: 422, detail: '张三', hint };
    centre.play = (seen) => (isCommit(seen) ? { status: 422, body: JSON.stringify(body) } : null);
    const { uplink } = await start();
    const caseId = await submit(uplink);
    await until(() => {
      clock.advance(1_000);
      return uplink.entry(caseId)?.state === 'parked';
    });
    expect(JSON.stringify(uplink.entry(caseId))).not.toContain('张三');
  });
});

it('a centre that hangs costs its deadline, not the terminal, and a silent health check is a line that is down', async () => {
  const { uplink } = await start();
  await until(() => uplink.line() === 'up');
  centre.play = () => 'hang';
  const asked = uplink.queues({ timeoutMs: 8_000 });
  await until(() => centre.seen.some((seen) => seen.path === '/v1/queues'));
  clock.advance(8_000);
  expect(await asked).toMatchObject({ ok: false, error: { code: 'timeOut' } });
  await until(() => {
    clock.advance(5_000);
    return uplink.line() === 'down';
  });
  centre.play = () => null;
  await until(() => {
    clock.advance(30_000);
    return uplink.line() === 'up';
  });
  unwrap(await uplink.queues({ timeoutMs: 8_000 }));
});
