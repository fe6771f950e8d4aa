import type { LocalText } from '../catalogue/item.ts';
import type { OutboxEntry } from '../uplink/uplink.ts';

/** What the attract screen says of a visit that a stop of the machine cut off. */
export const keptTitle: LocalText = {
  'zh-CN': '机器刚刚重新启动，刚才提交的申请还在',
  en: 'The machine has just restarted. What you submitted is kept',
};
export const numberTitle: LocalText = {
  'zh-CN': '机器刚刚重新启动，您的号还在',
  en: 'The machine has just restarted. Your number still counts',
};
export const numberDetail: LocalText = { 'zh-CN': '请记下这个号，或者打印出来。', en: 'Note the number, or print it.' };

const someCase: LocalText = { 'zh-CN': '申请', en: 'Your application' };
const received: LocalText = {
  'zh-CN': '中心已经收到。请打印回执。',
  en: 'the centre has received it. Please print the receipt.',
};
const onItsWay: LocalText = {
  'zh-CN': '已经封存在机器里，线路通了就送到中心。请打印回执。',
  en: 'sealed in this machine and sent when the line is back. Please print the receipt.',
};
const parked: LocalText = {
  'zh-CN': '已经封存在机器里，但中心没有收下。请打印回执，到人工窗口查问。',
  en: 'sealed in this machine, but the centre did not take it. Please print the receipt and ask at a staffed window.',
};
const states: Readonly<Record<OutboxEntry['state'], LocalText>> = {
  sealed: onItsWay,
  sending: onItsWay,
  receipted: received,
  parked,
};

/** Where the case stands; `title` is that of its item, null where the catalogue has it no longer. */
export function caseDetail(title: LocalText | null, state: OutboxEntry['state']): LocalText {
  const name = title ?? someCase;
  const say = states[state];
  return { 'zh-CN': `${name['zh-CN']}：${say['zh-CN']}`, en: `${name.en}: ${say.en}` };
}
