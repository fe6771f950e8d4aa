/**
 * Makes `pinyin.json`, the keyboard's dictionary, from jieba's word frequencies, pinyin-pro's readings and `lexicon.txt`.
 * The result is committed, so that neither library is needed to build or run the terminal:
 *
 *   npm i --prefix DIR pinyin-pro@3.29.4 @node-rs/jieba@2.0.3 && node ui/input/dictionary/build.ts DIR
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { resolve } from 'node:path';
import type { PinyinData } from '../pinyin-dictionary.ts';

interface PinyinPro {
  pinyin(
    text: string,
    options: { toneType: 'none'; type: 'array'; v: true; multiple?: true; surname?: 'head'; nonZh?: 'removed' },
  ): string[];
}

type Tag = 'place' | 'person' | 'plain';
interface Word {
  readonly text: string;
  readonly frequency: number;
  readonly tag: Tag;
  readonly reading: readonly string[];
}
interface Lexicon {
  readonly words: ReadonlyMap<string, { frequency: number; tag: Tag; reading?: readonly string[] }>;
  readonly surnames: string;
  readonly givenNames: string;
}

const hanzi = /^[\u3007\u3400-\u9fff\u{20000}-\u{323af}]+$/u;
const notTyped = new Set(['n', 'ng', 'm', 'hm', 'hng', 'ê', 'io', 'yo']);
const unique = (text: string): string => [...new Set(text)].join('');

/** Logarithmic weight 0..35 as one base-36 digit; 1.8 steps an octave put the most common character at 33. */
function level(frequency: number): number {
  return Math.min(35, Math.round(1.8 * Math.log2(1 + frequency)));
}
const digit = (value: number): string => value.toString(36).toUpperCase();

function readLexicon(text: string): Lexicon {
  const frequencies: Record<string, { frequency: number; tag: Tag }> = {
    office: { frequency: 1500, tag: 'plain' },
    address: { frequency: 1500, tag: 'place' },
    place: { frequency: 800, tag: 'place' },
    'compound surnames': { frequency: 300, tag: 'person' },
  };
  const words = new Map<string, { frequency: number; tag: Tag; reading?: readonly string[] }>();
  const lists: Record<string, string> = {};
  let section = '';
  for (const line of text.split('\n')) {
    if (line.startsWith('#')) continue;
    const heading = /^\[([a-z ]+)\]$/.exec(line)?.[1];
    if (heading !== undefined) {
      section = heading;
      continue;
    }
    const weight = frequencies[section];
    if (weight === undefined) {
      lists[section] = (lists[section] ?? '') + line.trim();
      continue;
    }
    for (const [, word = '', reading] of line.matchAll(/([^\s[\]]+)(?:\[([a-z ]+)\])?/g)) {
      words.set(word, { ...weight, ...(reading === undefined ? {} : { reading: reading.split(' ') }) });
    }
  }
  return { words, surnames: unique(lists.surnames ?? ''), givenNames: unique(lists['given names'] ?? '') };
}

function readingsOf({ pinyin }: PinyinPro, text: string, asName: boolean): string[] {
  return pinyin(text, { toneType: 'none', type: 'array', v: true, ...(asName ? { surname: 'head' } : {}) }).map((s) =>
    s.replaceAll('ü', 'v'),
  );
}

/** Every word of the frequency list with its reading, weights of the lexicon applied. */
function readWords(library: PinyinPro, frequencyList: string, lexicon: Lexicon): Word[] {
  const words: Word[] = [];
  const seen = new Set<string>();
  for (const line of frequencyList.split('\n')) {
    const [text = '', count = '0', code = ''] = line.split(' ');
    if (!hanzi.test(text)) continue;
    const extra = lexicon.words.get(text);
    const tag = extra?.tag ?? (code === 'ns' || code === 'nt' ? 'place' : code === 'nr' ? 'person' : 'plain');
    const frequency = Math.max(Number(count), extra?.frequency ?? 0);
    words.push({ text, frequency, tag, reading: extra?.reading ?? readingsOf(library, text, code === 'nr') });
    seen.add(text);
  }
  for (const [text, { frequency, tag, reading }] of lexicon.words) {
    if (!seen.has(text)) words.push({ text, frequency, tag, reading: reading ?? readingsOf(library, text, false) });
  }
  return words;
}

