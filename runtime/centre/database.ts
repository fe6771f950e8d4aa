import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

/** Numbered for ever: a migration that has shipped is never edited. */
const migrations = [
  `
  CREATE TABLE terminals (
    id TEXT PRIMARY KEY,
    jwk TEXT NOT NULL,
    registered_at INTEGER NOT NULL
  ) STRICT;

  CREATE TABLE blobs (
    case_id TEXT NOT NULL,
    n INTEGER NOT NULL,
    terminal TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    bytes INTEGER NOT NULL,
    body BLOB NOT NULL,
    stored_at INTEGER NOT NULL,
    PRIMARY KEY (case_id, n)
  ) STRICT;

  CREATE TABLE cases (
    case_id TEXT PRIMARY KEY,
    code TEXT NOT NULL UNIQUE,
    terminal TEXT NOT NULL,
    fingerprint TEXT NOT NULL,
    envelope TEXT NOT NULL,
    payload TEXT NOT NULL,
    task_code TEXT NOT NULL,
    holder_hash TEXT NOT NULL,
    state TEXT NOT NULL,
    receipt TEXT NOT NULL,
    receipt_number TEXT NOT NULL UNIQUE,
    received_at INTEGER NOT NULL,
    commits INTEGER NOT NULL DEFAULT 1
  ) STRICT;
  CREATE INDEX cases_by_holder ON cases (holder_hash);

  CREATE TABLE events (
    case_id TEXT NOT NULL REFERENCES cases (case_id),
    seq INTEGER NOT NULL,
    at INTEGER NOT NULL,
    state TEXT NOT NULL,
    actor TEXT NOT NULL,
    note TEXT,
    PRIMARY KEY (case_id, seq)
  ) STRICT;

  CREATE TABLE evaluations (
    case_id TEXT PRIMARY KEY REFERENCES cases (case_id),
    nonce TEXT NOT NULL UNIQUE,
    terminal TEXT NOT NULL,
    level INTEGER NOT NULL,
    reasons TEXT NOT NULL,
    text TEXT,
    at INTEGER NOT NULL
  ) STRICT;

  CREATE TABLE queue_days (
    queue TEXT NOT NULL,
    day TEXT NOT NULL,
    last_number INTEGER NOT NULL,
    free_at INTEGER NOT NULL,
    next_arrival INTEGER NOT NULL,
    PRIMARY KEY (queue, day)
  ) STRICT;

  CREATE TABLE tickets (
    queue TEXT NOT NULL,
    day TEXT NOT NULL,
    number INTEGER NOT NULL,
    holder TEXT,
    taken_at INTEGER NOT NULL,
    served_at INTEGER NOT NULL,
    answer TEXT,
    PRIMARY KEY (queue, day, number)
  ) STRICT;
  CREATE INDEX tickets_by_holder ON tickets (holder, served_at) WHERE holder IS NOT NULL;

  CREATE TABLE ticket_answers (
    terminal TEXT NOT NULL,
    idempotency_key TEXT NOT NULL,
    request TEXT NOT NULL,
    answer TEXT NOT NULL,
    PRIMARY KEY (terminal, idempotency_key)
  ) STRICT;

  CREATE TABLE counters (
    name TEXT PRIMARY KEY,
    value INTEGER NOT NULL
  ) STRICT;
  `,
];

/** Opens the centre's database in `directory`, made when it is not there, and brings it up to date. */
export function openDatabase(directory: string): DatabaseSync {
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const database = new DatabaseSync(join(directory, 'centre.sqlite'));
  database.exec(`
    PRAGMA journal_mode = WAL;
    PRAGMA synchronous = FULL;
    PRAGMA foreign_keys = ON;
    PRAGMA busy_timeout = 5000;
  `);
  const row = database.prepare('PRAGMA user_version').get();
  const version = Number(row?.user_version ?? 0);
  if (version > migrations.length)
    throw new Error(`the centre's database is of a newer program (version ${version}, known ${migrations.length})`);
  migrations.slice(version).forEach((migration, index) => {
    transaction(database, () => {
      database.exec(migration);
      database.exec(`PRAGMA user_version = ${version + index + 1}`);
    });
  });
  return database;
}

/** Runs `act` in one transaction: all of it is on the disk when this returns, or nothing. */
export function transaction<T>(database: DatabaseSync, act: () => T): T {
  database.exec('BEGIN IMMEDIATE');
  try {
    const value = act();
    database.exec('COMMIT');
    return value;
  } catch (error) {
    if (database.isTransaction) database.exec('ROLLBACK');
    throw error;
  }
}
