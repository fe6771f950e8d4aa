/** Primary result codes of SQLite (sqlite3.h) that say "not now" or "not here", as opposed to a bug of ours. */
export const sqliteCodes = {
  busy: 5,
  locked: 6,
  noMemory: 7,
  readOnly: 8,
  ioError: 10,
  corrupt: 11,
  full: 13,
  cannotOpen: 14,
  notADatabase: 26,
} as const;

/** Primary result code of an error thrown by node:sqlite; null for any other error. */
export function sqliteCode(error: unknown): number | null {
  if (!(error instanceof Error) || !('errcode' in error) || typeof error.errcode !== 'number') return null;
  // The low byte is the primary code, the rest refines it.
  return error.errcode & 0xff;
}

/** Whether the disk, its rights or another process is to blame. */
export function isEnvironmental(error: unknown): boolean {
  const code = sqliteCode(error);
  return code !== null && Object.values<number>(sqliteCodes).includes(code);
}

/** The technician's words. SQLite's messages name tables and conditions, never values. */
export function sqliteCause(error: unknown): string {
  const code = error instanceof Error && 'errcode' in error ? ` (SQLite ${String(error.errcode)})` : '';
  return `${error instanceof Error ? error.message : String(error)}${code}`;
}
