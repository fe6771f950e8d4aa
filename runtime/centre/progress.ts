import { err, ok, type Result } from '../../drivers/contract/result.ts';
import type { CaseState, ProgressCase } from './api.ts';
import type { CaseEvent, CaseSummary, Cases, LocalNote } from './cases.ts';
import type { Catalogue } from './items.ts';
import { type Refusal, refusal } from './problems.ts';
import { promiseRuns } from './states.ts';
import { workingDaysBetween } from './working-days.ts';

/** Fewer last characters than this would let anybody guess their way through other people's cases. */
const shortestSuffix = 8;
const unknownItem: LocalNote = { 'zh-CN': '事项', en: 'Item' };
const serviceCall = '12345';

const nextActors: Readonly<Record<CaseState, LocalNote>> = {
  draft: { 'zh-CN': '您自己', en: 'You' },
  received: { 'zh-CN': '综合受理窗口', en: 'The reception window' },
  pre_accepted: { 'zh-CN': '综合受理窗口', en: 'The reception window' },
  pre_returned: { 'zh-CN': '您自己：改好后再交', en: 'You: correct it and hand it in again' },
  accepted: { 'zh-CN': '承办部门', en: 'The department in charge' },
  supplement_required: { 'zh-CN': '您自己：补交材料', en: 'You: bring what is missing' },
  refused: { 'zh-CN': '没有下一步；您可以申请复议', en: 'Nobody; you may ask for a review' },
  in_progress: { 'zh-CN': '承办部门', en: 'The department in charge' },
  suspended: { 'zh-CN': '承办部门：特别程序中', en: 'The department: a special procedure runs' },
  closed: { 'zh-CN': '出件窗口', en: 'The output desk' },
  issuing: { 'zh-CN': '出件窗口', en: 'The output desk' },
  in_locker: { 'zh-CN': '您自己：到取件柜领取', en: 'You: collect it from the locker' },
  mailed: { 'zh-CN': '邮政', en: 'The post' },
  at_window: { 'zh-CN': '您自己：到出件窗口领取', en: 'You: collect it at the output desk' },
  collected: { 'zh-CN': '您自己：欢迎评价', en: 'You: a rating is welcome' },
  evaluated: { 'zh-CN': '已全部办完', en: 'Nobody: all is done' },
};

/** Finds cases as a citizen may: by the whole code or its unique end, or by the hash of their number. */
export function findCases(
  cases: Cases,
  by: { readonly code: string } | { readonly holder: string },
): Result<readonly CaseSummary[], Refusal> {
  if ('holder' in by) return ok(cases.byHolder(by.holder));
  const code = by.code.normalize('NFKC').replace(/[\s-]/g, '').toUpperCase();
  if (!/^[0-9A-Z]+$/.test(code) || code.length < shortestSuffix) return ok([]);
  const found = cases.byCode(code);
  return found.length > 1 ? err(refusal('code-ambiguous', 'more than one code ends like this')) : ok(found);
}

/** What a citizen is told of a case. */
export function describeProgress(cases: Cases, catalogue: Catalogue, found: CaseSummary, now: number): ProgressCase {
  const item = catalogue.byTaskCode(found.taskCode);
  const events = cases.events(found.caseId);
  const promiseDays = item?.promiseDays ?? 0;
  return {
    code: found.code,
    title: item?.title ?? unknownItem,
    state: found.state,
    events: events.map((event) => ({
      at: new Date(event.at).toISOString(),
      state: event.state,
      ...(event.note ? { note: event.note } : {}),
    })),
    nextActor: nextActors[found.state],
    promiseDays,
    daysLeft: daysLeft(events, promiseDays, now),
    phone: item?.phone ?? serviceCall,
  };
}

/** Promise minus the working days that ran, never below 0; null before acceptance and once the case is closed. */
export function daysLeft(events: readonly CaseEvent[], promiseDays: number, now: number): number | null {
  const accepted = events.findIndex((event) => event.state === 'accepted');
  if (accepted < 0) return null;
  let used = 0;
  for (const [index, event] of events.entries()) {
    if (index < accepted) continue;
    if (event.state === 'closed') return null;
    if (promiseRuns(event.state)) used += workingDaysBetween(event.at, events[index + 1]?.at ?? now);
  }
  return Math.max(0, promiseDays - used);
}
