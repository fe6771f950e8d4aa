import { STATUS_CODES } from 'node:http';
import type { Problem } from './api.ts';

interface Entry {
  readonly status: number;
  readonly zh: string;
  readonly en: string;
}

const again = { zh: '请稍后再试一次。', en: 'Please try again in a moment.' };
const staff = { zh: '请联系工作人员。', en: 'Please ask a member of staff.' };

/** Every way in which the centre says no. The hint is a sentence that a citizen can read. */
export const problems = {
  'bad-request': {
    status: 400,
    zh: `终端发来的内容不完整，没有办理。${staff.zh}`,
    en: `The terminal sent something incomplete; nothing was done. ${staff.en}`,
  },
  'idempotency-key': {
    status: 400,
    zh: `终端发来的内容缺少编号，没有办理。${staff.zh}`,
    en: `The terminal's request had no number of its own; nothing was done. ${staff.en}`,
  },
  unauthorised: {
    status: 401,
    zh: `中心还不认识这台终端，没有办理。${staff.zh}`,
    en: `The centre does not know this terminal; nothing was done. ${staff.en}`,
  },
  forbidden: {
    status: 403,
    zh: `这台终端不能办理这一项。${staff.zh}`,
    en: `This terminal may not do that. ${staff.en}`,
  },
  'not-found': { status: 404, zh: '没有找到。', en: 'Not found.' },
  'queue-unknown': {
    status: 404,
    zh: '没有这个排队窗口，请另选一个。',
    en: 'There is no such queue. Please choose another.',
  },
  'case-unknown': {
    status: 404,
    zh: '中心还没有收到这个办件。材料可能还在路上，请稍后再查。',
    en: 'The centre has not received this case yet. It may still be on its way; please ask again later.',
  },
  'queue-closed': {
    status: 409,
    zh: '这个窗口现在不叫号，请另选一个，或在办公时间再来。',
    en: 'This queue is closed now. Please choose another, or come back in office hours.',
  },
  'blobs-missing': {
    status: 409,
    zh: '材料还没有传完，终端会继续传送。',
    en: 'Not all pages have arrived; the terminal will go on sending them.',
  },
  'code-ambiguous': {
    status: 409,
    zh: '有不止一个办件以这几位结尾，请多输入几位。',
    en: 'More than one case ends like this. Please enter more characters.',
  },
  'already-evaluated': {
    status: 409,
    zh: '这个办件已经评价过了，谢谢您。',
    en: 'This case has already been rated. Thank you.',
  },
  'too-large': {
    status: 413,
    zh: `这一页太大，中心没有收下。请重新拍一次。`,
    en: 'This page is too large; the centre did not take it. Please take the picture again.',
  },
  'media-type': {
    status: 415,
    zh: `中心看不懂终端发来的内容，没有办理。${staff.zh}`,
    en: `The centre cannot read what the terminal sent; nothing was done. ${staff.en}`,
  },
  'key-reused': {
    status: 422,
    zh: `同一个编号已经用于另一份内容，没有改动。${staff.zh}`,
    en: `This number was already used for something else; nothing was changed. ${staff.en}`,
  },
  'code-invalid': {
    status: 422,
    zh: `办件编号不对，中心没有收下。${staff.zh}`,
    en: `The case code is not right; the centre did not take the case. ${staff.en}`,
  },
  unreadable: {
    status: 422,
    zh: `中心打不开这份材料，没有收下。${staff.zh}`,
    en: `The centre cannot open what was sent and did not take it. ${staff.en}`,
  },
  'headers-too-large': {
    status: 431,
    zh: `终端发来的内容太长，没有办理。${staff.zh}`,
    en: `The terminal sent too much; nothing was done. ${staff.en}`,
  },
  internal: {
    status: 500,
    zh: `中心出了故障，没有办理。${again.zh}`,
    en: `Something went wrong at the centre; nothing was done. ${again.en}`,
  },
  overloaded: { status: 503, zh: `中心现在很忙。${again.zh}`, en: `The centre is busy right now. ${again.en}` },
} as const satisfies Record<string, Entry>;
export type ProblemKind = keyof typeof problems;

/** Why the centre says no. `detail` is for the technician: never personal data. */
export interface Refusal {
  readonly kind: ProblemKind;
  readonly detail: string;
}

export function refusal(kind: ProblemKind, detail: string): Refusal {
  return { kind, detail };
}

/** RFC 9457 problem details of a refusal. */
export function problemOf({ kind, detail }: Refusal): Problem {
  const { status, zh, en } = problems[kind];
  return {
    type: `urn:window24:problem:${kind}`,
    title: STATUS_CODES[status] ?? 'Error',
    status,
    detail,
    hint: { 'zh-CN': zh, en },
  };
}