/** Frequency of each reading of each character: the character's own, shared out as the words use its readings. */
function characterReadings(
  library: PinyinPro,
  words: readonly Word[],
  surnames: string,
): Map<string, Map<string, number>> {
  const used = new Map<string, number>();
  const own = new Map<string, number>();
  for (const { text, frequency, reading } of words) {
    const characters = [...text];
    if (characters.length === 1) own.set(text, frequency);
    else
      for (const [i, c] of characters.entries()) used.set(c + reading[i], (used.get(c + reading[i]) ?? 0) + frequency);
  }
  const result = new Map<string, Map<string, number>>();
  for (const [from, to] of [
    [0x3007, 0x3007],
    [0x3400, 0x9fff],
    [0x20000, 0x323af],
  ] as const) {
    for (let code = from; code <= to; code++) {
      const character = String.fromCodePoint(code);
      const options = { toneType: 'none', type: 'array', v: true, nonZh: 'removed' } as const;
      const all = library.pinyin(character, { ...options, multiple: true }).map((s) => s.replaceAll('ü', 'v'));
      if (surnames.includes(character)) all.push(...readingsOf(library, character, true));
      const typed = [...new Set(all)].filter((s) => /^[a-z]+$/.test(s) && !notTyped.has(s));
      const total = typed.reduce((sum, s) => sum + (used.get(character + s) ?? 0), 0);
      // The list counts debris of wrongly decoded text as characters; no word uses those.
      const frequency = Math.min(Math.max(own.get(character) ?? 0, total / 4), 50 * total);
      result.set(
        character,
        new Map(
          typed.map((s, i) => {
            const share = total === 0 ? (i === 0 ? 1 : 0.05) : (used.get(character + s) ?? 0) / total;
            return [s, frequency * share];
          }),
        ),
      );
    }
  }
  return result;
}

/** `syllable` then, from the most to the least common, a level digit and the characters of that level. */
function writeCharacters(readings: ReadonlyMap<string, ReadonlyMap<string, number>>): string {
  const syllables = new Map<string, { character: string; level: number }[]>();
  for (const [character, shares] of readings) {
    for (const [syllable, frequency] of shares) {
      const list = syllables.get(syllable) ?? [];
      list.push({ character, level: level(frequency) });
      syllables.set(syllable, list);
    }
  }
  return [...syllables]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([syllable, list]) => {
      list.sort((a, b) => b.level - a.level || (a.character < b.character ? -1 : 1));
      const parts = list.map((c, i) => (c.level === list[i - 1]?.level ? '' : digit(c.level)) + c.character);
      return syllable + parts.join('');
    })
    .join('\n');
}

function isKept({ text, frequency, tag }: Word): boolean {
  const length = [...text].length;
  if (length < 2 || length > 7) return false;
  return frequency >= (tag === 'place' ? (length > 5 ? 20 : 3) : tag === 'person' ? 120 : length >= 4 ? 110 : 36);
}

/** A line a first syllable; the reading is written only where it is not each character's most common one. */
function writeWords(words: readonly Word[], readings: ReadonlyMap<string, ReadonlyMap<string, number>>): string {
  const marks: Record<Tag, string> = { place: '+', person: '*', plain: '' };
  const usual = (character: string): string => {
    const ordered = [...(readings.get(character) ?? [])].map(([s, f]) => ({ s, l: level(f) }));
    return ordered.sort((a, b) => b.l - a.l || (a.s < b.s ? -1 : 1))[0]?.s ?? '';
  };
  const lines = new Map<string, string>();
  const kept = words.filter(isKept).map((word) => ({ ...word, key: word.reading.join(' ') }));
  kept.sort((a, b) =>
    a.key < b.key ? -1 : a.key > b.key ? 1 : b.frequency - a.frequency || (a.text < b.text ? -1 : 1),
  );
  for (const { text, frequency, tag, key, reading } of kept) {
    const expected = [...text].map(usual).join(' ');
    const first = reading[0] ?? '';
    const word = text + (expected === key ? '' : key) + digit(level(frequency)) + marks[tag];
    lines.set(first, (lines.get(first) ?? first) + word);
  }
  return [...lines.values()].join('\n');
}

function byCount(words: readonly Word[], surnames: string, seed: string): string {
  const counts = new Map<string, number>();
  for (const { text, frequency, tag } of words) {
    const [first = '', ...rest] = text;
    if (tag !== 'person' || rest.length < 1 || rest.length > 2 || frequency < 2 || !surnames.includes(first)) continue;
    for (const c of rest) counts.set(c, (counts.get(c) ?? 0) + 1);
  }
  const ordered = [...counts].filter(([, n]) => n >= 4).sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1));
  return unique(seed + ordered.map(([c]) => c).join(''));
}

const from = process.argv[2];
if (from === undefined) throw new Error('usage: node ui/input/dictionary/build.ts DIRECTORY_OF_NODE_MODULES');
const require = createRequire(`${resolve(from)}/`);
const library = require('pinyin-pro') as PinyinPro;
const lexicon = readLexicon(readFileSync(new URL('lexicon.txt', import.meta.url), 'utf8'));
const words = readWords(library, readFileSync(require.resolve('@node-rs/jieba/dict.txt'), 'utf8'), lexicon);
const readings = characterReadings(library, words, lexicon.surnames);
const data: PinyinData = {
  characters: writeCharacters(readings),
  words: writeWords(words, readings),
  surnames: lexicon.surnames,
  givenNames: byCount(words, lexicon.surnames, lexicon.givenNames),
};
writeFileSync(new URL('pinyin.json', import.meta.url), `${JSON.stringify(data, null, 2)}\n`);
