/** What the keys do to a field's value, as pure functions. Lengths count code points, as the runtime's check does. */
export type KeyboardMode = 'text' | 'name' | 'address' | 'digits' | 'phone' | 'idNumber' | 'caseCode' | 'date';

/** A value being typed; each call sees what the one before it did. */
export interface Editing {
  isEmpty(): boolean;
  type(text: string): void;
  erase(): void;
  clear(): void;
}

const graphemes = new Intl.Segmenter('zh-CN', { granularity: 'grapheme' });

/** Characters that a field of this kind takes; a paste or a plugged-in keyboard may offer others. */
const taken: Partial<Record<KeyboardMode, RegExp>> = {
  digits: /^\d$/,
  phone: /^[\d-]$/,
  idNumber: /^[\dX]$/,
  caseCode: /^[\dA-Z]$/,
  date: /^\d$/,
};

/** Up to eight digits as YYYY-MM-DD; the dashes come by themselves once a part is complete and more follows. */
export function groupDate(text: string): string {
  const digits = text.replace(/\D/g, '').slice(0, 8);
  return [digits.slice(0, 4), digits.slice(4, 6), digits.slice(6)].filter((part) => part !== '').join('-');
}

/** `value` with `typed` behind it, as far as it fits and the kind of field takes it. */
export function append(mode: KeyboardMode, value: string, typed: string, maxLength: number): string {
  const allowed = taken[mode];
  const upper = mode === 'idNumber' || mode === 'caseCode' ? typed.toUpperCase() : typed;
  const fitting = [...upper].filter((c) => (allowed === undefined ? !/\p{Cc}/u.test(c) : allowed.test(c)));
  if (mode === 'date') return groupDate(value + fitting.join(''));
  return [...value, ...fitting].slice(0, Math.max(maxLength, [...value].length)).join('');
}

/** `value` without what a person sees as its last character. */
export function eraseLast(mode: KeyboardMode, value: string): string {
  if (mode === 'date') return groupDate(value.replace(/\D/g, '').slice(0, -1));
  const last = [...graphemes.segment(value)].at(-1);
  return last === undefined ? '' : value.slice(0, last.index);
}
