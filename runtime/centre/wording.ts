import type { CaseState } from './api.ts';
import type { LocalNote } from './cases.ts';
import type { Actor } from './states.ts';

/** The states in the words of the office (办件状态). */
export const stateWords: Readonly<Record<CaseState, LocalNote>> = {
  draft: { 'zh-CN': '草稿', en: 'Draft' },
  received: { 'zh-CN': '收件', en: 'Received' },
  pre_accepted: { 'zh-CN': '预受理', en: 'Pre-accepted' },
  pre_returned: { 'zh-CN': '预受理退回', en: 'Returned' },
  accepted: { 'zh-CN': '受理', en: 'Accepted' },
  supplement_required: { 'zh-CN': '补齐补正', en: 'Supplement required' },
  refused: { 'zh-CN': '不予受理', en: 'Refused' },
  in_progress: { 'zh-CN': '在办', en: 'In progress' },
  suspended: { 'zh-CN': '挂起', en: 'Suspended' },
  closed: { 'zh-CN': '办结', en: 'Closed' },
  issuing: { 'zh-CN': '出证', en: 'Issuing' },
  in_locker: { 'zh-CN': '入柜', en: 'In the locker' },
  mailed: { 'zh-CN': '寄出', en: 'Mailed' },
  at_window: { 'zh-CN': '窗口待领', en: 'At the window' },
  collected: { 'zh-CN': '取件', en: 'Collected' },
  evaluated: { 'zh-CN': '已评价', en: 'Evaluated' },
};

export const actorWords: Readonly<Record<Actor, string>> = {
  citizen: '群众',
  window: '受理窗口',
  department: '承办部门',
  outputDesk: '出件窗口',
};

/** What the citizen reads beside a step that the office takes without a note of its own. */
export const standardNotes: Readonly<Partial<Record<CaseState, LocalNote>>> = {
  pre_accepted: { 'zh-CN': '材料已初步看过。', en: 'Your papers had a first look.' },
  pre_returned: {
    'zh-CN': '有内容要改，改好后请再交一次。',
    en: 'Something needs correcting; please hand it in again.',
  },
  accepted: { 'zh-CN': '材料齐全，承诺期限从今天算起。', en: 'Your papers are complete; the promised days start now.' },
  supplement_required: {
    'zh-CN': '还缺材料，请看补正通知书，一次补齐。',
    en: 'Something is missing; the notice lists all of it.',
  },
  refused: {
    'zh-CN': '不予受理，理由和救济途径见通知书。',
    en: 'Refused; the notice gives the reason and your remedies.',
  },
  suspended: { 'zh-CN': '进入特别程序，期限暂停计算。', en: 'A special procedure runs; the clock stands still.' },
  closed: { 'zh-CN': '已经办结。', en: 'The decision has been made.' },
  in_locker: { 'zh-CN': '证件已放入取件柜。', en: 'Your document is in the locker.' },
  mailed: { 'zh-CN': '证件已寄出。', en: 'Your document is in the post.' },
  at_window: {
    'zh-CN': '证件在出件窗口，请带身份证领取。',
    en: 'Your document is at the output desk; bring your card.',
  },
};
