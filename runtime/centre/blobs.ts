import { createHash } from 'node:crypto';
import type { DatabaseSync } from 'node:sqlite';
import { err, ok, type Result } from '../../drivers/contract/result.ts';
import type { CaseEnvelope } from './api.ts';
import { type Refusal, refusal } from './problems.ts';

/** Bytes of one sealed material, and of all materials of one case. */
export const blobLimit = 12 * 1024 * 1024;
export const caseBlobsLimit = 200 * 1024 * 1024;

export interface Blobs {
  /** Stores a sealed material; the same one again changes nothing. */
  store(terminal: string, caseId: string, n: number, body: Uint8Array): Result<void, Refusal>;
  read(caseId: string, n: number): Uint8Array | null;
  /** Refuses unless every blob of the envelope is here, whole, from this terminal. */
  complete(envelope: CaseEnvelope): Result<void, Refusal>;
}

export function createBlobs(database: DatabaseSync, now: () => number): Blobs {
  const find = database.prepare('SELECT terminal, sha256, bytes FROM blobs WHERE case_id = ? AND n = ?');
  const total = database.prepare(
    'SELECT coalesce(sum(bytes), 0) AS bytes, max(terminal) AS terminal FROM blobs WHERE case_id = ?',
  );
  const insert = database.prepare(
    'INSERT INTO blobs (case_id, n, terminal, sha256, bytes, body, stored_at) VALUES (?, ?, ?, ?, ?, ?, ?)',
  );
  const body = database.prepare('SELECT body FROM blobs WHERE case_id = ? AND n = ?');
  const committed = database.prepare('SELECT 1 FROM cases WHERE case_id = ?');

  return {
    store(terminal, caseId, n, bytes) {
      const sha256 = createHash('sha256').update(bytes).digest('hex');
      const kept = find.get(caseId, n);
      if (kept)
        return kept.sha256 === sha256 && kept.terminal === terminal
          ? ok(undefined)
          : err(refusal('key-reused', 'another material is stored under this number'));
      const sum = total.get(caseId);
      if (sum?.terminal && sum.terminal !== terminal) return err(refusal('forbidden', 'a case of another terminal'));
      if (committed.get(caseId)) return err(refusal('key-reused', 'the case is closed to further materials'));
      if (Number(sum?.bytes) + bytes.length > caseBlobsLimit)
        return err(refusal('too-large', `a case holds at most ${caseBlobsLimit} bytes`));
      insert.run(caseId, n, terminal, sha256, bytes.length, bytes, now());
      return ok(undefined);
    },
    read(caseId, n) {
      const row = body.get(caseId, n);
      return row?.body instanceof Uint8Array ? row.body : null;
    },
    complete(envelope) {
      const missing: number[] = [];
      for (const blob of envelope.blobs) {
        const kept = find.get(envelope.caseId, blob.n);
        if (!kept || kept.terminal !== envelope.terminal) missing.push(blob.n);
        else if (kept.sha256 !== blob.sha256 || kept.bytes !== blob.bytes)
          return err(refusal('key-reused', `blob ${blob.n} is not the one in the manifest`));
      }
      return missing.length === 0 ? ok(undefined) : err(refusal('blobs-missing', `missing: ${missing.join(' ')}`));
    },
  };
}
