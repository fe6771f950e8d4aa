import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import iconv from 'iconv-lite';

/** Where a planted clear text was found. The text itself is not repeated. */
export interface Found {
  readonly file: string;
  readonly encoding: string;
  readonly mark: number;
}

/**
 * Looks for every mark, in every encoding that a program here might have written it, in every file below `directory`.
 * Base64 is searched at its three alignments.
 */
export async function searchClearText(
  directory: string,
  marks: readonly string[],
): Promise<{ readonly files: number; readonly found: readonly Found[] }> {
  const needles = marks.flatMap((mark, index) => encodings(mark).map((each) => ({ ...each, mark: index })));
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  const found: Found[] = [];
  let files = 0;
  for (const entry of entries) {
    if (!entry.isFile()) continue;
    const file = join(entry.parentPath, entry.name);
    const bytes = await readFile(file).catch(() => null);
    if (!bytes) continue;
    files += 1;
    for (const needle of needles)
      if (bytes.includes(needle.bytes)) found.push({ file, encoding: needle.encoding, mark: needle.mark });
  }
  return { files, found };
}

function encodings(text: string): { readonly encoding: string; readonly bytes: Buffer }[] {
  const utf8 = Buffer.from(text, 'utf8');
  const plain = [
    { encoding: 'utf-8', bytes: utf8 },
    { encoding: 'utf-16le', bytes: Buffer.from(text, 'utf16le') },
    { encoding: 'gb18030', bytes: iconv.encode(text, 'gb18030') },
    {
      encoding: 'json escapes',
      bytes: Buffer.from(
        JSON.stringify(text)
          .slice(1, -1)
          .replace(/[^\x20-\x7e]/g, escape16),
      ),
    },
    { encoding: 'hex', bytes: Buffer.from(utf8.toString('hex')) },
  ];
  const base64 = [0, 1, 2].map((shift) => ({ encoding: `base64+${shift}`, bytes: base64Core(utf8, shift) }));
  return [...plain, ...base64].filter((each) => each.bytes.length >= 6);
}

function escape16(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

/** The characters of the base64 text that depend on these bytes alone, whatever stands around them. */
function base64Core(bytes: Buffer, shift: number): Buffer {
  const text = Buffer.concat([Buffer.alloc(shift), bytes])
    .toString('base64')
    .replace(/=+$/, '');
  return Buffer.from(text.slice(shift === 0 ? 0 : shift + 1, text.length - (text.length % 4 === 0 ? 0 : 1)));
}
