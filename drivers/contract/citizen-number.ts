const checkCharacters = '10X98765432';

/**
 * Check character of a citizen number, GB 11643-1999 (ISO 7064 MOD 11-2).
 * @param body the first 17 digits; what follows them is not looked at
 */
export function citizenNumberCheck(body: string): string {
  let sum = 0;
  for (let place = 0; place < 17; place++) sum = (sum + Number(body[place])) * 2;
  return checkCharacters[sum % 11] ?? '';
}

/** True for a date of the calendar, written YYYYMMDD. */
export function isCompactDate(text: string): boolean {
  const parts = /^([12]\d{3})(\d{2})(\d{2})$/.exec(text);
  if (!parts) return false;
  const [year, month, day] = [Number(parts[1]), Number(parts[2]), Number(parts[3])];
  const date = new Date(Date.UTC(year, month - 1, day));
  return date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
}

/**
 * True when `text` is a well-formed 18-character number of a resident or residence-permit card: digits, a birth date
 * of the calendar, the right check character (a capital X). Area codes come and go and are not looked at.
 */
export function isCitizenNumber(text: string): boolean {
  return (
    /^[1-9]\d{16}[\dX]$/.test(text) && isCompactDate(text.slice(6, 14)) && citizenNumberCheck(text) === text.slice(17)
  );
}
