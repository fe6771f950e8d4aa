/** One step of the journal's schema. A released step is never edited: a change is a new step. */
export interface Migration {
  readonly number: number;
  readonly sql: string;
}

export const migrations: readonly Migration[] = [
  {
    number: 1,
    sql: `
      CREATE TABLE audit (
        seq INTEGER PRIMARY KEY,
        at INTEGER NOT NULL,
        kind TEXT NOT NULL,
        body TEXT NOT NULL,
        prev_hash TEXT NOT NULL,
        hash TEXT NOT NULL
      ) STRICT;

      CREATE TABLE counter (
        name TEXT PRIMARY KEY,
        value INTEGER NOT NULL
      ) STRICT, WITHOUT ROWID;

      CREATE TABLE effect (
        seq INTEGER PRIMARY KEY,
        id TEXT NOT NULL UNIQUE,
        kind TEXT NOT NULL,
        state TEXT NOT NULL CHECK (state IN ('planned', 'started', 'confirmed', 'failed', 'inDoubt')),
        session TEXT NOT NULL,
        flow TEXT NOT NULL,
        details TEXT NOT NULL,
        cause TEXT,
        created_at INTEGER NOT NULL,
        updated_at INTEGER NOT NULL
      ) STRICT;
      CREATE INDEX effect_by_state ON effect (state, seq);

      CREATE TABLE outbox_case (
        seq INTEGER PRIMARY KEY,
        case_id TEXT NOT NULL UNIQUE,
        code TEXT NOT NULL UNIQUE,
        task_code TEXT NOT NULL,
        fingerprint TEXT NOT NULL,
        state TEXT NOT NULL CHECK (state IN ('sealed', 'sending', 'receipted', 'parked')),
        attempts INTEGER NOT NULL DEFAULT 0,
        created_at INTEGER NOT NULL,
        last_error TEXT,
        refusal TEXT,
        refusals INTEGER NOT NULL DEFAULT 0,
        receipt TEXT,
        receipt_jws TEXT
      ) STRICT;
      CREATE INDEX outbox_case_by_state ON outbox_case (state, seq);

      CREATE TABLE outbox_blob (
        case_id TEXT NOT NULL REFERENCES outbox_case (case_id),
        n INTEGER NOT NULL,
        bytes INTEGER NOT NULL,
        sha256 TEXT NOT NULL,
        uploaded INTEGER NOT NULL DEFAULT 0,
        PRIMARY KEY (case_id, n)
      ) STRICT, WITHOUT ROWID;

      CREATE TABLE outbox_evaluation (
        seq INTEGER PRIMARY KEY,
        nonce TEXT NOT NULL UNIQUE,
        body TEXT NOT NULL
      ) STRICT;
    `,
  },
];
