import type { LocalText } from '../catalogue/item.ts';
import type { SlotName } from '../server/protocol.ts';
import type { Failure } from './context.ts';

/** What the citizen is told of a failure: what happened, what is kept, what to do. */
export interface FailureWords {
  readonly because: LocalText;
  readonly kept?: LocalText;
  readonly next?: LocalText;
  readonly slot?: SlotName;
}

const t = (chinese: string, english: string): LocalText => ({ 'zh-CN': chinese, en: english });

const askStaff = t(
  '请到人工窗口办理，或拨打屏幕下方的电话。',
  'Please go to a staffed window, or call the number below.',
);
const tryAgain = t('请再试一次。', 'Please try again.');
const numberStands = t('已经办好的不受影响。', 'What is already done stays done.');

const reader: Readonly<Record<string, FailureWords>> = {
  noCard: {
    because: t('等了很久，没有读到卡。', 'No card was put down in time.'),
    next: t('把身份证平放在读卡处，不要移动。', 'Lay your ID card flat on the reader and leave it there.'),
  },
  cardRemoved: {
    because: t('卡拿起得太早，还没有读完。', 'The card was lifted before it was read.'),
    next: t('再放一次，等听到提示音再拿起。', 'Put it down once more and lift it when you hear the tone.'),
  },
  cardUnreadable: {
    because: t('这张卡读不出来。', 'This card cannot be read.'),
    next: t('擦净卡面再放一次；仍读不出，请用其他方式。', 'Wipe the card and try once more, or choose another way.'),
  },
  unknownLayout: {
    because: t('卡里的内容是这台机器不认识的格式。', 'This machine does not know the kind of record on the card.'),
    next: t('请用其他方式，或到人工窗口。', 'Please choose another way, or go to a staffed window.'),
  },
  readerFault: {
    because: t('读卡器出了故障。', 'The card reader is not working.'),
    next: t('请用其他方式。', 'Please choose another way.'),
  },
  disconnected: {
    because: t('读卡器没有连接。', 'The card reader is not connected.'),
    next: t('请用其他方式。', 'Please choose another way.'),
  },
  stalled: { because: t('读卡器没有反应。', 'The card reader does not answer.'), next: tryAgain },
};

const printer: Readonly<Record<string, FailureWords>> = {
  paperOut: {
    because: t('打印纸用完了，单子没有打出来。', 'The printer is out of paper; nothing was printed.'),
    kept: numberStands,
  },
  paperJammed: {
    because: t('打印机卡纸了，单子没有打好。', 'The paper is jammed; the slip was not printed properly.'),
    kept: numberStands,
  },
  coverOpen: {
    because: t('打印机的盖子开着，单子没有打出来。', 'The printer cover is open; nothing was printed.'),
    kept: numberStands,
  },
  cutterFault: {
    because: t('打印机的切刀出了故障。', 'The paper cutter is not working.'),
    kept: numberStands,
    next: t('单子若露在出口，请轻轻撕下。', 'If a slip is showing, please tear it off gently.'),
  },
  headHot: {
    because: t('打印机太热，正在冷却。', 'The printer is too hot and is cooling down.'),
    kept: numberStands,
    next: t('请过一分钟再试。', 'Please try again in a minute.'),
  },
  printerFault: { because: t('打印机出了故障。', 'The printer is not working.'), kept: numberStands },
  disconnected: { because: t('打印机没有连接。', 'The printer is not connected.'), kept: numberStands },
  stalled: { because: t('打印机没有反应。', 'The printer does not answer.'), kept: numberStands },
  journalUnavailable: {
    because: t(
      '这台机器现在记不下打印记录，所以没有打印。',
      'This machine cannot record the print at the moment, so nothing was printed.',
    ),
    kept: numberStands,
  },
  mayHavePrinted: {
    because: t(
      '打印中途断了联系，不知道单子有没有打出来。',
      'Contact was lost while printing; the slip may or may not be there.',
    ),
    kept: numberStands,
    next: t('请看一下出口；没有单子就再打一次。', 'Please look at the slot; if there is no slip, print again.'),
  },
};

