import { access, readdir } from 'node:fs/promises';
import { join } from 'node:path';

/** The folder itself if it holds a flow, else those of its folders that do, in the order of their names. */
export async function flowFolders(directory: string): Promise<readonly string[]> {
  if (await exists(join(directory, 'flow.json'))) return [directory];
  const entries = await readdir(directory, { withFileTypes: true }).catch(() => []);
  const folders = entries.filter((each) => each.isDirectory()).map((each) => join(directory, each.name));
  const holding = await Promise.all(folders.map((folder) => exists(join(folder, 'flow.json'))));
  return folders.filter((_, n) => holding[n]).sort();
}

/** Whether there is a file or folder at `path` that this process may see. */
export async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
