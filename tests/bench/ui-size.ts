import { readFile } from 'node:fs/promises';
import { gzipSync } from 'node:zlib';

const dist = new URL('../../dist/', import.meta.url);

/** What a browser must load before the first screen: the page's own scripts, styles and preloads, gzip, kB. */
export async function measureFirstLoad(): Promise<{ readonly kilobytes: number; readonly files: readonly string[] }> {
  const page = await readFile(new URL('index.html', dist), 'utf8').catch(() => {
    throw new Error('the UI is not built: run npm run build');
  });
  const names = [...page.matchAll(/(?:src|href)="\/?([^"]+\.(?:js|css))"/g)].map((match) => match[1] ?? '');
  const sizes = await Promise.all(
    names.map(async (name) => gzipSync(await readFile(new URL(name, dist)), { level: 9 }).length),
  );
  const kilobytes = sizes.reduce((sum, size) => sum + size, 0) / 1000;
  return {
    kilobytes,
    files: names.map((name, n) => `${name.split('/').at(-1)} ${((sizes[n] ?? 0) / 1000).toFixed(1)}`),
  };
}
