/** Digits on big keys: numbers, phones, identity numbers and dates. */
import { Glyph, Key } from './key.tsx';
import type { InputWords } from './words.ts';

interface PadProps {
  /** Only an identity number ends in X. */
  readonly withX: boolean;
  readonly words: InputWords;
  onType(text: string): void;
  onErase(): void;
  onClear(): void;
}

export function Pad({ withX, words, onType, onErase, onClear }: PadProps) {
  const digit = (text: string, span = 1) => (
    <Key key={text} label={text} span={span} onPress={() => onType(text)}>
      {text}
    </Key>
  );
  return (
    <div class="pad">
      {[...'123'].map((text) => digit(text))}
      <Key label={words.eraseLabel} look="quiet" rows={2} repeats onPress={onErase}>
        <Glyph name="erase" />
      </Key>
      {[...'456'].map((text) => digit(text))}
      {[...'789'].map((text) => digit(text))}
      <Key label={words.clear} look="quiet" rows={2} onPress={onClear}>
        {words.clear}
      </Key>
      {withX ? [digit('X'), digit('0', 2)] : digit('0', 3)}
    </div>
  );
}
