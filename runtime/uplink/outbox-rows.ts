import type { DatabaseSync } from 'node:sqlite';
import type { CaseEnvelope, ReceiptClaims } from '../centre/api.ts';
import { fingerprint } from './fingerprint.ts';
import type { OutboxEntry } from './uplink.ts';

const receiptedListed = 200;

/** The outbox's tables. Nothing here opens a transaction: the outbox pairs each change with its audit row. */
export interface OutboxRows {
  insert(envelope: CaseEnvelope, createdAt: number): void;
  entry(caseId: string): OutboxEntry | null;
  /** All that the centre has not receipted, and the last of those it has; newest first. */
  list(): readonly OutboxEntry[];
  /** Ids of the cases that are still to be sent, oldest first. */
  pending(): readonly string[];
  /** Sealed cases that the centre has not receipted, parked ones included. */
  held(): number;
  knowsCode(code: string): boolean;
  /** Whether the case of this code still waits for its receipt. */
  holdsCode(code: string): boolean;
  sending(caseId: string): void;
  receipted(caseId: string, claims: ReceiptClaims, jws: string): void;
  parked(caseId: string, cause: string): void;
  /** Notes a failed attempt; equal refusals in a row are counted, null ends the row. Returns the count. */
  failed(caseId: string, cause: string, refusal: string | null): number;
  blobsToSend(caseId: string): readonly number[];
  blobSent(caseId: string, n: number): void;
  blobsUnsent(caseId: string): void;
}

export function createOutboxRows(database: DatabaseSync): OutboxRows {
  const columns = 'case_id, code, task_code, state, attempts, created_at, last_error, receipt';
  const insertCase = database.prepare(
    `INSERT INTO outbox_case (case_id, code, task_code, fingerprint, state, created_at) VALUES (?, ?, ?, ?, 'sealed', ?)`,
  );
  const insertBlob = database.prepare('INSERT INTO outbox_blob (case_id, n, bytes, sha256) VALUES (?, ?, ?, ?)');
  const select = database.prepare(`SELECT ${columns} FROM outbox_case WHERE case_id = ?`);
  const all = database.prepare(
    `SELECT ${columns} FROM outbox_case
     WHERE state <> 'receipted' OR seq > (SELECT max(seq) FROM outbox_case) - ${receiptedListed} ORDER BY seq DESC`,
  );
  const open = database.prepare(`SELECT case_id FROM outbox_case WHERE state IN ('sealed', 'sending') ORDER BY seq`);
  const count = database.prepare(`SELECT count(*) AS n FROM outbox_case WHERE state <> 'receipted'`);
  const heldByCode = database.prepare(`SELECT 1 FROM outbox_case WHERE code = ? AND state <> 'receipted'`);
  const byCode = database.prepare('SELECT 1 FROM outbox_case WHERE code = ?');
  const send = database.prepare(`UPDATE outbox_case SET state = 'sending', attempts = attempts + 1 WHERE case_id = ?`);
  const receive = database.prepare(
    `UPDATE outbox_case SET state = 'receipted', last_error = NULL, receipt = ?, receipt_jws = ? WHERE case_id = ?`,
  );
  const park = database.prepare(`UPDATE outbox_case SET state = 'parked', last_error = ? WHERE case_id = ?`);
  const fail = database.prepare(
    `UPDATE outbox_case SET state = 'sealed', last_error = ?1,
       refusals = CASE WHEN ?2 IS NULL THEN 0 WHEN refusal = ?2 THEN refusals + 1 ELSE 1 END, refusal = ?2
     WHERE case_id = ?3 RETURNING refusals`,
  );
  const unsent = database.prepare('SELECT n FROM outbox_blob WHERE case_id = ? AND uploaded = 0 ORDER BY n');
  const sent = database.prepare('UPDATE outbox_blob SET uploaded = 1 WHERE case_id = ? AND n = ?');
  const resend = database.prepare('UPDATE outbox_blob SET uploaded = 0 WHERE case_id = ?');

  return {
    insert(envelope, createdAt) {
      const { caseId, code, blobs } = envelope;
      insertCase.run(caseId, code, code.slice(0, 31), fingerprint(envelope), createdAt);
      for (const blob of blobs) insertBlob.run(caseId, blob.n, blob.bytes, blob.sha256);
    },
    entry(caseId) {
      const row = select.get(caseId);
      return row ? toEntry(row) : null;
    },
    list: () => all.all().map(toEntry),
    pending: () => open.all().map((row) => String(row.case_id)),
    held: () => Number(count.get()?.n),
    knowsCode: (code) => byCode.get(code) !== undefined,
    holdsCode: (code) => heldByCode.get(code) !== undefined,
    sending: (caseId) => void send.run(caseId),
    receipted: (caseId, claims, jws) => void receive.run(JSON.stringify(claims), jws, caseId),
    parked: (caseId, cause) => void park.run(cause, caseId),
    failed: (caseId, cause, refusal) => Number(fail.get(cause, refusal, caseId)?.refusals),
    blobsToSend: (caseId) => unsent.all(caseId).map((row) => Number(row.n)),
    blobSent: (caseId, n) => void sent.run(caseId, n),
    blobsUnsent: (caseId) => void resend.run(caseId),
  };
}

/** Rows are written by this file only, so their columns are what it wrote. */
function toEntry(row: Record<string, unknown>): OutboxEntry {
  return {
    caseId: String(row.case_id),
    code: String(row.code),
    taskCode: String(row.task_code),
    state: String(row.state) as OutboxEntry['state'],
    attempts: Number(row.attempts),
    createdAt: Number(row.created_at),
    lastError: row.last_error === null ? null : String(row.last_error),
    receipt: row.receipt === null ? null : (JSON.parse(String(row.receipt)) as ReceiptClaims),
  };
}
