import { assert, err, ok, type Result } from '../../../drivers/contract/result.ts';
import { Sensitive } from '../../../drivers/contract/sensitive.ts';
import type { LocalText } from '../../catalogue/item.ts';
import type { CaseState, ProgressCase } from '../../centre/api.ts';
import { isCaseCode, shortCode } from '../../uplink/case-code.ts';
import type { OutboxEntry } from '../../uplink/uplink.ts';
import { both, isRecord } from '../context.ts';
import { tidy } from '../fields.ts';
import { instant } from '../moments.ts';
import type { FlowPorts, RunScope, ServiceError } from '../ports.ts';
import type { Service } from '../services.ts';
import { fromCentre, textOf } from './input.ts';

const t = (chinese: string, english: string): LocalText => ({ 'zh-CN': chinese, en: english });

/** The states of a case as a citizen would say them. */
const stateWords: Readonly<Record<CaseState, LocalText>> = {
  draft: t('还没有提交', 'Not submitted yet'),
  received: t('中心已收到', 'Received by the centre'),
  pre_accepted: t('材料初审通过', 'Papers looked through'),
  pre_returned: t('退回修改', 'Returned for correction'),
  accepted: t('已受理', 'Accepted'),
  supplement_required: t('需要补材料', 'More papers needed'),
  refused: t('不予受理', 'Not accepted'),
  in_progress: t('正在办理', 'Being handled'),
  suspended: t('暂停计时', 'Clock stopped'),
  closed: t('已办结', 'Decided'),
  issuing: t('正在制证', 'Certificate being made'),
  in_locker: t('已放入取件柜', 'In the pickup locker'),
  mailed: t('已寄出', 'Posted'),
  at_window: t('可到窗口领取', 'Ready at the window'),
  collected: t('已领取', 'Collected'),
  evaluated: t('已评价', 'Rated'),
};

/** The way that every case takes when nothing is missing; shown ahead of what has happened. */
const usualWay: readonly CaseState[] = ['received', 'accepted', 'in_progress', 'closed'];
const over: readonly CaseState[] = [
  'refused',
  'closed',
  'issuing',
  'in_locker',
  'mailed',
  'at_window',
  'collected',
  'evaluated',
];

interface CaseView {
  readonly id: string;
  readonly code: string;
  readonly title: LocalText;
  readonly detail: LocalText;
  readonly state: LocalText;
  readonly events: readonly { at: LocalText; title: LocalText; detail?: LocalText; done: boolean }[];
  readonly nextActor: LocalText;
  readonly daysLeft: LocalText;
  readonly phone: string;
}

/** Looks a case up by its code (or the last eight characters), or a person's cases by the number on their card. */
export const progress: Service<'cases.progress'> = async ({ code, holder }, { ports, scope, signal, timeoutMs }) => {
  const typed = textOf(code, 'code');
  const number = isRecord(holder) ? textOf(holder.number, 'number') : null;
  if (typed !== null) {
    const wanted = codeIn(typed);
    const own = ports.uplink.outbox().filter((each) => each.state !== 'receipted' && matches(each, wanted));
    const answer = fromCentre(await ports.uplink.progress({ code: wanted }, { signal, timeoutMs }));
    return merged(answer, own, ports, scope);
  }
  assert(number !== null, 'progress needs a code or a holder');
  // The outbox is sealed: it cannot say whose cases it holds.
  const answer = fromCentre(await ports.uplink.progress({ holder: new Sensitive(number) }, { signal, timeoutMs }));
  return merged(answer, [], ports, scope);
};

/** A scanned code may come as an address or with words around it; what people type has blanks in it. */
function codeIn(text: string): string {
  const tidied = tidy('caseCode', text);
  return tidied.match(/[0-9A-Z]{44}/g)?.find(isCaseCode) ?? tidied;
}

function matches(entry: OutboxEntry, wanted: string): boolean {
  return entry.code === wanted || (wanted.length === 8 && shortCode(entry.code) === wanted);
}

/** The centre's word goes before the terminal's; what only the terminal knows is shown even while the line is down. */
function merged(
  answer: Result<readonly ProgressCase[], ServiceError>,
  own: readonly OutboxEntry[],
  ports: FlowPorts,
  scope: RunScope,
): Result<readonly CaseView[], ServiceError> {
  const there = answer.ok ? answer.value : [];
  const here = own.filter((entry) => !there.some((each) => each.code === entry.code));
  const all = [...here.map((entry) => ownView(entry, ports, scope)), ...there.toSorted(newestFirst).map(centreView)];
  if (all.length > 0) return ok(all);
  if (!answer.ok) return answer;
  return err({ code: 'notFound', detail: 'notFound', cause: 'neither the centre nor the outbox knows such a case' });
}

function newestFirst(a: ProgressCase, b: ProgressCase): number {
  return (b.events[0]?.at ?? '').localeCompare(a.events[0]?.at ?? '');
}

function ownView(entry: OutboxEntry, ports: FlowPorts, scope: RunScope): CaseView {
  const title = ports.catalogue.list().find((each) => each.taskCode === entry.taskCode)?.title ?? t('办件', 'Case');
  const state = t('存在本机，等待发送', 'Kept in this terminal, waiting to be sent');
  return {
    id: entry.code,
    code: entry.code,
    title,
    detail: detailOf(entry.code, state),
    state,
    events: [
      { at: instant(entry.createdAt), title: t('您提交了', 'You submitted it'), done: true },
      { at: t('', ''), title: stateWords.received, done: false },
    ],
    nextActor: t('这台机器：线路恢复后自动发送', 'This terminal: it sends by itself when the line is back'),
    daysLeft: t('中心受理后开始计算', 'Counted once the centre has accepted it'),
    phone: scope.terminal.phone,
  };
}

function centreView(found: ProgressCase): CaseView {
  const { code, title, state, nextActor, phone } = found;
  const ahead = over.includes(state) ? [] : usualWay.slice(usualWay.indexOf(state) + 1);
  return {
    id: code,
    code,
    title,
    detail: detailOf(code, stateWords[state]),
    state: stateWords[state],
    events: [
      ...found.events.map((event) => ({
        at: instant(Date.parse(event.at)),
        title: stateWords[event.state],
        ...(event.note && { detail: event.note }),
        done: true,
      })),
      ...ahead
        .filter((each) => !found.events.some((event) => event.state === each))
        .map((each) => ({ at: t('', ''), title: stateWords[each], done: false })),
    ],
    nextActor,
    daysLeft: daysLeftOf(found),
    phone,
  };
}

function detailOf(code: string, state: LocalText): LocalText {
  return both((language) => `${state[language]} · …${shortCode(code)}`);
}

function daysLeftOf({ state, daysLeft, promiseDays }: ProgressCase): LocalText {
  if (over.includes(state)) return t('已经办完', 'Completed');
  if (daysLeft === null) {
    return t(`受理后 ${promiseDays} 个工作日内办完`, `Within ${promiseDays} working days of acceptance`);
  }
  if (daysLeft > 0) return t(`还剩 ${daysLeft} 个工作日`, `${daysLeft} working day${daysLeft === 1 ? '' : 's'} left`);
  return daysLeft === 0
    ? t('承诺期限今天到期', 'The promised time ends today')
    : t(`已超过承诺期限 ${-daysLeft} 个工作日`, `${-daysLeft} working days over the promised time`);
}
