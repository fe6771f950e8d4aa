import { assert } from '../../drivers/contract/result.ts';
import { checkCharacter, isChecked } from './iso7064.ts';

/** Number of values of three base-36 characters: terminals in a centre, and cases before the running number repeats. */
export const runningNumbers = 36 ** 3;

/** The country keeps one zone and, since 1992, no summer time. */
const chinaStandardTimeMs = 8 * 3_600_000;

function base36(value: number): string {
  return value.toString(36).toUpperCase().padStart(3, '0');
}

/** YYMMDD in the country's zone; a clock that is off by decades still gives six digits. */
function day(wallMs: number): string {
  return new Date(wallMs + chinaStandardTimeMs).toISOString().slice(-22, -14).replaceAll('-', '');
}

/**
 * The 44 characters of a case: taskCode (31), day (6), terminal (3, base 36), running number (3, base 36) and a check
 * by ISO 7064 Mod 37,36. The running number, not the day, keeps codes apart: the clock may be wrong or stand still.
 */
export function caseCodeOf(parts: {
  readonly taskCode: string;
  readonly wallMs: number;
  readonly terminalNumber: number;
  readonly running: number;
}): string {
  assert(/^[0-9A-Z]{31}$/.test(parts.taskCode), 'a task code has 31 characters of 0-9A-Z');
  assert(Number.isInteger(parts.terminalNumber) && parts.terminalNumber >= 0, 'terminal number');
  assert(parts.terminalNumber < runningNumbers && parts.running < runningNumbers, 'three base-36 characters');
  const body = `${parts.taskCode}${day(parts.wallMs)}${base36(parts.terminalNumber)}${base36(parts.running)}`;
  const check = checkCharacter(body);
  assert(check !== null && body.length === 43, 'case code');
  return `${body}${check}`;
}

/** Whether `code` has the shape of a case code and its check character is right. */
export function isCaseCode(code: string): boolean {
  return /^[0-9A-Z]{44}$/.test(code) && isChecked(code);
}

/** The part that people say to each other: the last eight characters, unique within a terminal for months. */
export function shortCode(code: string): string {
  return code.slice(-8);
}
