import type { DatabaseSync } from 'node:sqlite';
import { CompactSign } from 'jose';
import { err, ok, type Result } from '../../drivers/contract/result.ts';
import { isCaseCode } from '../uplink/case-code.ts';
import { fingerprint, sha256Hex } from '../uplink/fingerprint.ts';
import { type CaseEnvelope, type CasePayload, type CaseState, casePayload, type ReceiptClaims } from './api.ts';
import type { Blobs } from './blobs.ts';
import { transaction } from './database.ts';
import { type Keys, signing } from './keys.ts';
import { openBlob, openPayload } from './opening.ts';
import { type Refusal, refusal } from './problems.ts';
import { type Actor, moverOf } from './states.ts';
import type { Terminals } from './terminals.ts';

export interface LocalNote {
  readonly 'zh-CN': string;
  readonly en: string;
}

export interface CaseEvent {
  readonly at: number;
  readonly state: CaseState;
  readonly actor: Actor;
  readonly note: LocalNote | null;
}

/** A case as lists show it: nothing personal. */
export interface CaseSummary {
  readonly caseId: string;
  readonly code: string;
  readonly taskCode: string;
  readonly terminal: string;
  readonly state: CaseState;
  readonly receiptNumber: string;
  readonly receivedAt: number;
  /** How often the terminal committed it; more than one is a repetition after a lost answer. */
  readonly commits: number;
}

export interface Cases {
  /** Takes a case in, once. Gives the receipt, byte for byte the same on every repetition. */
  commit(envelope: CaseEnvelope): Promise<Result<string, Refusal>>;
  list(): readonly CaseSummary[];
  find(caseId: string): CaseSummary | null;
  /** Cases whose code is, or ends with, `code`. */
  byCode(code: string): readonly CaseSummary[];
  byHolder(hash: string): readonly CaseSummary[];
  events(caseId: string): readonly CaseEvent[];
  payload(caseId: string): CasePayload | null;
  /** Moves a case along the table of states; refuses what is not in it. */
  move(caseId: string, to: CaseState, note: LocalNote | null): Result<void, Refusal>;
}

const summaryColumns =
  'case_id AS caseId, code, task_code AS taskCode, terminal, state, receipt_number AS receiptNumber, received_at AS receivedAt, commits';

interface Parts {
  readonly database: DatabaseSync;
  readonly keys: Keys;
  readonly terminals: Terminals;
  readonly blobs: Blobs;
  readonly now: () => number;
  readonly onChange: () => void;
}

export function createCases(parts: Parts): Cases {
  const { database } = parts;
  const summaries = (where: string, ...values: string[]) =>
    database
      .prepare(`SELECT ${summaryColumns} FROM cases ${where} ORDER BY received_at DESC, rowid DESC`)
      .all(...values) as unknown as CaseSummary[];
  const kept = database.prepare('SELECT fingerprint, receipt FROM cases WHERE case_id = ?');
  const repeated = database.prepare('UPDATE cases SET commits = commits + 1 WHERE case_id = ?');
  const events = database.prepare('SELECT at, state, actor, note FROM events WHERE case_id = ? ORDER BY seq');
  const payloads = database.prepare('SELECT payload FROM cases WHERE case_id = ?');
  const setState = database.prepare('UPDATE cases SET state = ? WHERE case_id = ?');

  /** The receipt given before; null when the case is new. */
  function receiptOf(envelope: CaseEnvelope, print: string): Result<string | null, Refusal> {
    const row = kept.get(envelope.caseId);
    if (!row) return ok(null);
    if (row.fingerprint !== print) return err(refusal('key-reused', 'this case id holds another case'));
    repeated.run(envelope.caseId);
    return ok(String(row.receipt));
  }

  return {
    async commit(envelope) {
      const print = fingerprint(envelope);
      const before = receiptOf(envelope, print);
      if (!before.ok) return before;
      if (before.value !== null) return ok(before.value);
      const opened = await inspect(parts, envelope);
      if (!opened.ok) return opened;
      const claims = receiptClaims(database, envelope, print, parts.now());
      const receipt = await signReceipt(parts.keys, claims);
      // Signing waited: another request may have committed the same case meanwhile. The row decides, not this receipt.
      const meanwhile = receiptOf(envelope, print);
      if (!meanwhile.ok) return meanwhile;
      if (meanwhile.value !== null) return ok(meanwhile.value);
      const stored = insertCase(parts, envelope, opened.value, claims, receipt);
      if (stored.ok) parts.onChange();
      return stored;
    },
    list: () => summaries(''),
    find: (caseId) => summaries('WHERE case_id = ?', caseId)[0] ?? null,
    byCode: (code) =>
      code.length === 44 ? summaries('WHERE code = ?', code) : summaries('WHERE substr(code, -length(?1)) = ?1', code),
    byHolder: (hash) => summaries('WHERE holder_hash = ?', hash),
    events: (caseId) =>
      events.all(caseId).map((row) => ({
        at: Number(row.at),
        state: row.state as CaseState,
        actor: row.actor as Actor,
        note: row.note === null ? null : (JSON.parse(String(row.note)) as LocalNote),
      })),
    payload(caseId) {
      const row = payloads.get(caseId);
      return row ? casePayload.parse(JSON.parse(String(row.payload))) : null;
    },
    move(caseId, to, note) {
      const found = summaries('WHERE case_id = ?', caseId)[0];
      if (!found) return err(refusal('case-unknown', 'no such case'));
      const actor = moverOf(found.state, to);
      if (!actor) return err(refusal('bad-request', `${to} does not follow ${found.state}`));
      transaction(database, () => {
        setState.run(to, caseId);
        addEvent(database, caseId, { at: parts.now(), state: to, actor, note });
      });
      parts.onChange();
      return ok(undefined);
    },
  };
}

