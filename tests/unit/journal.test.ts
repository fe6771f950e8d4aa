import { copyFileSync, existsSync, readdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { systemClock } from '../../drivers/contract/clock.ts';
import { silentLog, technical } from '../../drivers/contract/log.ts';
import { type Journal, openJournal } from '../../runtime/journal/journal.ts';
import { migrations } from '../../runtime/journal/migrations.ts';
import { createManualClock } from '../harness/manual-clock.ts';
import { temporaryDirectory, unwrap } from '../harness/uplink-bench.ts';

let directory: ReturnType<typeof temporaryDirectory>;
let path: string;
beforeEach(() => {
  directory = temporaryDirectory();
  path = join(directory.path, 'journal.db');
});
afterEach(() => directory.remove());

const open = (clock = systemClock) => openJournal({ path, clock, log: silentLog });

function withRows(count: number): Journal {
  const journal = unwrap(open());
  for (let n = 0; n < count; n += 1) {
    unwrap(journal.transaction(() => journal.audit.append('tested', { n, word: technical('x'.repeat(300)) })));
  }
  return journal;
}

describe('opening', () => {
  it('makes a journal that survives closing, in WAL mode with a synced log', () => {
    const journal = withRows(3);
    expect(journal.fresh).toBe(true);
    expect(journal.database.prepare('PRAGMA journal_mode').get()).toMatchObject({ journal_mode: 'wal' });
    expect(journal.database.prepare('PRAGMA synchronous').get()).toMatchObject({ synchronous: 2 });
    expect(journal.database.prepare('PRAGMA foreign_keys').get()).toMatchObject({ foreign_keys: 1 });
    journal.close();
    const again = unwrap(open());
    expect(again.fresh).toBe(false);
    expect(again.audit.verify()).toEqual({ ok: true, rows: 3 });
    again.close();
  });

  it('numbers its migrations without a gap', () => {
    expect(migrations.map((each) => each.number)).toEqual(migrations.map((_, index) => index + 1));
  });

  it('refuses the journal of a newer release and leaves it untouched', () => {
    withRows(1).close();
    const newer = new DatabaseSync(path);
    newer.exec('PRAGMA user_version = 999');
    newer.close();
    const before = readFileSync(path);
    expect(open()).toMatchObject({ ok: false, error: { code: 'tooNew', cause: expect.stringContaining('999') } });
    expect(readFileSync(path).equals(before)).toBe(true);
  });

  it('keeps a file that is no database aside, says so, and starts afresh next time', () => {
    const clock = createManualClock(0);
    for (const text of ['first wreck ', 'second wreck ']) {
      writeFileSync(path, text.repeat(500));
      expect(open(clock)).toMatchObject({
        ok: false,
        error: { code: 'corrupt', cause: expect.stringContaining('moved') },
      });
      expect(existsSync(path)).toBe(false);
    }
    const wrecks = readdirSync(directory.path).filter((name) => name.startsWith('journal.db.corrupt-'));
    expect(wrecks.map((name) => readFileSync(join(directory.path, name), 'utf8').split(' ')[0]).sort()).toEqual([
      'first',
      'second',
    ]);
    const journal = unwrap(open());
    expect(journal.fresh).toBe(true);
    journal.close();
  });

  it('reports a torn journal and moves nothing', () => {
    withRows(200).close();
    truncateSync(path, 4096 * 3);
    expect(open()).toMatchObject({ ok: false, error: { code: 'corrupt' } });
    expect(readdirSync(directory.path).some((name) => name.includes('corrupt'))).toBe(false);
  });

  it('reports damage inside a page and moves nothing', () => {
    withRows(200).close();
    const bytes = readFileSync(path);
    bytes.fill(0xa5, 4096 * 5, 4096 * 6);
    writeFileSync(path, bytes);
    expect(open()).toMatchObject({ ok: false, error: { code: 'corrupt' } });
    expect(existsSync(path)).toBe(true);
  });

  it('loses only the unfinished end when the log is torn', () => {
    const journal = withRows(50);
    const copy = join(directory.path, 'copy.db');
    copyFileSync(path, copy);
    copyFileSync(`${path}-wal`, `${copy}-wal`);
    journal.close();
    truncateSync(`${copy}-wal`, readFileSync(`${copy}-wal`).length - 1_000);
    const survivor = unwrap(openJournal({ path: copy, clock: systemClock, log: silentLog }));
    const verdict = survivor.audit.verify();
    expect(verdict.ok).toBe(true);
    expect(verdict.rows).toBe(49);
    survivor.close();
  });

  it('says where it cannot be made', () => {
    writeFileSync(join(directory.path, 'file'), '');
    const below = openJournal({ path: join(directory.path, 'file', 'journal.db'), clock: systemClock, log: silentLog });
    expect(below).toMatchObject({ ok: false, error: { code: 'journalUnavailable' } });
  });
});

describe('transactions', () => {
  it('refuse when the disk is full, keep all earlier rows, and go on once there is room', () => {
    const journal = withRows(5);
    const pages = Number(journal.database.prepare('PRAGMA page_count').get()?.page_count);
    journal.database.exec(`PRAGMA max_page_count = ${pages}`);
    const big = () => journal.audit.append('tested', { word: technical('y'.repeat(500)) });
    const results = Array.from({ length: 60 }, () => journal.transaction(big));
    const kept = results.filter((each) => each.ok).length;
    expect(results.at(-1)).toMatchObject({ ok: false, error: { code: 'journalUnavailable' } });
    expect(journal.audit.verify()).toEqual({ ok: true, rows: 5 + kept });
    journal.database.exec(`PRAGMA max_page_count = ${pages + 1000}`);
    expect(journal.transaction(big).ok).toBe(true);
    journal.close();
    const again = unwrap(open());
    expect(again.audit.verify()).toEqual({ ok: true, rows: 6 + kept });
    again.close();
  });

  it('undo everything when the work throws, and pass a bug on', () => {
    const journal = unwrap(open());
    const bug = () =>
      journal.transaction(() => {
        journal.audit.append('tested', {});
        throw new TypeError('bug');
      });
    expect(bug).toThrow(TypeError);
    expect(journal.audit.verify()).toEqual({ ok: true, rows: 0 });
    journal.close();
  });

  it('never give a counter value twice, and roll it back with its transaction', () => {
    const journal = unwrap(open());
    const next = () => journal.transaction(() => journal.counters.next('case', 41));
    expect([next(), next()].map(unwrap)).toEqual([41, 42]);
    expect(() =>
      journal.transaction(() => {
        journal.counters.next('case', 0);
        throw new TypeError('bug');
      }),
    ).toThrow(TypeError);
    journal.close();
    const again = unwrap(open());
    expect(unwrap(again.transaction(() => again.counters.next('case', 0)))).toBe(43);
    expect(() => again.counters.next('case', 0)).toThrow('within a transaction');
    expect(() => again.audit.append('tested', {})).toThrow('stands or falls');
    again.close();
  });
});

describe('audit log', () => {
  const tamperings: Record<string, [sql: string, brokenAt: number]> = {
    'a changed body': [`UPDATE audit SET body = '{"n":9}' WHERE seq = 4`, 4],
    'a changed time': ['UPDATE audit SET at = at + 1 WHERE seq = 2', 2],
    'a changed kind': [`UPDATE audit SET kind = 'other' WHERE seq = 6`, 6],
    'a removed row': ['DELETE FROM audit WHERE seq = 5', 6],
    'a removed first row': ['DELETE FROM audit WHERE seq = 1', 2],
    'two rows exchanged': [
      'UPDATE audit SET seq = CASE seq WHEN 3 THEN -1 ELSE seq END; UPDATE audit SET seq = 3 WHERE seq = 4; UPDATE audit SET seq = 4 WHERE seq = -1',
      3,
    ],
    'a row slipped in': [`INSERT INTO audit SELECT 9, at, kind, body, prev_hash, hash FROM audit WHERE seq = 8`, 9],
  };
  for (const [name, [sql, brokenAt]] of Object.entries(tamperings)) {
    it(`shows ${name}`, () => {
      const journal = withRows(8);
      expect(journal.audit.verify()).toEqual({ ok: true, rows: 8 });
      journal.database.exec(sql);
      expect(journal.audit.verify()).toMatchObject({ ok: false, brokenAt });
      journal.close();
    });
  }

  it('shows an end cut off against a head kept elsewhere', () => {
    const journal = withRows(3);
    const head = journal.audit.head();
    journal.database.exec('DELETE FROM audit WHERE seq = 3');
    expect(journal.audit.verify().ok).toBe(true);
    expect(journal.audit.head()).not.toEqual(head);
    journal.close();
  });

  it('keeps its order whatever the wall clock says', () => {
    const clock = createManualClock(0);
    const journal = unwrap(open(clock));
    for (const wall of [0, 4_102_444_800_000, -1, 1_800_000_000_000.5]) {
      clock.setWall(wall);
      unwrap(journal.transaction(() => journal.audit.append('tested', { wall: technical(String(wall)) })));
    }
    expect(journal.audit.verify()).toEqual({ ok: true, rows: 4 });
    journal.close();
  });
});
