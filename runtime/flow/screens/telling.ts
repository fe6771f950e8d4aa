import type { LocalText } from '../../catalogue/item.ts';
import { byId, type Failure, isRecord } from '../context.ts';
import { wordsFor } from '../failures.ts';
import { instant } from '../moments.ts';
import { at, count, elements, type Projected, present, type Screen, type ScreenView, words } from './view.ts';

const t = (chinese: string, english: string): LocalText => ({ 'zh-CN': chinese, en: english });

const ticketWords = {
  say: t('号取好了', 'You have your number'),
  existing: t('您之前已经取过这个号，还在排队。', 'You already hold this number and it is still in the queue.'),
  headline: t('您的号码', 'Your number'),
  queue: t('业务', 'Queue'),
  waiting: t('前面还有', 'Ahead of you'),
  window: t('窗口', 'Window'),
  takenAt: t('取号时间', 'Taken at'),
  masked: t('取号人', 'Taken for'),
};
const caseWords = {
  received: t('提交成功，中心已经收到', 'Submitted: the centre has received it'),
  kept: t('已经安全存好，线路恢复后自动发送', 'Kept safely; it will be sent when the line is back'),
  keptDetail: t(
    '材料已加密保存在本机，您不用再来。用编号可以查进度。',
    'Your papers are sealed in this terminal; you need not come back. Use the code to follow the case.',
  ),
  headline: t('办件编号后 8 位', 'Last 8 characters of your case code'),
  title: t('事项', 'Item'),
  receipt: t('中心回执号', 'Receipt of the centre'),
  at: t('时间', 'Time'),
  papers: t('材料', 'Papers'),
};
const printedWords = {
  yes: t('请在出口取单子', 'Please take your slip'),
  no: t('单子没有打出来，请记下或拍下编号', 'No slip was printed: please note down or photograph the number'),
  unknown: t(
    '不确定单子有没有打出来：请看一下出口，没有就再打一次',
    'The slip may or may not be there: please look, and print again if not',
  ),
};

export const outcome: Screen<'outcome'> = (params, view) => {
  const data = at(params.data, view);
  const found = isRecord(data) ? data : {};
  const printed = { printed: params.printed, printedSay: printedSay(params.printed, view) };
  return params.of === 'ticket' ? ticket(found, printed, view) : filedCase(found, printed, view);
};

type Printed = { printed: 'yes' | 'no' | 'unknown'; printedSay: string };

/** Where the slip failed, the reason goes first. */
function printedSay(printed: Printed['printed'], view: ScreenView): string {
  const said = printedWords[printed][view.language];
  const failure = view.context.lastFailure;
  if (printed !== 'no' || !isRecord(failure) || failure.service !== 'effect.printSlip') return said;
  const because = wordsFor(failure as unknown as Failure).because[view.language];
  return view.language === 'en' ? `${because} ${said}` : `${because}${said}`;
}

function ticket(data: Readonly<Record<string, unknown>>, printed: Printed, view: ScreenView): Projected {
  const waiting = count(data.waitingBefore);
  return {
    screen: 'outcome',
    props: {
      tone: 'success',
      say: words(ticketWords.say, view),
      ...present({ detail: data.existing === true ? words(ticketWords.existing, view) : undefined }),
      headline: { label: words(ticketWords.headline, view), value: words(data.number, view) },
      rows: rows(view, [
        [ticketWords.queue, data.queueTitle],
        [ticketWords.waiting, t(`${waiting} 人`, `${waiting} ${waiting === 1 ? 'person' : 'people'}`)],
        [ticketWords.window, data.window],
        [ticketWords.masked, data.masked],
        [ticketWords.takenAt, instant(Date.parse(String(data.takenAt)))],
      ]),
      ...present({ qr: words(data.flowNumber, view) }),
      ...printed,
    },
  };
}

function filedCase(data: Readonly<Record<string, unknown>>, printed: Printed, view: ScreenView): Projected {
  const kept = data.state === 'kept';
  const papers = elements(data.materials).map(({ title, pages }) => `${words(title, view)} ×${words(pages, view)}`);
  return {
    screen: 'outcome',
    props: {
      tone: kept ? 'information' : 'success',
      say: words(kept ? caseWords.kept : caseWords.received, view),
      ...present({ detail: kept ? words(caseWords.keptDetail, view) : undefined }),
      headline: { label: words(caseWords.headline, view), value: words(data.shortCode, view) },
      rows: rows(view, [
        [caseWords.title, data.title],
        [caseWords.papers, papers.join(view.language === 'en' ? ', ' : '、')],
        [caseWords.receipt, data.receiptNumber],
        [caseWords.at, instant(Date.parse(String(data.receivedAt)))],
      ]),
      ...present({ qr: words(data.code, view) }),
      ...printed,
    },
  };
}

function rows(view: ScreenView, all: readonly (readonly [LocalText, unknown])[]) {
  return all
    .map(([label, value]) => ({ label: words(label, view), value: words(value, view) }))
    .filter((row) => row.value !== '');
}

export const timeline: Screen<'timeline'> = (params, view) => {
  const cases = elements(at(params.cases, view));
  const chosen = params.chosen && at(params.chosen, view);
  const shown = byId(cases, chosen) ?? cases[params.index ? count(at(params.index, view)) : 0] ?? {};
  return {
    screen: 'timeline',
    props: {
      title: words(shown.title, view),
      code: words(shown.code, view),
      state: words(shown.state, view),
      events: elements(shown.events).map(({ at: when, title, detail, done }) => ({
        at: words(when, view),
        title: words(title, view),
        ...present({ detail: words(detail, view) }),
        done: done === true,
      })),
      nextActor: words(shown.nextActor, view),
      daysLeft: words(shown.daysLeft, view),
      phone: words(shown.phone, view),
    },
  };
};
