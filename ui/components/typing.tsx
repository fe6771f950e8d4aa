/** A field with its keyboard, as forms, numbers and codes use it. */
import { loadKeyboard, useLoaded } from '../lazy.ts';
import { shown } from '../state.ts';
import { texts } from '../texts.ts';
import { Field, type FieldKind } from './field.tsx';
import { Icon } from './icon.tsx';

interface TypingProps {
  readonly kind: FieldKind;
  readonly label: string;
  readonly value: string;
  readonly maxLength: number;
  readonly error?: string | undefined;
  readonly hint?: string | undefined;
  onChange(value: string): void;
  onDone(): void;
}

/** The field, its hint or what is wrong with it. Stands beside the question. */
export function TypingField({ hint, ...field }: TypingProps) {
  return (
    <div class="typing">
      <Field {...field} />
      {field.error === undefined ? null : <Trouble>{field.error}</Trouble>}
      {hint === undefined || field.error !== undefined ? null : <p class="hint">{hint}</p>}
    </div>
  );
}

/** The keyboard of the field. Fills the working half of the screen. */
export function TypingKeys({ kind, value, maxLength, onChange, onDone }: TypingProps) {
  const Keyboard = useLoaded(loadKeyboard);
  const language = shown.value?.chrome.language ?? 'zh-CN';
  if (Keyboard === null) return <p class="loading">{texts().loading}</p>;
  return (
    <div class="keys">
      <Keyboard
        mode={kind}
        value={value}
        maxLength={maxLength}
        language={language}
        onChange={onChange}
        onDone={onDone}
      />
    </div>
  );
}

/** What went wrong, in one sentence. */
export function Trouble({ children }: { readonly children: string }) {
  return (
    <p class="trouble" role="alert">
      <Icon name="warning" />
      <span>{children}</span>
    </p>
  );
}
