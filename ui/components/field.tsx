/** The field that the on-screen keyboard writes into. A real one, so that a plugged-in keyboard and a screen reader work. */
import { useLayoutEffect, useRef } from 'preact/hooks';

export type FieldKind = 'text' | 'name' | 'address' | 'digits' | 'phone' | 'idNumber' | 'caseCode' | 'date';

const groups: Partial<Record<FieldKind, readonly number[]>> = {
  phone: [3, 4, 4],
  idNumber: [6, 8, 4],
  date: [4, 2, 2],
};

/** Digits in the groups people read them in; other kinds as they are. */
export function inGroups(kind: FieldKind, value: string): string {
  const sizes = groups[kind];
  if (sizes === undefined || !/^[\dXx]*$/.test(value)) return value;
  const parts: string[] = [];
  let at = 0;
  for (const size of sizes) {
    if (at < value.length) parts.push(value.slice(at, at + size));
    at += size;
  }
  if (at < value.length) parts.push(value.slice(at));
  return parts.join(' ');
}

interface FieldProps {
  readonly kind: FieldKind;
  readonly label: string;
  readonly value: string;
  readonly maxLength: number;
  readonly error?: string | undefined;
  onChange(value: string): void;
  onDone(): void;
}

export function Field({ kind, label, value, maxLength, error, onChange, onDone }: FieldProps) {
  const input = useRef<HTMLTextAreaElement>(null);
  const written = inGroups(kind, value);
  useLayoutEffect(() => {
    const element = input.current;
    if (element === null) return;
    element.focus();
    element.setSelectionRange(element.value.length, element.value.length);
    element.scrollTop = element.scrollHeight;
  }, [written, error]);
  const take = (typed: string) => {
    const bare = kind in groups ? typed.replaceAll(' ', '') : typed;
    onChange(bare.replaceAll('\n', '').slice(0, maxLength));
  };
  return (
    <textarea
      ref={input}
      class="field figures"
      rows={1}
      inputMode="none"
      autocomplete="off"
      spellcheck={false}
      aria-label={label}
      aria-invalid={error !== undefined}
      placeholder=" "
      value={written}
      onInput={(event) => !event.isComposing && take(event.currentTarget.value)}
      onCompositionEnd={(event) => take(event.currentTarget.value)}
      onKeyDown={(event) => {
        if (event.key !== 'Enter' || event.isComposing) return;
        event.preventDefault();
        onDone();
      }}
    />
  );
}
