import type { LocalText } from '../catalogue/item.ts';
import { isCaseCode } from '../uplink/case-code.ts';

export type FieldKind = 'text' | 'name' | 'address' | 'digits' | 'phone' | 'idNumber' | 'date' | 'choice' | 'caseCode';

/** What is known of a field when its value is checked. */
export interface FieldRule {
  readonly kind: FieldKind;
  readonly required: boolean;
  readonly maxLength?: number | undefined;
  readonly pattern?: string | undefined;
  readonly options?: readonly string[] | undefined;
}

/** GB 11643-1999 §4.2: weights of ISO 7064 Mod 11-2 and its check characters. */
const weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];

/** Whether this is a citizen number with a real birth date and the right check character. */
export function isCitizenNumber(text: string): boolean {
  if (!/^[1-9]\d{16}[\dX]$/.test(text)) return false;
  const birth = `${text.slice(6, 10)}-${text.slice(10, 12)}-${text.slice(12, 14)}`;
  const sum = weights.reduce((total, weight, n) => total + weight * Number(text[n]), 0);
  return isCalendarDate(birth) && '10X98765432'[sum % 11] === text[17];
}

/** The 15 characters of a foreigner's card of the 2017 design: 3 letters and 12 digits. */
function isForeignerNumber(text: string): boolean {
  return /^[A-Z]{3}\d{12}$/.test(text);
}

export function isCalendarDate(text: string): boolean {
  const found = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text);
  if (!found || Number(found[1]) < 1800) return false;
  const date = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(text);
}

/** The value as it is kept: without blanks around it; numbers without any, letters of numbers in capitals. */
export function tidy(kind: FieldKind, text: string): string {
  if (kind === 'idNumber' || kind === 'caseCode') return text.normalize('NFKC').replace(/[\s-]/g, '').toUpperCase();
  if (kind === 'phone' || kind === 'digits') return text.normalize('NFKC').replace(/\s/g, '');
  return text.trim();
}

/** What is wrong with a tidied value, in words; null when nothing is. */
export function troubleOf(rule: FieldRule, text: string): LocalText | null {
  if (text === '') return rule.required ? say('这一项要填写', 'Please fill this in') : null;
  if (rule.maxLength !== undefined && [...text].length > rule.maxLength) {
    return say(`最多 ${rule.maxLength} 个字`, `At most ${rule.maxLength} characters`);
  }
  const shape = shapeTrouble(rule, text);
  if (shape) return shape;
  if (rule.pattern !== undefined && !new RegExp(`^(?:${rule.pattern})$`, 'u').test(text)) {
    return say('格式不对，请对照提示再看一遍', 'This does not have the right form; please compare it with the hint');
  }
  return null;
}

function shapeTrouble(rule: FieldRule, text: string): LocalText | null {
  // Control characters have no place in any answer, and would act on a printer.
  if (/\p{Cc}/u.test(text)) return say('含有不能识别的字符', 'This has characters that cannot be read');
  switch (rule.kind) {
    case 'text':
      return null;
    case 'name':
      return /^[\p{L}\p{M}·•.'’\- ]+$/u.test(text) ? null : say('姓名里只能有文字', 'A name has only letters');
    case 'address':
      return [...text].length >= 4
        ? null
        : say('地址太短，请写到门牌号', 'Too short: please write it down to the house number');
    case 'digits':
      return /^\d+$/.test(text) ? null : say('只能填数字', 'Digits only');
    case 'phone':
      return /^1[3-9]\d{9}$/.test(text) || /^0\d{2,3}-?\d{7,8}$/.test(text)
        ? null
        : say('电话号码不对，手机号是 11 位', 'This is not a phone number; mobile numbers have 11 digits');
    case 'idNumber':
      return isCitizenNumber(text) || isForeignerNumber(text)
        ? null
        : say('身份证号码不对，请逐位核对', 'This ID number is not right; please compare it digit by digit');
    case 'date':
      return isCalendarDate(text) ? null : say('没有这一天，请重新选择', 'There is no such day; please choose again');
    case 'choice':
      return rule.options?.includes(text) ? null : say('请从列出的选项中选一个', 'Please choose one of those listed');
    case 'caseCode':
      return isCaseCode(text) || /^[0-9A-Z]{8}$/.test(text)
        ? null
        : say(
            '编号不对：完整的有 44 位，也可以只输最后 8 位',
            'This code is not right: it has 44 characters, or give the last 8',
          );
  }
}

function say(chinese: string, english: string): LocalText {
  return { 'zh-CN': chinese, en: english };
}
