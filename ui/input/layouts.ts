/** Which keys stand where. A row is twenty half keys wide. */
import type { KeyboardMode } from './editing.ts';

export type Page = 'pinyin' | 'latin' | 'symbols';
export type Shift = 'off' | 'once' | 'locked';
export type WordMode = 'text' | 'name' | 'address';

/** What a key types, or what it does. */
export type KeyPlan =
  | { readonly types: string; readonly span?: number; readonly column?: number }
  | { readonly does: 'erase' | 'shift' | 'symbols' | 'language' | 'space' | 'done' | 'clear'; readonly span: number };

export function isWordMode(mode: KeyboardMode): mode is WordMode {
  return mode === 'text' || mode === 'name' || mode === 'address';
}

export const digitKeys = [...'1234567890'];
const letterRows = ['qwertyuiop', 'asdfghjkl', 'zxcvbnm'].map((row) => [...row]);
const [topRow = [], homeRow = [], lowRow = []] = letterRows;

/** The first key of a row of nine stands half a key further in. */
const indented = (keys: readonly string[]): KeyPlan[] =>
  keys.map((types, i) => (i === 0 ? { types, column: 2 } : { types }));
const plain = (keys: readonly string[]): KeyPlan[] => keys.map((types) => ({ types }));

const bottomRows: Readonly<Record<WordMode, Readonly<Record<Page, readonly KeyPlan[]>>>> = {
  name: {
    pinyin: [
      { does: 'language', span: 4 },
      { types: '·', span: 2 },
      { does: 'space', span: 9 },
      { does: 'done', span: 5 },
    ],
    latin: [
      { does: 'language', span: 4 },
      { types: '·', span: 2 },
      { types: '-', span: 2 },
      { types: "'", span: 2 },
      { does: 'space', span: 5 },
      { does: 'done', span: 5 },
    ],
    symbols: [],
  },
  text: bottomWith('，', ','),
  address: bottomWith('-', '-'),
};

function bottomWith(pinyin: string, latin: string): Readonly<Record<Page, readonly KeyPlan[]>> {
  const row = (types: string): KeyPlan[] => [
    { does: 'symbols', span: 3 },
    { does: 'language', span: 4 },
    { types, span: 2 },
    { does: 'space', span: 6 },
    { does: 'done', span: 5 },
  ];
  return { pinyin: row(pinyin), latin: row(latin), symbols: row('-') };
}

const symbolRows: Readonly<Record<'text' | 'address', readonly (readonly string[])[]>> = {
  address: [
    ['号', '楼', '栋', '幢', '单元', '层', '室', '组', '村', '路'],
    ['#', '/', '(', ')', '（', '）', '、', '，', '.'],
    ['—', '甲', '乙', '丙', '丁', '东', '西'],
  ],
  text: [
    ['@', '#', '%', '&', '*', '+', '=', '/', '_', '￥'],
    ['。', '、', '：', '；', '？', '！', '（', '）', '·'],
    ['.', ':', '?', '!', '(', ')', '"'],
  ],
};

/** Rows of a page, from the top; the digits row of a word keyboard is separate, for a wide panel has it at the side. */
export function rowsOf(page: Page, mode: WordMode): readonly (readonly KeyPlan[])[] {
  const bottom = bottomRows[mode][page];
  if (page === 'symbols' && mode !== 'name') {
    const [first = [], second = [], third = []] = symbolRows[mode];
    return [plain(first), indented(second), [...indented3(third), { does: 'erase', span: 3 }], bottom];
  }
  return [
    plain(topRow),
    indented(homeRow),
    [{ does: 'shift', span: 3 }, ...plain(lowRow), { does: 'erase', span: 3 }],
    bottom,
  ];
}

const indented3 = (keys: readonly string[]): KeyPlan[] =>
  keys.map((types, i) => (i === 0 ? { types, column: 4 } : { types }));

/** Letters and digits of a case code, in capitals. */
export const caseCodeRows: readonly (readonly KeyPlan[])[] = [
  plain(digitKeys),
  plain(topRow.map((c) => c.toUpperCase())),
  indented(homeRow.map((c) => c.toUpperCase())),
  [{ does: 'clear', span: 3 }, ...plain(lowRow.map((c) => c.toUpperCase())), { does: 'erase', span: 3 }],
];
