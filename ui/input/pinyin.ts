/**
 * Pinyin to characters, as a pure function of the letters typed. Letters are cut into syllables every possible way;
 * words of the dictionary are laid over the cuts, and the likeliest chains of words come first, then the words and
 * characters that the front of the letters spells, longest first. Same letters, same list: it learns nothing from anybody.
 */
import { type DictionaryNode, type Entry, fold, type PinyinDictionary } from './pinyin-dictionary.ts';

/** What the field holds; weighs surnames and given names, or places. */
export type PinyinMode = 'text' | 'name' | 'address';

export interface Candidate {
  readonly text: string;
  /** Letters (and separators) of the input that choosing it uses up. */
  readonly length: number;
}

export interface PinyinQuery {
  /** Lower-case letters and `'` between syllables; `v` stands for ü. */
  readonly letters: string;
  readonly mode: PinyinMode;
  /** Nothing stands before the letters: in a name this is the place of the surname. */
  readonly atStart: boolean;
}

export interface PinyinAnswer {
  readonly candidates: readonly Candidate[];
  /** The letters as the likeliest chain cuts them, for showing: `qing he qu`. */
  readonly cut: string;
}

/** More letters than this are a cat on the keyboard. */
export const longestInput = 40;

interface Edge {
  readonly end: number;
  /** A syllable, or its first letters. */
  readonly spelling: string;
  readonly whole: boolean;
}

interface Match {
  readonly entry: Entry;
  readonly end: number;
  readonly score: number;
  readonly cuts: readonly number[];
  /** Heard through another accent. */
  readonly folded: boolean;
  /** One of its syllables is not typed to the end. */
  readonly begun: boolean;
}

interface Chain {
  readonly text: string;
  readonly score: number;
  readonly cuts: readonly number[];
}

// Scores are 1.8 × log2 of a probability. The list counts about 2^26 words.
const perWord = 46.5;
const penalty = { folded: 13, begun: 5, initial: 8 } as const;
const chainsKept = 8;
const chainSpread = 13;
const listLimit = 600;
const begunLimit = 120;
const initials = new Set('b p m f d t n l g k h j q x zh ch sh r z c s y w'.split(' '));
const addressCharacters = new Set('省市区县旗盟州镇乡村路街道巷弄里号栋幢楼层室单元座组队园苑庄屯寨桥湾坊东西南北中');
/** ü after n and l is typed v by those who learned it and u before e by the rest. */
const alias: Record<string, string> = { lue: 'lve', nue: 'nve' };

type Lattice = readonly (readonly Edge[])[];
/** How the letters may be cut: syllables only, a syllable begun at the end, initials anywhere. The first that works is used. */
const ways = ['whole', 'begun', 'initials'] as const;

function edgesFrom(dictionary: PinyinDictionary, letters: string, start: number, way: (typeof ways)[number]): Edge[] {
  const edges: Edge[] = [];
  const skip = (at: number): number => (letters[at] === "'" ? skip(at + 1) : at);
  for (let stop = start + 1; stop <= Math.min(letters.length, start + 6); stop++) {
    const typed = letters.slice(start, stop);
    if (typed.includes("'")) break;
    const spelling = alias[typed] ?? typed;
    const end = skip(stop);
    if (dictionary.syllables.has(spelling)) edges.push({ end, spelling, whole: true });
    else if (way !== 'whole' && end === letters.length && dictionary.prefixes.has(typed))
      edges.push({ end, spelling, whole: false });
    else if (way === 'initials' && initials.has(typed)) edges.push({ end, spelling, whole: false });
  }
  return edges;
}

/** Edges from each letter, without those that lead nowhere; undefined when the letters cannot be cut this way. */
function lattice(dictionary: PinyinDictionary, letters: string, way: (typeof ways)[number]): Lattice | undefined {
  const edges: Edge[][] = [];
  const arrives = new Set([letters.length]);
  for (let at = letters.length - 1; at >= 0; at--) {
    edges[at] = edgesFrom(dictionary, letters, at, way).filter(({ end }) => arrives.has(end));
    if (edges[at]?.length !== 0) arrives.add(at);
  }
  return arrives.has(0) ? edges : undefined;
}

/** Zipf's law stands in for counts that nobody publishes. */
const zipf = (rank: number, offset: number): number => -1.8 * Math.log2((rank + offset) * 5.5);

function baseScore(dictionary: PinyinDictionary, entry: Entry, query: PinyinQuery, atStart: boolean): number {
  const plain = entry.level - perWord;
  if (query.mode === 'address') {
    const fits = entry.kind === 'place' || (entry.kind === 'character' && addressCharacters.has(entry.text));
    return fits ? plain + 7 : plain;
  }
  if (query.mode === 'name') {
    if (entry.kind === 'person') return plain;
    if (entry.kind !== 'character') return plain - 14;
    const surname = dictionary.surnameRank.get(entry.text);
    if (atStart) return surname === undefined ? plain - 24 : zipf(surname, 2);
    const given = dictionary.givenNameRank.get(entry.text);
    const unusual = (dictionary.usualLevel.get(entry.text) ?? 0) - entry.level;
    return given === undefined ? plain - 12 : zipf(given, 12) - unusual;
  }
  return plain;
}

