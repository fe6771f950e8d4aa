/** What `dictionary/build.ts` writes: four strings that unpack in one pass. */
export interface PinyinData {
  /** A line a syllable: its name, then level digits (base 36) each before the characters of that level. */
  readonly characters: string;
  /** A line a first syllable: its name, then words, each with its reading where unusual, its level digit, and `+` for a
   * place or `*` for a person. */
  readonly words: string;
  /** Most common first. */
  readonly surnames: string;
  readonly givenNames: string;
}

export type WordKind = 'character' | 'plain' | 'place' | 'person';

export interface Entry {
  readonly text: string;
  readonly syllables: readonly string[];
  /** 1.8 × log2 of the frequency. */
  readonly level: number;
  readonly kind: WordKind;
}

/** A trie over folded syllables, so that a southern ear's spelling finds the northern word. */
export interface DictionaryNode {
  /** Undefined in the leaves, which are most nodes: an empty Map is the bigger half of one. */
  children: Map<string, DictionaryNode> | undefined;
  readonly entries: Entry[];
}

export interface PinyinDictionary {
  /** Folded first syllables. */
  readonly keys: readonly string[];
  /** The words that begin with a folded syllable; unpacked when first asked for, so that the keyboard opens at once. */
  branch(key: string): DictionaryNode | undefined;
  readonly syllables: ReadonlySet<string>;
  /** Every proper prefix of a syllable. */
  readonly prefixes: ReadonlySet<string>;
  /** Level of each character's most common reading. */
  readonly usualLevel: ReadonlyMap<string, number>;
  /** Position in the list of surnames, of given-name characters. */
  readonly surnameRank: ReadonlyMap<string, number>;
  readonly givenNameRank: ReadonlyMap<string, number>;
}

/** Takes away what many speakers do not tell apart: zh/z, ch/c, sh/s, and final ng/n after a, e, i. */
export function fold(syllable: string): string {
  return syllable.replace(/^([zcs])h/, '$1').replace(/([aei]n)g$/, '$1');
}

const newNode = (): DictionaryNode => ({ children: undefined, entries: [] });
const linePattern = /^([a-z]+)(.*)$/gm;
const wordPattern = /([^\0-\x7f]+)([a-z ]*)([0-9A-Z])([+*]?)/g;

function add(branch: DictionaryNode, entry: Entry): void {
  let node = branch;
  for (const syllable of entry.syllables.slice(1)) {
    const key = fold(syllable);
    node.children ??= new Map();
    let child = node.children.get(key);
    if (child === undefined) {
      child = newNode();
      node.children.set(key, child);
    }
    node = child;
  }
  node.entries.push(entry);
}

/** Characters of a line with their levels. */
function* charactersOf(packed: string): Generator<[string, number]> {
  let level = 0;
  for (const sign of packed) {
    if (sign < '\u007f') level = Number.parseInt(sign, 36);
    else yield [sign, level];
  }
}

function ranks(list: string): Map<string, number> {
  return new Map([...list].map((character, i) => [character, i]));
}

/** Reads what every look-up needs; the words of a first syllable wait until they are asked for. */
export function openDictionary(data: PinyinData): PinyinDictionary {
  const characters = new Map(
    [...data.characters.matchAll(linePattern)].map(([, name = '', rest = '']) => [name, rest]),
  );
  const words = new Map([...data.words.matchAll(linePattern)].map(([, name = '', rest = '']) => [name, rest]));
  const prefixes = new Set<string>();
  const usual = new Map<string, string>();
  const usualLevel = new Map<string, number>();
  const folded = new Map<string, string[]>();
  for (const [name, packed] of characters) {
    for (let n = 1; n < name.length; n++) prefixes.add(name.slice(0, n));
    folded.set(fold(name), [...(folded.get(fold(name)) ?? []), name]);
    for (const [character, level] of charactersOf(packed)) {
      // The builder left out readings by the same rule: the highest level, then the alphabet.
      if (level <= (usualLevel.get(character) ?? -1)) continue;
      usual.set(character, name);
      usualLevel.set(character, level);
    }
  }

  const branches = new Map<string, DictionaryNode>();
  const unpack = (names: readonly string[]): DictionaryNode => {
    const branch = newNode();
    for (const name of names) {
      const syllables = [name];
      for (const [text, level] of charactersOf(characters.get(name) ?? '')) {
        branch.entries.push({ text, syllables, level, kind: 'character' });
      }
      for (const [, text = '', spelt = '', level = '0', mark] of (words.get(name) ?? '').matchAll(wordPattern)) {
        const reading = spelt === '' ? [...text].map((c) => usual.get(c) ?? '') : spelt.split(' ');
        const kind = mark === '+' ? 'place' : mark === '*' ? 'person' : 'plain';
        add(branch, { text, syllables: reading, level: Number.parseInt(level, 36), kind });
      }
    }
    return branch;
  };
  return {
    keys: [...folded.keys()],
    branch(key) {
      const names = folded.get(key);
      if (names === undefined) return undefined;
      const branch = branches.get(key) ?? unpack(names);
      branches.set(key, branch);
      return branch;
    },
    syllables: new Set(characters.keys()),
    prefixes,
    usualLevel,
    surnameRank: ranks(data.surnames),
    givenNameRank: ranks(data.givenNames),
  };
}
