/** Keys for words: Chinese by pinyin, Latin letters, digits and signs. */
import { useEffect, useRef, useState } from 'preact/hooks';
import type { Language } from '../../runtime/server/protocol.ts';
import { CandidateBar, CandidatePages } from './candidates.tsx';
import { type Composition, useComposition } from './composition.ts';
import type { Editing } from './editing.ts';
import { EraseKey, Glyph, Key, Rows } from './key.tsx';
import { digitKeys, type KeyPlan, type Page, rowsOf, type Shift, type WordMode } from './layouts.ts';
import { usePhysicalKeys } from './physical-keys.ts';
import { inputWords } from './words.ts';

interface WordKeyboardProps {
  readonly mode: WordMode;
  readonly language: Language;
  readonly editing: Editing;
  onDone(): void;
}

const noAnswer = { candidates: [], cut: '' } as const;

export function WordKeyboard({ mode, language, editing, onDone }: WordKeyboardProps) {
  const words = inputWords(language);
  const [page, setPage] = useState<Page>(language === 'zh-CN' ? 'pinyin' : 'latin');
  const [shift, setShift] = useState<Shift>(mode === 'name' && editing.isEmpty() ? 'once' : 'off');
  const [expanded, setExpanded] = useState(false);
  const composition = useComposition(mode, editing.isEmpty, editing.type);
  const { letters, answer } = composition;
  const composing = letters !== '';
  const keyboard = useFlushOnTouchElsewhere(composition);

  const insert = (text: string) => {
    composition.flush();
    editing.type(text);
  };
  const typeKey = (text: string) => {
    if (page === 'pinyin' && /^[a-z']$/.test(text)) {
      if (text !== "'" || composing) composition.type(text);
      return;
    }
    insert(page === 'latin' && shift !== 'off' ? text.toUpperCase() : text);
    // A name's every part begins with a capital.
    if (shift !== 'locked') setShift(mode === 'name' && /^[ \-·']$/.test(text) ? 'once' : 'off');
  };
  const erase = () => (composing ? composition.erase() : editing.erase());
  const space = () => {
    const [first] = answer.candidates;
    if (composing && first !== undefined) composition.choose(first);
    else if (composing) composition.flush();
    else typeKey(' ');
  };
  const done = () => {
    if (composing) composition.flush();
    else onDone();
  };
  const turnTo = (next: Page) => {
    composition.flush();
    setExpanded(false);
    setPage(next);
  };
  const does = {
    erase,
    space,
    done,
    clear: editing.clear,
    shift: () =>
      page === 'pinyin' ? typeKey("'") : setShift(shift === 'off' ? 'once' : shift === 'once' ? 'locked' : 'off'),
    symbols: () => turnTo(page === 'symbols' ? home.current : 'symbols'),
    language: () => turnTo(page === 'pinyin' ? 'latin' : 'pinyin'),
  };
  // The page that the symbols were turned to from, and turn back to.
  const home = useRef<Page>(page);
  if (page !== 'symbols') home.current = page;

  usePhysicalKeys({
    type: (text) => insert(text),
    erase,
    done,
    intercept: (event) => page === 'pinyin' && takePhysical(event.key, composition, { space, done }),
  });

  const draw = (plan: KeyPlan) => {
    if ('types' in plan) {
      const text = page === 'latin' && shift !== 'off' ? plan.types.toUpperCase() : plan.types;
      return (
        <Key
          key={plan.types}
          label={text}
          span={plan.span ?? 2}
          column={plan.column}
          onPress={() => typeKey(plan.types)}
        >
          {text}
        </Key>
      );
    }
    const { label, face } = faceOf(plan.does, page, words);
    if (plan.does === 'erase') return <EraseKey key="erase" label={label} span={plan.span} onPress={erase} />;
    return (
      <Key
        key={plan.does}
        label={label}
        look={plan.does === 'done' || plan.does === 'space' ? plan.does : 'quiet'}
        span={plan.span}
        pressed={plan.does === 'shift' && page === 'latin' ? shift !== 'off' : undefined}
        onPress={does[plan.does]}
      >
        {face}
      </Key>
    );
  };
  const digits: KeyPlan[] = digitKeys.map((digit) => ({ types: digit }));
  const rows = rowsOf(page, mode);
  const hint = page !== 'pinyin' ? '' : composition.state === 'failed' ? words.noDictionary : words.pinyinHint;
  return (
    <fieldset class="keyboard" data-mode={mode} data-page={page} ref={keyboard} aria-label={words.keyboard}>
      <CandidateBar
        answer={
          page === 'pinyin' ? (composing && answer.cut === '' ? { ...noAnswer, cut: letters } : answer) : noAnswer
        }
        words={words}
        hint={hint}
        expanded={expanded && composing}
        onExpand={() => setExpanded(!expanded)}
        onChoose={composition.choose}
      />
      {expanded && composing ? (
        <CandidatePages
          key={letters}
          answer={answer}
          words={words}
          rows={mode === 'name' ? 4 : 5}
          onChoose={composition.choose}
        />
      ) : (
        <div class="key-blocks">
          <Rows rows={mode === 'name' ? rows : [digits, ...rows]} draw={draw} />
          {mode === 'name' ? null : <SideDigits onType={insert} sign={mode === 'address' ? '#' : '.'} />}
        </div>
      )}
    </fieldset>
  );
}

/** Letters still on their way would be lost when the citizen goes on by another button: they become what stands first. */
function useFlushOnTouchElsewhere(composition: Composition) {
  const keyboard = useRef<HTMLFieldSetElement>(null);
  const latest = useRef(composition);
  latest.current = composition;
  useEffect(() => {
    const touched = (event: PointerEvent) => {
      const inside = event.target instanceof Node && keyboard.current?.contains(event.target);
      if (!inside && latest.current.letters !== '') latest.current.flush();
    };
    document.addEventListener('pointerdown', touched, { capture: true });
    return () => document.removeEventListener('pointerdown', touched, { capture: true });
  }, []);
  return keyboard;
}

/** Keys of a plugged-in keyboard while Chinese is typed: letters compose; digits, space and Enter choose. */
function takePhysical(
  key: string,
  composition: Composition,
  { space, done }: { space(): void; done(): void },
): boolean {
  const { letters, answer } = composition;
  if (/^[a-z]$/.test(key) || (key === "'" && letters !== '')) {
    composition.type(key);
    return true;
  }
  if (letters === '') return false;
  const chosen = /^[1-9]$/.test(key) ? answer.candidates[Number(key) - 1] : undefined;
  if (chosen !== undefined) composition.choose(chosen);
  else if (key === ' ') space();
  else if (key === 'Enter') done();
  else if (key === 'Backspace') composition.erase();
  else if (key === 'Escape') composition.clear();
  else return false;
  return true;
}

function faceOf(does: Exclude<KeyPlan, { types: string }>['does'], page: Page, words: ReturnType<typeof inputWords>) {
  switch (does) {
    case 'erase':
      return { label: words.eraseLabel, face: null };
    case 'shift':
      return page === 'pinyin'
        ? { label: words.separator, face: words.separator }
        : { label: words.shift, face: <Glyph name="shift" /> };
    case 'symbols':
      return page === 'symbols'
        ? { label: words.letters, face: words.letters }
        : { label: words.symbols, face: words.symbols };
    case 'language': {
      const label = page === 'pinyin' ? words.toLatin : words.toPinyin;
      return { label, face: label };
    }
    case 'space':
      return { label: words.space, face: words.space };
    case 'clear':
      return { label: words.clear, face: words.clear };
    case 'done':
      return { label: words.done, face: words.done };
  }
}

/** On a wide panel the digits stand at the right, as on a desk keyboard. */
function SideDigits({ onType, sign }: { readonly sign: string; onType(text: string): void }) {
  return (
    <div class="side-digits">
      {[...'123456789', '-', '0', sign].map((text) => (
        <Key key={text} label={text} onPress={() => onType(text)}>
          {text}
        </Key>
      ))}
    </div>
  );
}
