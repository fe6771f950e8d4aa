import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import iconv from 'iconv-lite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makePersona, marksOf } from '../../runtime/rehearsal/persona.ts';
import { percentile } from '../../runtime/rehearsal/report.ts';
import { searchClearText } from '../../runtime/rehearsal/search.ts';

const name = '张㐅丂';
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'window24-search-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('the search for clear text', () => {
  it.each([
    ['utf-8', Buffer.from(`x${name}y`)],
    ['utf-16le', Buffer.from(name, 'utf16le')],
    ['gb18030', iconv.encode(name, 'gb18030')],
    ['json escapes', Buffer.from('"\\u5f20\\u3405\\u4e02"')],
    ['hex', Buffer.from(Buffer.from(name).toString('hex'))],
    ['base64+0', Buffer.from(Buffer.from(`${name}!`).toString('base64'))],
    ['base64+1', Buffer.from(Buffer.from(`a${name}!`).toString('base64'))],
    ['base64+2', Buffer.from(Buffer.from(`ab${name}!`).toString('base64'))],
  ])('finds a name written as %s', async (encoding, bytes) => {
    await writeFile(join(folder, 'file'), Buffer.concat([Buffer.from('before '), bytes, Buffer.from(' after')]));
    const { found } = await searchClearText(folder, [name]);
    expect(found.map((each) => each.encoding)).toContain(encoding);
  });

  it('finds nothing where nothing was written', async () => {
    await writeFile(join(folder, 'file'), 'a sealed case');
    expect((await searchClearText(folder, [name])).found).toEqual([]);
  });

  it('gives every persona marks of its own', () => {
    const jpeg = Uint8Array.of(0xff, 0xd8, 0xff, 0xd9);
    const numbers = new Set(Array.from({ length: 200 }, (_, run) => marksOf(makePersona(run, jpeg))[1]));
    expect(numbers.size).toBe(200);
  });
});

describe('percentile', () => {
  it.each([
    [[], 95, 0],
    [[7], 50, 7],
    [[1, 2, 3, 4], 50, 2],
    [[4, 1, 3, 2], 95, 4],
  ])('of %j at %i is %i', (values, p, expected) => expect(percentile(values, p)).toBe(expected));
});
