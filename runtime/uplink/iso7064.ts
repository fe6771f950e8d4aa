/** ISO 7064:2003 hybrid system Mod 37,36 (clause 9): one check character over 0-9A-Z, A = 10. */
const alphabet = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ';
const modulus = 36;

/** Running product before the check character; null where a character lies outside the alphabet. */
function product(text: string): number | null {
  let running = modulus;
  for (const character of text) {
    const value = alphabet.indexOf(character);
    if (value < 0) return null;
    const sum = (running + value) % modulus || modulus;
    running = (sum * 2) % (modulus + 1);
  }
  return running;
}

/** Check character of `text`; null where a character lies outside 0-9A-Z. */
export function checkCharacter(text: string): string | null {
  const running = product(text);
  return running === null ? null : alphabet.charAt((modulus + 1 - running) % modulus);
}

/** Whether the last character of `text` checks the ones before it. */
export function isChecked(text: string): boolean {
  return text.length > 1 && checkCharacter(text.slice(0, -1)) === text.slice(-1);
}