/** All entries whose syllables lie on the edges from `start`, the likeliest first. */
function matchesFrom(dictionary: PinyinDictionary, edges: Lattice, start: number, query: PinyinQuery): Match[] {
  const found: Match[] = [];
  const atStart = query.atStart && start === 0;
  const visit = (node: DictionaryNode | undefined, at: number, path: readonly Edge[], cost: number): void => {
    const cuts = path.map((edge) => edge.end);
    for (const entry of node?.entries ?? []) {
      const folded = path.filter((edge, i) => !agrees(edge, entry.syllables[i] ?? '')).length;
      const score = baseScore(dictionary, entry, query, atStart) - cost - folded * penalty.folded;
      found.push({ entry, end: at, score, cuts, folded: folded > 0, begun: cost > 0 });
    }
    for (const edge of edges[at] ?? []) {
      const further = edge.whole ? cost : cost + (edge.end === query.letters.length ? penalty.begun : penalty.initial);
      for (const key of keysFor(edge, node === undefined ? dictionary.keys : (node.children?.keys() ?? []))) {
        const child = node === undefined ? dictionary.branch(key) : node.children?.get(key);
        if (child !== undefined) visit(child, edge.end, [...path, edge], further);
      }
    }
  };
  visit(undefined, start, [], 0);
  return found.sort((a, b) => b.score - a.score || (a.entry.text < b.entry.text ? -1 : 1));
}

function keysFor(edge: Edge, keys: Iterable<string>): Iterable<string> {
  const key = fold(edge.spelling);
  return edge.whole ? [key] : [...keys].filter((name) => name.startsWith(key));
}

function agrees(edge: Edge, syllable: string): boolean {
  return edge.whole ? edge.spelling === syllable : syllable.startsWith(edge.spelling);
}

/** The likeliest chains of words from the first letter to the last, best first. */
function chains(matches: readonly (readonly Match[])[], length: number): Chain[] {
  const best: Chain[][] = Array.from({ length: length + 1 }, () => []);
  best[0] = [{ text: '', score: 0, cuts: [] }];
  for (let at = 0; at < length; at++) {
    const taken = new Map<number, number>();
    for (const match of matches[at] ?? []) {
      const used = taken.get(match.end) ?? 0;
      if (used >= chainsKept) continue;
      taken.set(match.end, used + 1);
      const list = best[match.end];
      for (const chain of best[at] ?? []) {
        list?.push({
          text: chain.text + match.entry.text,
          score: chain.score + match.score,
          cuts: [...chain.cuts, ...match.cuts],
        });
      }
    }
    best[at + 1] = distinct(best[at + 1] ?? []).slice(0, chainsKept);
  }
  return best[length] ?? [];
}

function distinct(list: readonly Chain[]): Chain[] {
  const seen = new Set<string>();
  return [...list]
    .sort((a, b) => b.score - a.score || (a.text < b.text ? -1 : 1))
    .filter(({ text }) => !seen.has(text) && seen.add(text));
}

/**
 * The order after the chains: what spells most letters first; but a word heard through another accent after everything
 * spelt exactly, and in a name also a word that is no name.
 */
function byLength(matches: readonly Match[], mode: PinyinMode): Match[] {
  const late = ({ entry, folded }: Match): number => {
    if (entry.kind === 'character') return 0;
    return (folded ? 2 : 0) + (mode === 'name' && entry.kind !== 'person' ? 1 : 0);
  };
  return [...matches].sort((a, b) => late(a) - late(b) || b.end - a.end || b.score - a.score);
}

/** Every candidate for the letters, best first; empty when they spell nothing. */
export function convert(dictionary: PinyinDictionary, query: PinyinQuery): PinyinAnswer {
  const letters = query.letters.slice(0, longestInput);
  if (letters === '') return { candidates: [], cut: '' };
  let edges: Lattice = [];
  let initialsOnly = false;
  for (const way of ways) {
    const found = lattice(dictionary, letters, way);
    if (found === undefined) continue;
    edges = found;
    initialsOnly = way === 'initials';
    break;
  }
  // Initials alone say too little to chain words: only what stands in the dictionary is offered.
  const matches = edges.map((_, at) =>
    initialsOnly && at > 0 ? [] : matchesFrom(dictionary, edges, at, { ...query, letters }),
  );
  const front = matches[0] ?? [];
  const whole = chains(matches, letters.length);
  const least = (whole[0]?.score ?? 0) - chainSpread;

  const list = new Map<string, Candidate>();
  const push = (text: string, length: number): void => {
    if (!list.has(text) && list.size < listLimit) list.set(text, { text, length });
  };
  for (const chain of whole) if (chain.score >= least) push(chain.text, letters.length);
  let begun = 0;
  for (const match of byLength(front, query.mode)) {
    if (match.begun) begun++;
    if (!match.begun || begun <= begunLimit) push(match.entry.text, match.end);
  }
  return { candidates: [...list.values()], cut: showCuts(letters, whole[0]?.cuts ?? front[0]?.cuts ?? []) };
}

function showCuts(letters: string, cuts: readonly number[]): string {
  const parts: string[] = [];
  let from = 0;
  for (const cut of cuts) {
    parts.push(letters.slice(from, cut).replaceAll("'", ''));
    from = cut;
  }
  return [...parts, letters.slice(from)].filter((part) => part !== '').join(' ');
}
