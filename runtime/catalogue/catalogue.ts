import { readdir, readFile, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { err, ok, type Result } from '../../drivers/contract/result.ts';
import { type Item, itemSchema } from './item.ts';
import { lintItem } from './lint.ts';

/** An item with its name in this catalogue: the file's name without `.json`. */
export type CatalogueItem = Item & { readonly id: string };

/** The items that a terminal offers, in the order of their ids. */
export interface Catalogue {
  list(): readonly CatalogueItem[];
  get(id: string): CatalogueItem | null;
}

/** One thing wrong with an item: where, what, and what to do about it. */
export interface CatalogueProblem {
  readonly file: string;
  /** Dotted path within the file; empty for the file itself. */
  readonly path: string;
  readonly problem: string;
  readonly hint: string;
}

/** Largest item file taken, bytes: thirty times a long guide. */
const fileLimit = 512 * 1024;

/**
 * Reads every `*.json` of a folder as an item and checks it. All problems of all files are listed; a catalogue with a
 * problem is not used at all, because a guide that promises the wrong thing costs somebody a journey.
 */
export async function loadCatalogue(
  directory: string,
): Promise<Result<Catalogue, { readonly problems: readonly CatalogueProblem[] }>> {
  let files: readonly string[];
  try {
    files = (await readdir(directory)).filter((file) => file.endsWith('.json')).sort();
  } catch (error) {
    const problem = `The folder cannot be read: ${causeOf(error)}.`;
    return err({ problems: [{ file: directory, path: '', problem, hint: 'Name a folder with one file an item.' }] });
  }
  const loaded = await Promise.all(files.map((file) => loadItem(directory, file)));
  const problems = [...loaded.flatMap((each) => each.problems), ...twins(loaded.flatMap((each) => each.item ?? []))];
  if (problems.length > 0) return err({ problems });
  const items = new Map(loaded.flatMap(({ item }) => (item ? [[item.id, item] as const] : [])));
  return ok({ list: () => [...items.values()], get: (id) => items.get(id) ?? null });
}

async function loadItem(
  directory: string,
  file: string,
): Promise<{ readonly item: CatalogueItem | null; readonly problems: readonly CatalogueProblem[] }> {
  const refuse = (path: string, problem: string, hint: string) => ({
    item: null,
    problems: [{ file, path, problem, hint }],
  });
  const id = basename(file, '.json');
  if (!/^[a-z][a-z0-9-]{1,60}$/.test(id))
    return refuse('', 'The name of the file is the id of the item.', 'Use lower-case letters, digits and hyphens.');
  let data: unknown;
  try {
    const path = join(directory, file);
    if ((await stat(path)).size > fileLimit)
      return refuse('', `The file is larger than ${fileLimit} bytes.`, 'An item is text: leave pictures out of it.');
    data = JSON.parse(await readFile(path, 'utf8'));
  } catch (error) {
    return refuse('', `The file cannot be read: ${causeOf(error)}.`, 'It must be one JSON object in UTF-8.');
  }
  const parsed = itemSchema.safeParse(data);
  if (!parsed.success) {
    const problems = parsed.error.issues.map((issue) => ({
      file,
      path: issue.path.join('.'),
      problem: issue.message,
      hint: 'Compare it with the schema in runtime/catalogue/item.ts and with the items shipped.',
    }));
    return { item: null, problems };
  }
  return { item: { ...parsed.data, id }, problems: lintItem(parsed.data).map((each) => ({ file, ...each })) };
}

/** A task code names one item (一事一码). */
function twins(items: readonly CatalogueItem[]): readonly CatalogueProblem[] {
  return items.flatMap((item, index) => {
    const first = items.findIndex((each) => each.taskCode === item.taskCode);
    if (first === index) return [];
    return [
      {
        file: `${item.id}.json`,
        path: 'taskCode',
        problem: `${items[first]?.id} has the same task code.`,
        hint: 'Every item has a code of its own.',
      },
    ];
  });
}

function causeOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
