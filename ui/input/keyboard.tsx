/** The on-screen keyboard: keys and candidates; the field itself is drawn by the screen. Sends nothing anywhere. */
import { useRef } from 'preact/hooks';
import type { Language } from '../../runtime/server/protocol.ts';
import { append, type Editing, eraseLast, type KeyboardMode } from './editing.ts';
import { EraseKey, Key, Rows } from './key.tsx';
import { caseCodeRows, isWordMode, type KeyPlan } from './layouts.ts';
import { Pad } from './pad.tsx';
import { usePhysicalKeys } from './physical-keys.ts';
import { WordKeyboard } from './word-keyboard.tsx';
import { inputWords } from './words.ts';
import './keyboard.css';

export interface KeyboardProps {
  readonly mode: KeyboardMode;
  readonly value: string;
  /** In characters as people count them (code points). */
  readonly maxLength: number;
  readonly language: Language;
  onChange(value: string): void;
  onDone(): void;
}

/** Changes to a value that may be made several times before the owner of the value draws again. */
function useEditing({ mode, value, maxLength, onChange }: KeyboardProps): Editing {
  const current = useRef(value);
  current.current = value;
  const set = (next: string) => {
    if (next === current.current) return;
    current.current = next;
    onChange(next);
  };
  return {
    isEmpty: () => current.current === '',
    type: (text: string) => set(append(mode, current.current, text, maxLength)),
    erase: () => set(eraseLast(mode, current.current)),
    clear: () => set(''),
  };
}

export function Keyboard(props: KeyboardProps) {
  const { mode, language, onDone } = props;
  const editing = useEditing(props);
  return isWordMode(mode) ? (
    <WordKeyboard key={`${mode} ${language}`} mode={mode} language={language} editing={editing} onDone={onDone} />
  ) : (
    <NumberKeyboard mode={mode} language={language} editing={editing} onDone={onDone} />
  );
}

interface NumberKeyboardProps extends Pick<KeyboardProps, 'mode' | 'language' | 'onDone'> {
  readonly editing: Editing;
}

function NumberKeyboard({ mode, language, editing: { type, erase, clear }, onDone }: NumberKeyboardProps) {
  const words = inputWords(language);
  usePhysicalKeys({ type, erase, done: onDone });
  if (mode !== 'caseCode') {
    return (
      <fieldset class="keyboard" aria-label={words.keyboard}>
        <Pad withX={mode === 'idNumber'} words={words} onType={type} onErase={erase} onClear={clear} />
      </fieldset>
    );
  }
  const draw = (plan: KeyPlan) => {
    if ('types' in plan) {
      return (
        <Key key={plan.types} label={plan.types} span={2} column={plan.column} onPress={() => type(plan.types)}>
          {plan.types}
        </Key>
      );
    }
    if (plan.does === 'erase')
      return <EraseKey key="erase" label={words.eraseLabel} span={plan.span} onPress={erase} />;
    return (
      <Key key="clear" label={words.clear} look="quiet" span={plan.span} onPress={clear}>
        {words.clear}
      </Key>
    );
  };
  return (
    <fieldset class="keyboard" aria-label={words.keyboard}>
      <Rows rows={caseCodeRows} draw={draw} />
    </fieldset>
  );
}
