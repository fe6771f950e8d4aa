/** The letters on their way to become characters, and what they may become. */
import { useEffect, useMemo, useState } from 'preact/hooks';
import { type Candidate, convert, longestInput, type PinyinAnswer, type PinyinMode } from './pinyin.ts';
import { openDictionary, type PinyinDictionary } from './pinyin-dictionary.ts';

let dictionary: Promise<PinyinDictionary> | undefined;

function loadDictionary(): Promise<PinyinDictionary> {
  dictionary ??= import('./dictionary/pinyin.json', { with: { type: 'json' } }).then((data) =>
    openDictionary(data.default),
  );
  // A load that failed is tried again by the next keyboard.
  dictionary.catch(() => {
    dictionary = undefined;
  });
  return dictionary;
}

export interface Composition {
  readonly letters: string;
  readonly answer: PinyinAnswer;
  readonly state: 'loading' | 'ready' | 'failed';
  type(letter: string): void;
  erase(): void;
  clear(): void;
  /** Takes the candidate's letters away and gives its text to `onText`. */
  choose(candidate: Candidate): void;
  /** The first candidate, then that of the rest, until no letter is left; letters that spell nothing go as they are. */
  flush(): void;
}

const nothing: PinyinAnswer = { candidates: [], cut: '' };

export function useComposition(
  mode: PinyinMode | undefined,
  isStart: () => boolean,
  onText: (text: string) => void,
): Composition {
  const [letters, setLetters] = useState('');
  const [loaded, setLoaded] = useState<PinyinDictionary | 'loading' | 'failed'>('loading');
  useEffect(() => {
    if (mode === undefined) return;
    let wanted = true;
    loadDictionary().then(
      (it) => wanted && setLoaded(it),
      () => wanted && setLoaded('failed'),
    );
    return () => {
      wanted = false;
    };
  }, [mode]);

  const ask = (text: string, atStart: boolean): PinyinAnswer =>
    typeof loaded === 'string' || mode === undefined || text === ''
      ? nothing
      : convert(loaded, { letters: text, mode, atStart });
  const atStart = isStart();
  const answer = useMemo(() => ask(letters, atStart), [letters, atStart, loaded, mode]);
  return {
    letters,
    answer,
    state: typeof loaded === 'string' ? loaded : 'ready',
    type(letter) {
      setLetters((before) => (before.length < longestInput ? before + letter : before));
    },
    erase() {
      setLetters((before) => before.slice(0, -1));
    },
    clear() {
      setLetters('');
    },
    choose({ text, length }) {
      onText(text);
      setLetters(letters.slice(length));
    },
    flush() {
      let rest = letters;
      let text = '';
      while (rest !== '') {
        const first = ask(rest, atStart && text === '').candidates[0];
        text += first?.text ?? rest.replaceAll("'", '');
        rest = first === undefined ? '' : rest.slice(first.length);
      }
      setLetters('');
      if (text !== '') onText(text);
    },
  };
}
