import type { LocalText } from '../catalogue/item.ts';
import { both } from './context.ts';

/** The country keeps one zone, whatever the machine is set to. */
const zone = 'Asia/Shanghai';
const formats = {
  'zh-CN': new Intl.DateTimeFormat('zh-CN', {
    timeZone: zone,
    year: 'numeric',
    month: 'long',
    day: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  }),
  en: new Intl.DateTimeFormat('en-GB', {
    timeZone: zone,
    year: 'numeric',
    month: 'short',
    day: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  }),
};

/** Date and time of a moment (milliseconds since the epoch) as people write it. */
export function instant(ms: number): LocalText {
  return both((language) => (Number.isFinite(ms) ? formats[language].format(ms) : ''));
}