/** All that must hold before the centre promises anything: code, blobs, seal, signature, payload, each picture. */
async function inspect(parts: Parts, envelope: CaseEnvelope): Promise<Result<CasePayload, Refusal>> {
  if (!isCaseCode(envelope.code)) return err(refusal('code-invalid', 'the check character of the code does not hold'));
  const complete = parts.blobs.complete(envelope);
  if (!complete.ok) return complete;
  const key = await parts.terminals.keyOf(envelope.terminal);
  if (!key) return err(refusal('unauthorised', 'terminal not registered'));
  const payload = await openPayload(parts.keys, envelope, key);
  if (!payload.ok) return payload;
  for (const material of payload.value.materials) {
    const body = parts.blobs.read(envelope.caseId, material.n);
    const clear = body ? await openBlob(parts.keys, body) : err(refusal('internal', 'a stored blob is gone'));
    if (!clear.ok) return clear;
    if (sha256Hex(clear.value) !== material.sha256)
      return err(refusal('unreadable', `blob ${material.n} does not hold the picture that was signed`));
  }
  return payload;
}

function receiptClaims(database: DatabaseSync, envelope: CaseEnvelope, print: string, at: number): ReceiptClaims {
  const row = database
    .prepare(
      `INSERT INTO counters (name, value) VALUES ('receipt', 1)
       ON CONFLICT (name) DO UPDATE SET value = value + 1 RETURNING value`,
    )
    .get();
  return {
    caseId: envelope.caseId,
    code: envelope.code,
    terminal: envelope.terminal,
    fingerprint: print,
    receiptNumber: `SJ${String(row?.value).padStart(8, '0')}`,
    state: 'received',
    receivedAt: new Date(at).toISOString(),
  };
}

function signReceipt(keys: Keys, claims: ReceiptClaims): Promise<string> {
  return new CompactSign(new TextEncoder().encode(JSON.stringify(claims)))
    .setProtectedHeader({ alg: signing, kid: keys.signKid, typ: 'receipt+jws' })
    .sign(keys.sign);
}

function insertCase(
  { database, keys }: Parts,
  envelope: CaseEnvelope,
  payload: CasePayload,
  claims: ReceiptClaims,
  receipt: string,
): Result<string, Refusal> {
  if (database.prepare('SELECT 1 FROM cases WHERE code = ?').get(envelope.code))
    return err(refusal('code-invalid', 'another case has this code'));
  const at = Date.parse(claims.receivedAt);
  transaction(database, () => {
    database
      .prepare(
        `INSERT INTO cases (case_id, code, terminal, fingerprint, envelope, payload, task_code, holder_hash, state,
           receipt, receipt_number, received_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, 'received', ?, ?, ?)`,
      )
      .run(
        envelope.caseId,
        envelope.code,
        envelope.terminal,
        claims.fingerprint,
        JSON.stringify(envelope),
        JSON.stringify(payload),
        payload.taskCode,
        keys.hashHolder(payload.holder.number),
        receipt,
        claims.receiptNumber,
        at,
      );
    addEvent(database, envelope.caseId, { at, state: 'received', actor: 'citizen', note: null });
  });
  return ok(receipt);
}

function addEvent(database: DatabaseSync, caseId: string, event: CaseEvent): void {
  database
    .prepare(
      `INSERT INTO events (case_id, seq, at, state, actor, note)
       SELECT ?1, coalesce(max(seq), 0) + 1, ?2, ?3, ?4, ?5 FROM events WHERE case_id = ?1`,
    )
    .run(caseId, event.at, event.state, event.actor, event.note === null ? null : JSON.stringify(event.note));
}
