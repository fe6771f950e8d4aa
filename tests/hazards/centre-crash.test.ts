import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type CentreKeys, centreKeys } from '../../runtime/centre/api.ts';
import {
  ContractTerminal,
  freshDirectory,
  handClock,
  type MadeCase,
  makeCase,
  openStand,
  putBlobs,
  putCase,
  sha256,
  uuid7,
  writeItems,
} from '../harness/centre-stand.ts';

describe('five commits of one case at once', () => {
  it('make one row and give five equal receipts', async () => {
    const stand = await openStand(handClock(Date.parse('2026-11-23T02:00:00Z')));
    try {
      const { url } = stand.centre;
      const terminal = await ContractTerminal.create();
      await stand.centre.registerTerminal(terminal.id, terminal.publicJwk);
      for (let round = 0; round < 6; round += 1) {
        const made = await makeCase(stand, terminal);
        await putBlobs(url, terminal, made);
        const answers = await Promise.all(Array.from({ length: 5 }, () => putCase(url, terminal, made.envelope)));
        expect(answers.map((each) => each.status)).toEqual([200, 200, 200, 200, 200]);
        expect(new Set(await Promise.all(answers.map((each) => each.text()))).size).toBe(1);
      }
      const cases = stand.centre.cases();
      expect(cases).toHaveLength(6);
      expect(new Set(cases.map((each) => each.receiptNumber)).size).toBe(6);
      expect(cases.map((each) => each.commits)).toEqual([5, 5, 5, 5, 5, 5]);
    } finally {
      await stand.close();
    }
  });
});

describe('a restarted centre', () => {
  it('keeps keys, terminals, cases, receipts, tickets and evaluations', async () => {
    const stand = await openStand(handClock(Date.parse('2026-11-23T02:00:00Z')));
    try {
      const terminal = await ContractTerminal.create();
      await stand.centre.registerTerminal(terminal.id, terminal.publicJwk);
      const made = await makeCase(stand, terminal);
      await putBlobs(stand.centre.url, terminal, made);
      const receipt = await (await putCase(stand.centre.url, terminal, made.envelope)).text();
      stand.centre.moveCase(made.envelope.caseId, 'accepted', null);
      const evaluation = { code: made.envelope.code, nonce: 'a nonce long enough', level: 3, reasons: [] };
      await terminal.send(stand.centre.url, 'POST', '/v1/evaluations', evaluation);
      const key = uuid7();
      const ask = () =>
        terminal.send(
          stand.centre.url,
          'POST',
          '/v1/tickets',
          { queue: 'general', holder: sha256('holder'), masked: '1' },
          { 'idempotency-key': key },
        );
      const ticket = await (await ask()).text();
      await stand.restart();
      const { url } = stand.centre;
      expect(await (await terminal.send(url, 'GET', '/v1/keys')).json()).toEqual(stand.keys);
      expect(await (await putCase(url, terminal, made.envelope)).text()).toBe(receipt);
      expect(await (await ask()).text()).toBe(ticket);
      const second = await terminal.send(url, 'POST', '/v1/evaluations', { ...evaluation, level: 5 });
      expect(second.status).toBe(409);
      expect(stand.centre.cases()[0]).toMatchObject({ caseId: made.envelope.caseId, state: 'accepted', commits: 2 });
    } finally {
      await stand.close();
    }
  });

  it('refuses a database of a newer program instead of guessing', async () => {
    const stand = await openStand(handClock(0));
    await stand.centre.close();
    const database = new DatabaseSync(join(stand.directory, 'centre', 'centre.sqlite'));
    database.exec('PRAGMA user_version = 99');
    database.close();
    await expect(stand.restart()).rejects.toThrow();
    await rm(stand.directory, { recursive: true, force: true });
  });
});

describe('a killed centre', () => {
  let directory: string;
  let terminal: ContractTerminal;
  let child: ChildProcess;
  let url: string;
  let keys: CentreKeys;

  async function open(): Promise<void> {
    const entry = new URL('../harness/centre-child.ts', import.meta.url);
    child = fork(
      entry,
      [join(directory, 'centre'), writeItems(directory), terminal.id, JSON.stringify(terminal.publicJwk)],
      { execArgv: ['--disable-warning=ExperimentalWarning'], stdio: ['ignore', 'inherit', 'inherit', 'ipc'] },
    );
    const [ready] = (await once(child, 'message')) as [{ url: string; keysFile: string }];
    url = ready.url;
    keys = centreKeys.parse(JSON.parse(readFileSync(ready.keysFile, 'utf8')));
  }
  async function kill(): Promise<void> {
    const gone = once(child, 'exit');
    child.kill('SIGKILL');
    await gone;
  }
  const rows = (table: string) => {
    const database = new DatabaseSync(join(directory, 'centre', 'centre.sqlite'), { readOnly: true });
    const count = Number(database.prepare(`SELECT count(*) AS n FROM ${table}`).get()?.n);
    database.close();
    return count;
  };

  beforeEach(async () => {
    directory = freshDirectory();
    terminal = await ContractTerminal.create();
    await open();
  });
  afterEach(async () => {
    await kill();
    await rm(directory, { recursive: true, force: true });
  });

  it('has what it said it had: blobs sent before the kill need not be sent again', async () => {
    const made = await makeCase({ keys }, terminal);
    await putBlobs(url, terminal, made);
    await kill();
    await open();
    expect((await putCase(url, terminal, made.envelope)).status).toBe(200);
  });

  it('in the middle of anything loses no receipt and doubles no case', async () => {
    const cases: MadeCase[] = [];
    const receipts = new Map<string, string>();
    const attempt = async (made: MadeCase) => {
      await putBlobs(url, terminal, made);
      const answer = await putCase(url, terminal, made.envelope);
      const text = await answer.text();
      if (answer.status !== 200) return;
      const before = receipts.get(made.envelope.caseId);
      if (before !== undefined) expect(text).toBe(before);
      receipts.set(made.envelope.caseId, text);
    };
    for (let round = 0; round < 4; round += 1) {
      const fresh = await Promise.all(Array.from({ length: 4 }, () => makeCase({ keys }, terminal)));
      cases.push(...fresh);
      const answered = Promise.allSettled(fresh.map(attempt));
      // Not a wait for something: the kill is to fall anywhere in the work above.
      await new Promise((resolve) => setTimeout(resolve, 8 + round * 9));
      await kill();
      await answered;
      await open();
    }
    for (const made of cases) await attempt(made);
    for (const made of cases) await attempt(made);
    expect(receipts.size).toBe(cases.length);
    expect(rows('cases')).toBe(cases.length);
    expect(rows('events')).toBe(cases.length);
  });
});
