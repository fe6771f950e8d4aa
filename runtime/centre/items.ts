import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Log, technical } from '../../drivers/contract/log.ts';
import { type Item, itemSchema } from '../catalogue/item.ts';
import { sha256Hex } from '../uplink/fingerprint.ts';

/** The published items, and the tag that changes when any of them does. */
export interface Catalogue {
  readonly items: readonly Item[];
  readonly etag: string;
  byTaskCode(taskCode: string): Item | null;
}

/** Reads every item of `directory`. A file that is not an item is left out and logged: the others still serve. */
export function loadCatalogue(directory: string, log: Log): Catalogue {
  const files = listFiles(directory, log);
  const items = files.flatMap((file) => {
    const item = readItem(join(directory, file));
    if (item.ok) return [item.value];
    log.error('item-unusable', { file: technical(file), cause: technical(item.cause) });
    return [];
  });
  const byTaskCode = new Map(items.map((item) => [item.taskCode, item]));
  return {
    items,
    etag: `"${sha256Hex(JSON.stringify(items)).slice(0, 32)}"`,
    byTaskCode: (taskCode) => byTaskCode.get(taskCode) ?? null,
  };
}

function listFiles(directory: string, log: Log): readonly string[] {
  try {
    return readdirSync(directory)
      .filter((file) => file.endsWith('.json'))
      .sort();
  } catch (error) {
    log.error('items-unreadable', { cause: technical(String(error)) });
    return [];
  }
}

function readItem(
  path: string,
): { readonly ok: true; readonly value: Item } | { readonly ok: false; readonly cause: string } {
  try {
    const parsed = itemSchema.safeParse(JSON.parse(readFileSync(path, 'utf8')));
    if (parsed.success) return { ok: true, value: parsed.data };
    const issue = parsed.error.issues[0];
    return { ok: false, cause: `${issue?.path.map(String).join('.')}: ${issue?.message}` };
  } catch (error) {
    return { ok: false, cause: String(error) };
  }
}
