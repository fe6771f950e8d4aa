/** The characters to choose from: a row over the keys, or all of them in pages in the keys' place. */
import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import { Glyph, Key } from './key.tsx';
import type { Candidate, PinyinAnswer } from './pinyin.ts';
import type { InputWords } from './words.ts';

// Millimetres, as in keyboard.css.
const gap = 4;
const narrowest = 20;
const perCharacter = 11;
const aroundText = 10;

function widthOf({ text }: Candidate): number {
  return Math.max(narrowest, [...text].length * perCharacter + aroundText);
}

/** Index behind the last candidate, from `start`, that fits on `rows` rows of `width` millimetres. */
export function fillRows(candidates: readonly Candidate[], start: number, width: number, rows: number): number {
  let row = 0;
  let used = 0;
  for (let i = start; i < candidates.length; i++) {
    const candidate = candidates[i];
    if (candidate === undefined) break;
    const needed = Math.min(widthOf(candidate), width);
    if (used > 0 && used + gap + needed > width) {
      row++;
      used = 0;
    }
    if (row >= rows) return i;
    used += (used > 0 ? gap : 0) + needed;
  }
  return candidates.length;
}

/** Inner width of an element in millimetres of the panel. */
function useWidth() {
  const element = useRef<HTMLDivElement>(null);
  const [width, setWidth] = useState(0);
  useLayoutEffect(() => {
    const box = element.current;
    if (box === null) return;
    const measure = () => {
      const mm = Number.parseFloat(getComputedStyle(box).getPropertyValue('--mm'));
      setWidth(box.clientWidth / (Number.isNaN(mm) ? 3.78 : mm));
    };
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(box);
    return () => observer.disconnect();
  }, []);
  return { element, width };
}

interface CandidatesProps {
  readonly answer: PinyinAnswer;
  readonly words: InputWords;
  onChoose(candidate: Candidate): void;
}

function CandidateKey({ candidate, onChoose }: { readonly candidate: Candidate } & Pick<CandidatesProps, 'onChoose'>) {
  return (
    <div class="candidate" style={{ width: `calc(${widthOf(candidate)} * var(--mm))` }}>
      <Key label={candidate.text} look="candidate" onPress={() => onChoose(candidate)}>
        {candidate.text}
      </Key>
    </div>
  );
}

interface CandidateBarProps extends CandidatesProps {
  readonly hint: string;
  readonly expanded: boolean;
  onExpand(): void;
}

export function CandidateBar({ answer, words, hint, expanded, onExpand, onChoose }: CandidateBarProps) {
  const { element, width } = useWidth();
  const { candidates, cut } = answer;
  const end = fillRows(candidates, 0, width, 1);
  return (
    <fieldset class="candidate-bar" aria-label={words.candidates}>
      <p class="cut" aria-live="polite">
        {cut === '' ? hint : cut}
      </p>
      <div class="candidate-row" ref={element}>
        {expanded
          ? null
          : candidates.slice(0, end).map((c) => <CandidateKey key={c.text} candidate={c} onChoose={onChoose} />)}
      </div>
      {end < candidates.length || expanded ? (
        <Key label={expanded ? words.fewer : words.more} look="quiet" onPress={onExpand}>
          <Glyph name={expanded ? 'fewer' : 'more'} />
        </Key>
      ) : (
        <span />
      )}
    </fieldset>
  );
}

export function CandidatePages({ answer, words, rows, onChoose }: CandidatesProps & { readonly rows: number }) {
  const { element, width } = useWidth();
  const [starts, setStarts] = useState<readonly number[]>([0]);
  const { candidates } = answer;
  const start = starts.at(-1) ?? 0;
  const end = fillRows(candidates, start, width, rows - 1);
  return (
    <div class="candidate-pages">
      <div class="candidate-grid" ref={element}>
        {candidates.slice(start, end).map((c) => (
          <CandidateKey key={c.text} candidate={c} onChoose={onChoose} />
        ))}
      </div>
      <div class="key-row">
        <Key
          label={words.previous}
          look="quiet"
          span={10}
          disabled={starts.length < 2}
          onPress={() => setStarts(starts.slice(0, -1))}
        >
          <Glyph name="previous" />
          {words.previous}
        </Key>
        <Key
          label={words.next}
          look="quiet"
          span={10}
          disabled={end >= candidates.length}
          onPress={() => setStarts([...starts, end])}
        >
          {words.next}
          <Glyph name="next" />
        </Key>
      </div>
    </div>
  );
}
