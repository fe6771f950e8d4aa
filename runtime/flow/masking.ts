const segmenter = new Intl.Segmenter('zh-CN', { granularity: 'grapheme' });

function characters(text: string): string[] {
  return [...segmenter.segment(text)].map((each) => each.segment);
}

/** Surname and last character stay; the dot of minority names and spaces stay where they are. */
export function maskName(name: string): string {
  const all = characters(name);
  if (all.length <= 1) return name;
  const last = all.length === 2 ? -1 : all.length - 1;
  return all.map((each, n) => (n === 0 || n === last || /^[·•.\s]$/u.test(each) ? each : '*')).join('');
}

/** First three and last four stay; 18 characters are grouped 6-8-4 as they are read aloud. */
export function maskNumber(number: string): string {
  const all = characters(number);
  const hidden = all.map((each, n) =>
    (all.length > 7 ? n < 3 || n >= all.length - 4 : n >= all.length - 2) ? each : '*',
  );
  return groupNumber(hidden.join(''));
}

export function groupNumber(number: string): string {
  return number.length === 18 ? `${number.slice(0, 6)} ${number.slice(6, 14)} ${number.slice(14)}` : number;
}

/** 138 **** 5678 */
export function maskPhone(phone: string): string {
  const digits = phone.replace(/\D/g, '');
  return digits.length === 11 ? `${digits.slice(0, 3)} **** ${digits.slice(7)}` : maskNumber(phone);
}

export type Mask = 'name' | 'number' | 'phone' | 'none';

export function mask(value: string, how: Mask): string {
  if (how === 'name') return maskName(value);
  if (how === 'number') return maskNumber(value);
  return how === 'phone' ? maskPhone(value) : value;
}
