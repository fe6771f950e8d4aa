import { closeSync, existsSync, fsyncSync, mkdirSync, openSync, renameSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { Clock } from '../../drivers/contract/clock.ts';
import { type Log, technical } from '../../drivers/contract/log.ts';
import { assert, err, ok, type Result } from '../../drivers/contract/result.ts';
import { type AuditLog, createAuditLog } from './audit.ts';
import { type Counters, createCounters } from './counters.ts';
import { migrations } from './migrations.ts';
import { isEnvironmental, sqliteCause, sqliteCode, sqliteCodes } from './sqlite-errors.ts';

/**
 * `journalUnavailable`: the disk is full, read-only, gone or failing; `corrupt`: the file is damaged or no database;
 * `tooNew`: a newer window24 wrote it. `cause` is for the technician.
 */
export interface JournalError {
  readonly code: 'journalUnavailable' | 'corrupt' | 'tooNew';
  readonly cause: string;
}

/** The terminal's durable memory. When a transaction returns ok, a power cut does not undo it. */
export interface Journal {
  readonly database: DatabaseSync;
  /** True where this opening made the file: whatever earlier journals knew is gone. */
  readonly fresh: boolean;
  readonly audit: AuditLog;
  readonly counters: Counters;
  /**
   * All of `work` or nothing. An unusable disk gives an error with all earlier rows intact; any other throw of `work`
   * is a bug, rolls back and goes on upwards. Transactions do not nest.
   */
  transaction<T>(work: () => T): Result<T, JournalError>;
  close(): void;
}

const busyTimeoutMs = 5_000;

/**
 * Opens or makes the journal at `path` and brings its schema up to date. A file that SQLite does not take for a database
 * is moved to `<path>.corrupt-<time>` and reported; the next opening starts afresh. Damage inside a database moves
 * nothing: a person has to look.
 */
export function openJournal(options: {
  readonly path: string;
  readonly clock: Clock;
  readonly log: Log;
}): Result<Journal, JournalError> {
  const { path, clock, log } = options;
  let database: DatabaseSync | null = null;
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    database = new DatabaseSync(path, { enableForeignKeyConstraints: true, timeout: busyTimeoutMs });
    const version = prepare(database);
    if (version.ok) {
      syncDirectory(dirname(path));
      return ok(journalOver(database, version.value === 0, clock, log));
    }
    database.close();
    log.error('journal-refused', { cause: technical(version.error.cause) });
    return version;
  } catch (error) {
    database?.close();
    return err(openingFailed(error, path, clock, log));
  }
}

/** Sets the connection up, checks the file and migrates it; returns the schema number it had. */
function prepare(database: DatabaseSync): Result<number, JournalError> {
  // FULL syncs the log at each commit: in WAL mode nothing less survives a power cut.
  database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA secure_delete = ON');
  const check = Object.values(database.prepare('PRAGMA quick_check(1)').get() ?? {})[0];
  if (check !== 'ok') return err({ code: 'corrupt', cause: `the journal is damaged inside: ${String(check)}` });
  const known = migrations.length;
  database.exec('BEGIN IMMEDIATE');
  const version = Number(Object.values(database.prepare('PRAGMA user_version').get() ?? {})[0]);
  if (version > known) {
    database.exec('ROLLBACK');
    const cause = `the journal has schema ${version}, this window24 knows ${known}: start the newer release`;
    return err({ code: 'tooNew', cause });
  }
  for (const migration of migrations.slice(version)) {
    database.exec(migration.sql);
    database.exec(`PRAGMA user_version = ${migration.number}`);
  }
  database.exec('COMMIT');
  return ok(version);
}

function journalOver(database: DatabaseSync, fresh: boolean, clock: Clock, log: Log): Journal {
  return {
    database,
    fresh,
    audit: createAuditLog(database, clock),
    counters: createCounters(database),
    transaction(work) {
      assert(!database.isTransaction, 'journal transactions do not nest');
      try {
        database.exec('BEGIN IMMEDIATE');
        const value = work();
        database.exec('COMMIT');
        return ok(value);
      } catch (error) {
        rollback(database);
        if (!isEnvironmental(error)) throw error;
        const cause = sqliteCause(error);
        log.error('journal-unavailable', { cause: technical(cause) });
        return err({ code: 'journalUnavailable', cause });
      }
    },
    close: () => database.close(),
  };
}

/** SQLite rolls back by itself after some errors, SQLITE_FULL among them; after the others it waits to be told. */
function rollback(database: DatabaseSync): void {
  if (!database.isTransaction) return;
  try {
    database.exec('ROLLBACK');
  } catch (error) {
    if (!isEnvironmental(error)) throw error;
  }
}

function openingFailed(error: unknown, path: string, clock: Clock, log: Log): JournalError {
  const code = sqliteCode(error);
  let failure: JournalError = { code: 'journalUnavailable', cause: sqliteCause(error) };
  if (code === sqliteCodes.corrupt)
    failure = { code: 'corrupt', cause: `the journal is damaged: ${sqliteCause(error)}` };
  if (code === sqliteCodes.notADatabase) {
    failure = { code: 'corrupt', cause: `the journal is not a database; ${setAside(path, clock)}` };
  }
  log.error('journal-refused', { cause: technical(failure.cause) });
  return failure;
}

/** Moves the file and what belongs to it out of the way, deleting nothing; returns what was done, in words. */
function setAside(path: string, clock: Clock): string {
  const aside = `${path}.corrupt-${new Date(clock.now()).toISOString().replaceAll(':', '')}`;
  let free = aside;
  // The clock may stand still, and an earlier wreck must not be overwritten.
  for (let n = 2; existsSync(free); n += 1) free = `${aside}-${n}`;
  try {
    for (const suffix of ['-wal', '-shm', '']) if (existsSync(path + suffix)) renameSync(path + suffix, free + suffix);
    syncDirectory(dirname(path));
  } catch (error) {
    return `it could not be moved aside either: ${String(error)}`;
  }
  return `it was moved to ${free}, the next start makes a new one`;
}

function syncDirectory(path: string): void {
  const descriptor = openSync(path, 'r');
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
