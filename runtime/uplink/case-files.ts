import { readdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { type CaseEnvelope, caseEnvelope } from '../centre/api.ts';
import { makeDirectory, syncDirectory, writeDurably } from './durable-files.ts';
import { sha256Hex } from './fingerprint.ts';

const envelopeName = 'envelope.json';
const purged = 'purged-';
const unreadable = 'unreadable-';

/**
 * The sealed bytes of cases: `<directory>/<caseId>/<n>.jwe` and `envelope.json`. A folder says all there is about its
 * case, so that even a lost journal loses no promise. All functions throw the file system's errors.
 */
export interface CaseFiles {
  create(caseId: string): Promise<void>;
  writeBlob(caseId: string, n: number, bytes: Uint8Array): Promise<void>;
  /** Writes the envelope last and makes the whole folder durable. */
  complete(envelope: CaseEnvelope): Promise<void>;
  /** Null where it is not there, torn or damaged. */
  readEnvelope(caseId: string): Promise<CaseEnvelope | null>;
  /** Null where the file cannot be read. */
  readBlob(caseId: string, n: number): Promise<Uint8Array | null>;
  /** Whether the envelope and each of its blobs are there and unharmed. */
  isWhole(caseId: string): Promise<boolean>;
  /** Ids of the folders that are there. */
  list(): Promise<readonly string[]>;
  /** In two steps, so that a half-removed folder is never taken for a case. */
  remove(caseId: string): Promise<void>;
  /** Takes a folder out of the way of `list` and keeps it for a person to look at. */
  setAside(caseId: string): Promise<void>;
  /** Makes the directory and finishes removals that a crash cut off. */
  prepare(): Promise<void>;
}

export function createCaseFiles(directory: string): CaseFiles {
  const folder = (caseId: string) => join(directory, caseId);
  const blobPath = (caseId: string, n: number) => join(folder(caseId), `${n}.jwe`);

  async function readEnvelope(caseId: string): Promise<CaseEnvelope | null> {
    try {
      const envelope = caseEnvelope.parse(JSON.parse(await readFile(join(folder(caseId), envelopeName), 'utf8')));
      return envelope.caseId === caseId ? envelope : null;
    } catch {
      return null;
    }
  }

  async function readBlob(caseId: string, n: number): Promise<Uint8Array | null> {
    try {
      return await readFile(blobPath(caseId, n));
    } catch {
      return null;
    }
  }

  return {
    async create(caseId) {
      await rm(folder(caseId), { recursive: true, force: true });
      await makeDirectory(folder(caseId));
    },
    writeBlob: (caseId, n, bytes) => writeDurably(blobPath(caseId, n), bytes),
    async complete(envelope) {
      await writeDurably(join(folder(envelope.caseId), envelopeName), JSON.stringify(envelope));
      await syncDirectory(folder(envelope.caseId));
    },
    readEnvelope,
    readBlob,
    async isWhole(caseId) {
      const envelope = await readEnvelope(caseId);
      if (!envelope) return false;
      for (const blob of envelope.blobs) {
        const bytes = await readBlob(caseId, blob.n);
        if (!bytes || sha256Hex(bytes) !== blob.sha256) return false;
      }
      return true;
    },
    async list() {
      const names = await readdir(directory);
      return names.filter((name) => z.uuidv7().safeParse(name).success);
    },
    async remove(caseId) {
      const going = join(directory, `${purged}${caseId}`);
      await rename(folder(caseId), going);
      await rm(going, { recursive: true, force: true });
    },
    setAside: (caseId) => rename(folder(caseId), join(directory, `${unreadable}${caseId}`)),
    async prepare() {
      await makeDirectory(directory);
      for (const name of await readdir(directory)) {
        if (name.startsWith(purged)) await rm(join(directory, name), { recursive: true, force: true });
      }
    },
  };
}
