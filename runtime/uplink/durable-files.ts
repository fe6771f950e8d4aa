import { mkdir, open, rename } from 'node:fs/promises';
import { dirname } from 'node:path';

/** Makes the entries of a directory survive a power cut. */
export async function syncDirectory(path: string): Promise<void> {
  const handle = await open(path, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/**
 * Writes a file that after any crash is whole or not there: beside it first, synced, then renamed. The caller syncs the
 * directory once all its files are written. Throws the file system's error.
 */
export async function writeDurably(path: string, bytes: Uint8Array | string): Promise<void> {
  const beside = `${path}.new`;
  const handle = await open(beside, 'w', 0o600);
  try {
    await handle.writeFile(bytes);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(beside, path);
}

/** A directory that only this terminal's user can enter, durable in its parent. */
export async function makeDirectory(path: string): Promise<void> {
  await mkdir(path, { recursive: true, mode: 0o700 });
  await syncDirectory(dirname(path));
}

/** errno and system call of a file error: its words for the technician. */
export function fileCause(error: unknown): string {
  if (error instanceof Error && 'code' in error && 'syscall' in error) return `${error.code} on ${error.syscall}`;
  return error instanceof Error ? error.name : typeof error;
}

/** Whether a thrown value comes from the file system rather than from a bug. */
export function isFileError(error: unknown): boolean {
  return error instanceof Error && 'syscall' in error && 'code' in error;
}
