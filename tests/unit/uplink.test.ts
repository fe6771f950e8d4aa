import { chmodSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { systemClock } from '../../drivers/contract/clock.ts';
import { silentLog } from '../../drivers/contract/log.ts';
import { Sensitive } from '../../drivers/contract/sensitive.ts';
import { caseEnvelope, casePayload } from '../../runtime/centre/api.ts';
import { openJournal } from '../../runtime/journal/journal.ts';
import { isCaseCode } from '../../runtime/uplink/case-code.ts';
import { createUplink } from '../../runtime/uplink/create-uplink.ts';
import { fingerprint, sha256Hex } from '../../runtime/uplink/fingerprint.ts';
import { loadTerminalKey, terminalKeyPath } from '../../runtime/uplink/keys.ts';
import { createManualClock } from '../harness/manual-clock.ts';
import { openJwe, openJws } from '../harness/open-jwe.ts';
import { type StubCentre, startStubCentre } from '../harness/stub-centre.ts';
import {
  confirmedCase,
  filesBelow,
  startTerminal,
  submit,
  type Terminal,
  taskCode,
  temporaryDirectory,
  until,
  unwrap,
} from '../harness/uplink-bench.ts';

let directory: ReturnType<typeof temporaryDirectory>;
let centre: StubCentre;
let terminal: Terminal | null = null;
const patience = { timeoutMs: 10_000 };

async function start(clock = systemClock, random = () => 0): Promise<Terminal> {
  terminal = await startTerminal({ stateDirectory: directory.path, centreUrl: centre.url, clock, random });
  return terminal;
}
beforeEach(async () => {
  directory = temporaryDirectory();
  centre = await startStubCentre();
  centre.writeKeys(join(directory.path, 'centre-keys.json'));
});
afterEach(async () => {
  await terminal?.close();
  terminal = null;
  await centre.stop();
  directory.remove();
});

describe('a case on its way', () => {
  it('is sealed, sent page by page, committed, receipted and purged', async () => {
    const { uplink, journal } = await start();
    const caseId = await submit(uplink, { pages: 3 });
    const receipt = unwrap(await uplink.awaitReceipt(caseId, patience));
    expect(receipt).toMatchObject({ caseId, terminal: 'test-terminal', state: 'received' });
    expect(uplink.entry(caseId)).toMatchObject({ state: 'receipted', attempts: 1, lastError: null, receipt });
    const puts = centre.seen.filter((seen) => seen.method === 'PUT');
    expect(puts.map((seen) => seen.path.split('/').at(-1))).toEqual(['0', '1', '2', caseId]);
    expect(new Set(puts.map((seen) => seen.key))).toEqual(new Set([caseId]));
    await until(() => !filesBelow(directory.path).some(({ path }) => path.endsWith('.jwe')));
    const kinds = journal.database.prepare('SELECT kind FROM audit ORDER BY seq').all();
    expect(kinds.map((row) => row.kind)).toEqual(['case-sealed', 'case-receipted']);
  });

  it('opens at the centre with other people’s primitives, and signs with the terminal’s key', async () => {
    const { uplink } = await start();
    const reserved = unwrap(uplink.reserve(taskCode));
    const confirmed = confirmedCase(reserved, { pages: 2 });
    unwrap(await uplink.seal(confirmed));
    unwrap(await uplink.awaitReceipt(reserved.caseId, patience));
    const { publicJwk } = unwrap(await loadTerminalKey(directory.path));

    const body = centre.commits.get(reserved.caseId)?.[0] ?? Buffer.alloc(0);
    const envelope = caseEnvelope.parse(JSON.parse(body.toString()));
    const { header, clear } = openJwe(envelope.sealed, centre.encPrivate);
    expect(header).toMatchObject({ alg: 'ECDH-ES+A256KW', enc: 'A256GCM', kid: centre.encPrivate.kid });
    const payload = casePayload.parse(JSON.parse(openJws(clear.toString(), publicJwk).payload.toString()));
    expect(payload).toMatchObject({ ...reserved, holder: { name: '欧阳测试' } });
    for (const [n, material] of payload.materials.entries()) {
      const blob = centre.blobs.get(`/v1/cases/${reserved.caseId}/blobs/${material.n}`) ?? Buffer.alloc(0);
      const page = openJwe(blob.toString(), centre.encPrivate).clear;
      expect(page.equals(confirmed.materials[n]?.bytes.reveal() ?? Buffer.alloc(0))).toBe(true);
      expect(sha256Hex(page)).toBe(material.sha256);
    }
    expect(uplink.entry(reserved.caseId)?.receipt?.fingerprint).toBe(fingerprint(envelope));

    for (const seen of centre.seen) {
      const claims = JSON.parse(openJws(seen.authorization.replace(/^Window24 /, ''), publicJwk).payload.toString());
      const { method: htm, path: htu } = seen;
      expect(claims).toEqual({ iss: 'test-terminal', htm, htu, body: sha256Hex(seen.body) });
    }
  });

  it('leaves no clear text on the disk, in any coding', async () => {
    await centre.stop();
    const { uplink } = await start();
    await submit(uplink, { name: '慕容planted測試' });
    const planted = ['慕容planted測試', '37011219900307123X', '清河区柳林街道槐树胡同88号'];
    const forms = planted.flatMap((text) =>
      (['utf8', 'utf16le'] as const).flatMap((coding) => {
        const bytes = Buffer.from(text, coding);
        // Base64 of the same bytes differs by their position modulo three; the inner part of each is enough.
        const base64 = [0, 1, 2].map((shift) =>
          Buffer.concat([Buffer.alloc(shift), bytes])
            .toString('base64')
            .slice(4, -4),
        );
        return [bytes, ...base64.map((each) => Buffer.from(each)), Buffer.from(bytes.toString('hex'))];
      }),
    );
    const files = filesBelow(directory.path);
    expect(files.filter(({ path }) => path.endsWith('.jwe'))).toHaveLength(2);
    for (const { path, bytes } of files) {
      for (const form of forms) expect(bytes.includes(form), path).toBe(false);
      for (const text of planted) expect(path).not.toContain(text);
    }
    await centre.start();
  });

  it('is one case however often it is sealed', async () => {
    const { uplink } = await start();
    const confirmed = confirmedCase(unwrap(uplink.reserve(taskCode)));
    const results = await Promise.all([uplink.seal(confirmed), uplink.seal(confirmed)]);
    expect(results.every((each) => each.ok)).toBe(true);
    unwrap(await uplink.awaitReceipt(confirmed.caseId, patience));
    expect((await uplink.seal(confirmed)).ok).toBe(true);
    expect(centre.commits.get(confirmed.caseId)).toHaveLength(1);
    expect(uplink.outbox()).toHaveLength(1);
  });

  it('is kept while there is no line, said to be so, and sent when the line is back', async () => {
    await centre.stop();
    const clock = createManualClock(0);
    const { uplink } = await start(clock);
    await until(() => uplink.line() === 'down');
    const caseId = await submit(uplink);
    expect(await uplink.awaitReceipt(caseId, patience)).toMatchObject({ ok: false, error: { code: 'offline' } });
    expect(uplink.entry(caseId)).toMatchObject({ state: 'sealed', receipt: null });
    await centre.start();
    await until(() => {
      clock.advance(30_000);
      return uplink.entry(caseId)?.state === 'receipted';
    });
    expect(uplink.line()).toBe('up');
  });

  it('asks the health only, not once a case, while the line is down', async () => {
    const clock = createManualClock(0);
    centre.play = (seen) => (seen.path === '/v1/health' ? 'cut' : null);
    const { uplink } = await start(clock);
    await until(() => uplink.line() === 'down');
    for (let n = 0; n < 5; n += 1) await submit(uplink, { pages: 1 });
    await uplink.queues(patience);
    expect(centre.seen.every((seen) => seen.path === '/v1/health')).toBe(true);
    expect(uplink.outbox().every((entry) => entry.attempts === 0)).toBe(true);
  });
});

describe('keys', () => {
  it('the terminal key is made once, for its owner only, and a spoilt one is never replaced', async () => {
    const first = unwrap(await loadTerminalKey(directory.path));
    const path = terminalKeyPath(directory.path);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    chmodSync(path, 0o644);
    expect(unwrap(await loadTerminalKey(directory.path)).kid).toBe(first.kid);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    const secret = JSON.parse(readFileSync(path, 'utf8')).d;
    writeFileSync(path, readFileSync(path, 'utf8').slice(0, -20));
    const spoilt = await loadTerminalKey(directory.path);
    expect(spoilt).toMatchObject({ ok: false, error: { code: 'keys' } });
    expect(JSON.stringify(spoilt)).not.toContain(secret.slice(0, 20));
    expect(readFileSync(path, 'utf8')).toContain('kty');
  });

  it('without the centre’s keys nothing is promised; once they are brought, it is', async () => {
    const path = join(directory.path, 'centre-keys.json');
    const right = readFileSync(path, 'utf8');
    rmSync(path);
    const { uplink } = await start();
    const confirmed = confirmedCase(unwrap(uplink.reserve(taskCode)));
    expect(await uplink.seal(confirmed)).toMatchObject({ ok: false, error: { code: 'keys' } });
    const onlyEnc = JSON.stringify({ ...JSON.parse(right), keys: JSON.parse(right).keys.slice(0, 1) });
    for (const spoilt of ['', '{}', right.replace('P-256', 'P-384'), onlyEnc]) {
      writeFileSync(path, spoilt);
      expect(await uplink.seal(confirmed)).toMatchObject({ ok: false, error: { code: 'keys' } });
    }
    expect(uplink.entry(confirmed.caseId)).toBeNull();
    writeFileSync(path, right);
    expect(await uplink.seal(confirmed)).toMatchObject({ ok: true });
  });
});

describe('refusing to promise', () => {
  it('a journal that is full: nothing stays behind, and the same case can be sealed later', async () => {
    const { uplink, journal } = await start();
    const confirmed = confirmedCase(unwrap(uplink.reserve(taskCode)));
    const pages = Number(journal.database.prepare('PRAGMA page_count').get()?.page_count);
    journal.database.exec(`PRAGMA max_page_count = ${pages}`);
    const filler = journal.database.prepare('INSERT INTO counter (name, value) VALUES (?, 0)');
    for (const size of [2_000, 100, 10]) {
      for (let n = 0; journal.transaction(() => filler.run(`${n}-${'x'.repeat(size)}`)).ok; n += 1);
      while (journal.transaction(() => journal.audit.append('filled', {})).ok);
    }
    expect(await uplink.seal(confirmed)).toMatchObject({ ok: false, error: { code: 'journal' } });
    expect(filesBelow(directory.path).some(({ path }) => path.includes('outbox'))).toBe(false);
    journal.database.exec('PRAGMA max_page_count = 1000000');
    unwrap(await uplink.seal(confirmed));
    unwrap(await uplink.awaitReceipt(confirmed.caseId, patience));
  });

  it('a disk that takes no more files: nothing is promised', async () => {
    const { uplink } = await start();
    const confirmed = confirmedCase(unwrap(uplink.reserve(taskCode)));
    rmSync(join(directory.path, 'outbox'), { recursive: true });
    writeFileSync(join(directory.path, 'outbox'), 'a file in the way, as a failing disk would be');
    expect(await uplink.seal(confirmed)).toMatchObject({ ok: false, error: { code: 'journal' } });
    expect(uplink.outbox()).toEqual([]);
  });

  it('a thousand cases waiting: new ones are refused, and none is dropped', async () => {
    await centre.stop();
    const { uplink, journal } = await start();
    const insert = journal.database.prepare(
      `INSERT INTO outbox_case (case_id, code, task_code, fingerprint, state, created_at) VALUES (?, ?, 't', 'f', 'parked', 0)`,
    );
    unwrap(
      journal.transaction(() => {
        for (let n = 0; n < 1_000; n += 1) insert.run(`case-${n}`, `code-${n}`);
      }),
    );
    expect(uplink.reserve(taskCode)).toMatchObject({ ok: false, error: { code: 'full' } });
    expect(uplink.outbox()).toHaveLength(1_000);
    await centre.start();
  });
});

describe('codes and clocks', () => {
  it('codes are distinct and valid over restarts, wrong clocks and a round of running numbers', async () => {
    await centre.stop();
    const codes = new Set<string>();
    const clock = createManualClock(0);
    const wrongTimes = [0, 4_070_908_800_000, -1, Date.UTC(2026, 10, 23)];
    for (const wall of wrongTimes) {
      clock.setWall(wall);
      const { uplink } = await start(clock, () => 0.999_99);
      for (let n = 0; n < 5; n += 1) codes.add(unwrap(uplink.reserve(taskCode)).code);
      await terminal?.close();
    }
    terminal = null;
    expect(codes.size).toBe(20);
    for (const code of codes) expect(isCaseCode(code)).toBe(true);
    await centre.start();
  });

  it('a code that is in use is not given again when the running number comes round', async () => {
    const { uplink, journal } = await start(createManualClock(0));
    const reserved = unwrap(uplink.reserve(taskCode));
    unwrap(await uplink.seal(confirmedCase(reserved)));
    journal.database.exec(`UPDATE counter SET value = value + ${36 ** 3 - 1} WHERE name = 'case'`);
    const again = unwrap(uplink.reserve(taskCode));
    expect(again.code).not.toBe(reserved.code);
  });

  it('a clock at 1970 or 2099 sends cases like any other', async () => {
    for (const wall of [0, 4_070_908_800_000]) {
      const { uplink } = await start(createManualClock(wall));
      const caseId = await submit(uplink);
      expect((await uplink.awaitReceipt(caseId, patience)).ok).toBe(true);
      await terminal?.close();
    }
    terminal = null;
  });
});

describe('evaluations', () => {
  const marks = { code: `${taskCode}2611230070010`, level: 5, reasons: ['quick'] };

  it('go at once with a nonce of their own', async () => {
    const { uplink } = await start();
    await until(() => uplink.line() === 'up');
    unwrap(await uplink.evaluate({ ...marks, text: '很好' }, patience));
    unwrap(await uplink.evaluate(marks, patience));
    const sent = centre.seen.filter((seen) => seen.path === '/v1/evaluations');
    expect(sent.map((seen) => JSON.parse(seen.body.toString()))).toMatchObject([{ ...marks, text: '很好' }, marks]);
    expect(new Set(sent.map((seen) => seen.key)).size).toBe(2);
  });

  it('wait over a restart without a line, and the disk holds none of their free text', async () => {
    await centre.stop();
    const { uplink } = await start();
    await until(() => uplink.line() === 'down');
    unwrap(await uplink.evaluate({ ...marks, reasons: ['quick', '张三说的'], text: '我叫张三' }, patience));
    await terminal?.close();
    for (const { path, bytes } of filesBelow(directory.path)) expect(bytes.includes('张三'), path).toBe(false);
    await centre.start();
    await start();
    const sent = await until(() => centre.seen.find((seen) => seen.path === '/v1/evaluations'));
    expect(JSON.parse(sent.body.toString())).toMatchObject(marks);
    await until(() => terminal?.journal.database.prepare('SELECT count(*) AS n FROM outbox_evaluation').get()?.n === 0);
  });
});

describe('asking the centre', () => {
  it('tickets and progress carry the hash of a person, never the number', async () => {
    const { uplink } = await start();
    const holder = new Sensitive('37011219900307123X');
    await uplink.takeTicket({ queue: 'q', holder, masked: '37****3X', key: 'k-1' }, patience);
    unwrap(await uplink.progress({ holder }, patience));
    const bodies = centre.seen.map((seen) => seen.body.toString()).join();
    expect(bodies).toMatch(/"holder":"[0-9a-f]{64}"/);
    expect(bodies).not.toContain('37011219900307123X');
    expect(centre.seen.find((seen) => seen.path === '/v1/tickets')?.key).toBe('k-1');
  });

  it('ends when it is canceled, when its time is up, and when the uplink closes', async () => {
    const { uplink } = await start();
    await until(() => uplink.line() === 'up');
    centre.play = (seen) => (seen.path === '/v1/queues' ? 'hang' : null);
    const controller = new AbortController();
    centre.onRequest = (seen) => seen.path === '/v1/queues' && controller.abort();
    expect(await uplink.queues({ signal: controller.signal, ...patience })).toMatchObject({
      error: { code: 'canceled' },
    });
    centre.onRequest = () => {};
    expect(await uplink.queues({ timeoutMs: 20 })).toMatchObject({ error: { code: 'timeOut' } });
    centre.onRequest = (seen) => seen.path === '/v1/queues' && void uplink.close();
    expect(await uplink.queues(patience)).toMatchObject({ error: { code: 'canceled' } });
  });
});

it('an outbox without its journal is found again and sent: people hold slips for it', async () => {
  await centre.stop();
  const { uplink } = await start();
  const caseIds = [await submit(uplink), await submit(uplink)];
  await terminal?.close();
  const damaged = join(directory.path, 'outbox', caseIds[1] ?? '', '0.jwe');
  writeFileSync(damaged, 'bits gone');
  for (const suffix of ['', '-wal', '-shm']) rmSync(join(directory.path, `journal.db${suffix}`), { force: true });
  writeFileSync(join(directory.path, 'journal.db'), 'wreck'.repeat(1_000));
  const path = join(directory.path, 'journal.db');
  expect(openJournal({ path, clock: systemClock, log: silentLog })).toMatchObject({ error: { code: 'corrupt' } });
  await centre.start();
  const again = await start();
  await until(() => again.uplink.entry(caseIds[0] ?? '')?.state === 'receipted');
  expect(again.uplink.entry(caseIds[1] ?? '')).toBeNull();
  expect(filesBelow(directory.path).some((file) => file.path.includes(`unreadable-${caseIds[1]}`))).toBe(true);
});

it('a sealed file that rots is parked and shown, and the next case goes on', async () => {
  await centre.stop();
  const { uplink } = await start();
  const [rotten, sound] = [await submit(uplink), await submit(uplink)];
  await terminal?.close();
  const path = join(directory.path, 'outbox', rotten, '1.jwe');
  const bytes = readFileSync(path);
  bytes[bytes.length >> 1] = (bytes[bytes.length >> 1] ?? 0) ^ 1;
  writeFileSync(path, bytes);
  await centre.start();
  const again = await start();
  await until(() => again.uplink.entry(sound)?.state === 'receipted');
  expect(again.uplink.entry(rotten)).toMatchObject({ state: 'parked', lastError: expect.stringContaining('damaged') });
});

it('a state directory that cannot be used is said so', async () => {
  const journal = unwrap(openJournal({ path: join(directory.path, 'j.db'), clock: systemClock, log: silentLog }));
  writeFileSync(join(directory.path, 'file'), '');
  const options = { terminalId: 'x', terminalNumber: 0, centreUrl: centre.url, centreKeysPath: '', log: silentLog };
  const stateDirectory = join(directory.path, 'file');
  const made = await createUplink({ ...options, journal, stateDirectory, clock: systemClock, random: () => 0 });
  expect(made.ok).toBe(false);
  journal.close();
});
