import { statfsSync } from 'node:fs';
import { join } from 'node:path';
import type { Clock } from '../../drivers/contract/clock.ts';
import { type Log, technical } from '../../drivers/contract/log.ts';
import { err, ok, type Result } from '../../drivers/contract/result.ts';
import type { CaseEnvelope, ReceiptClaims } from '../centre/api.ts';
import type { Journal } from '../journal/journal.ts';
import { type CaseFiles, createCaseFiles } from './case-files.ts';
import { fileCause, isFileError } from './durable-files.ts';
import { fingerprint } from './fingerprint.ts';
import { createOutboxRows, type OutboxRows } from './outbox-rows.ts';
import type { SealError } from './uplink.ts';

/** Cases that may wait for the centre: a month without a line. Beyond, new ones are refused and none is dropped. */
const heldLimit = 1_000;
/** Free disk below which nothing new is promised: the journal must still be able to record what comes of the old. */
const freeFloorBytes = 200 * 1024 * 1024;

/** What a terminal has promised: sealed files and the rows that make them promises. */
export interface Outbox
  extends Pick<OutboxRows, 'entry' | 'list' | 'pending' | 'knowsCode' | 'holdsCode' | 'blobsToSend'> {
  /** Error `full` where no new case may be begun. */
  room(): Result<void, SealError>;
  /**
   * Stores one case: `write` puts down the sealed blobs and returns the envelope; then files and folder are synced, and
   * one transaction makes it a promise. After an error nothing of it is left.
   */
  store(
    caseId: string,
    write: (blob: (n: number, sealed: Uint8Array) => Promise<void>) => Promise<CaseEnvelope>,
  ): Promise<Result<void, SealError>>;
  /** The envelope as sealed; null where the files are gone or no longer what was sealed. */
  readEnvelope(caseId: string): Promise<CaseEnvelope | null>;
  /** Null where the file cannot be read. */
  readBlob(caseId: string, n: number): Promise<Uint8Array | null>;
  markSending(caseId: string): void;
  markBlobSent(caseId: string, n: number): void;
  /** The centre wants all blobs again. */
  markBlobsUnsent(caseId: string): void;
  /** Notes a failed attempt and returns how often in a row the centre gave this refusal (null: no refusal). */
  markFailed(caseId: string, cause: string, refusal: string | null): number;
  park(caseId: string, cause: string): void;
  /** Records the receipt, then removes the sealed files. False where the journal could not keep it. */
  receive(caseId: string, claims: ReceiptClaims, jws: string): Promise<boolean>;
  /** Brings files and rows together after a stop. */
  recover(): Promise<void>;
}

export function createOutbox(options: {
  readonly journal: Journal;
  readonly stateDirectory: string;
  readonly clock: Clock;
  readonly log: Log;
}): Outbox {
  const { journal, stateDirectory, clock, log } = options;
  const files = createCaseFiles(join(stateDirectory, 'outbox'));
  const rows = createOutboxRows(journal.database);

  function promise(envelope: CaseEnvelope, kind: 'case-sealed' | 'case-found-again') {
    return journal.transaction(() => {
      rows.insert(envelope, Math.trunc(clock.now()));
      const body = { case: technical(envelope.caseId), code: technical(envelope.code), blobs: envelope.blobs.length };
      journal.audit.append(kind, { ...body, fingerprint: technical(fingerprint(envelope)) });
    });
  }

  /** Removes what is no promise, or no longer needed. What cannot be removed now is removed at the next start. */
  async function clear(caseId: string): Promise<void> {
    try {
      await files.remove(caseId);
    } catch (error) {
      if (!isFileError(error)) throw error;
      log.warn('outbox-folder-stays', { case: technical(caseId), cause: technical(fileCause(error)) });
    }
  }

  return {
    entry: rows.entry,
    list: rows.list,
    pending: rows.pending,
    knowsCode: rows.knowsCode,
    holdsCode: rows.holdsCode,
    blobsToSend: rows.blobsToSend,
    room() {
      if (rows.held() >= heldLimit) return err({ code: 'full', cause: `${heldLimit} cases wait for the centre` });
      try {
        const disk = statfsSync(stateDirectory);
        const free = disk.bavail * disk.bsize;
        if (free < freeFloorBytes) return err({ code: 'full', cause: `only ${free} bytes of disk are free` });
      } catch (error) {
        return err({ code: 'journal', cause: fileCause(error) });
      }
      return ok(undefined);
    },

    async store(caseId, write) {
      try {
        await files.create(caseId);
        const envelope = await write((n, sealed) => files.writeBlob(caseId, n, sealed));
        await files.complete(envelope);
        const promised = promise(envelope, 'case-sealed');
        if (promised.ok) return ok(undefined);
        await clear(caseId);
        return err({ code: 'journal', cause: promised.error.cause });
      } catch (error) {
        await clear(caseId);
        if (!isFileError(error)) throw error;
        return err({ code: 'journal', cause: fileCause(error) });
      }
    },

    async readEnvelope(caseId) {
      return (await files.isWhole(caseId)) ? files.readEnvelope(caseId) : null;
    },
    readBlob: files.readBlob,

    // Bookkeeping of attempts: where the journal refuses it, the attempt is only repeated, which the centre allows.
    markSending: (caseId) => void journal.transaction(() => rows.sending(caseId)),
    markBlobSent: (caseId, n) => void journal.transaction(() => rows.blobSent(caseId, n)),
    markBlobsUnsent: (caseId) => void journal.transaction(() => rows.blobsUnsent(caseId)),
    markFailed(caseId, cause, refusal) {
      const failed = journal.transaction(() => rows.failed(caseId, cause, refusal));
      return failed.ok ? failed.value : 0;
    },
    park(caseId, cause) {
      log.error('case-parked', { case: technical(caseId), cause: technical(cause) });
      journal.transaction(() => {
        rows.parked(caseId, cause);
        journal.audit.append('case-parked', { case: technical(caseId), cause: technical(cause) });
      });
    },
    async receive(caseId, claims, jws) {
      const kept = journal.transaction(() => {
        rows.receipted(caseId, claims, jws);
        const receipt = { receipt: technical(claims.receiptNumber), fingerprint: technical(claims.fingerprint) };
        journal.audit.append('case-receipted', { case: technical(caseId), ...receipt });
      });
      if (kept.ok) await clear(caseId);
      return kept.ok;
    },

    async recover() {
      await files.prepare();
      for (const caseId of await files.list()) {
        const entry = rows.entry(caseId);
        if (entry?.state === 'receipted') await clear(caseId);
        // Without a row nothing was promised, unless the journal that held the row is lost.
        else if (!entry && !journal.fresh) await clear(caseId);
        else if (!entry) await findAgain(files, caseId, log, (envelope) => void promise(envelope, 'case-found-again'));
      }
    },
  };
}

/** The journal is new and the folder is not: the citizen may hold a slip, so the case is sent rather than dropped. */
async function findAgain(files: CaseFiles, caseId: string, log: Log, promise: (envelope: CaseEnvelope) => void) {
  const envelope = (await files.isWhole(caseId)) ? await files.readEnvelope(caseId) : null;
  if (envelope) promise(envelope);
  else await files.setAside(caseId);
  log.warn('case-without-journal', { case: technical(caseId), whole: envelope !== null });
}