const centre: Readonly<Record<string, FailureWords>> = {
  offline: {
    because: t('现在连不上中心。', 'The centre cannot be reached at the moment.'),
    next: t('请过一会儿再试。', 'Please try again in a while.'),
  },
  timeOut: {
    because: t('中心没有及时回答。', 'The centre did not answer in time.'),
    next: tryAgain,
  },
  refused: { because: t('中心没有受理这个请求。', 'The centre did not accept this request.'), next: askStaff },
  nonsense: {
    because: t('中心的回答看不懂。', 'The answer of the centre could not be understood.'),
    next: askStaff,
  },
  notFound: {
    because: t('没有找到对应的办件。', 'No case was found.'),
    next: t('请核对编号，或换一种方式查。', 'Please check the code, or look it up another way.'),
  },
};

const submission: Readonly<Record<string, FailureWords>> = {
  journalUnavailable: {
    because: t('这台机器现在存不下新的材料。', 'This machine cannot store anything new at the moment.'),
    kept: t('没有提交，也没有留下您的材料。', 'Nothing was submitted, and none of your papers were kept.'),
    next: askStaff,
  },
  full: {
    because: t('这台机器的存储已满。', 'The storage of this machine is full.'),
    kept: t('没有提交，也没有留下您的材料。', 'Nothing was submitted, and none of your papers were kept.'),
    next: askStaff,
  },
  keys: {
    because: t(
      '这台机器还没有中心的密钥，不能安全地提交。',
      'This machine lacks the keys of the centre and cannot submit safely.',
    ),
    kept: t('没有提交，也没有留下您的材料。', 'Nothing was submitted, and none of your papers were kept.'),
    next: askStaff,
  },
  timeOut: {
    because: t('保存比平时慢，还没有结果。', 'Storing takes longer than usual; there is no result yet.'),
    next: t(
      '请过一会儿用身份证查进度，再决定要不要重办。',
      'Please look the case up with your ID card in a while before you apply again.',
    ),
  },
};

const noItems: FailureWords = {
  because: t('这台机器上现在没有可办的事项。', 'There is nothing to apply for on this machine at the moment.'),
  next: askStaff,
};
const canceled: FailureWords = { because: t('已经取消。', 'This was called off.') };
const unknown: FailureWords = {
  because: t('这台机器出了差错。', 'Something went wrong in this machine.'),
  next: askStaff,
};

interface Chapter {
  readonly service: RegExp;
  readonly words: Readonly<Record<string, FailureWords>>;
  readonly otherwise: FailureWords;
  readonly slot?: SlotName;
}

const fault = (words: FailureWords | undefined) => words ?? unknown;
const chapters: readonly Chapter[] = [
  { service: /^idCardReader\./, words: reader, otherwise: fault(reader.readerFault), slot: 'idCardReader' },
  { service: /^effect\.printSlip$/, words: printer, otherwise: fault(printer.printerFault), slot: 'receiptPrinter' },
  { service: /^effect\.submitCase$/, words: submission, otherwise: unknown },
  { service: /^(tickets|cases|evaluations)\./, words: centre, otherwise: unknown },
  { service: /^items\./, words: { noItems }, otherwise: unknown },
];

/** Sentences for a device that failed with a code but no detail of its own. */
const deviceCodes: Readonly<Record<string, string>> = {
  noDevice: 'disconnected',
  connectionLost: 'disconnected',
  deviceNotReady: 'stalled',
  timeOut: 'stalled',
  inDoubt: 'mayHavePrinted',
};

/** The sentences for a failure. The centre's own hint goes before ours. */
export function wordsFor(failure: Failure): FailureWords {
  const chapter = chapters.find((each) => each.service.test(failure.service));
  const words = chapter?.words ?? {};
  const found =
    (failure.code === 'canceled' ? canceled : undefined) ??
    words[failure.detail] ??
    words[failure.code] ??
    words[deviceCodes[failure.code] ?? ''] ??
    chapter?.otherwise ??
    unknown;
  return {
    ...found,
    ...(failure.hint && { because: failure.hint }),
    ...(chapter?.slot && { slot: chapter.slot }),
  };
}

/** For the technician, small: which service, which code, which detail. */
export function technicalCode(failure: Failure): string {
  return `${failure.service} ${failure.code}${failure.detail === failure.code ? '' : `/${failure.detail}`}`;
}
