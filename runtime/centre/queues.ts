import type { LocalNote } from './cases.ts';
import { hourOfDay, isWorkingDay } from './working-days.ts';

/** A queue of the hall. `secondsEach`: how often one of its windows calls the next number. */
export interface HallQueue {
  readonly id: string;
  readonly prefix: string;
  readonly title: LocalNote;
  readonly detail: LocalNote;
  readonly window: LocalNote;
  readonly secondsEach: number;
  /** Only on working days between these hours; null: numbers are given out at any time. */
  readonly hours: readonly [number, number] | null;
}

export const hallQueues: readonly HallQueue[] = [
  {
    id: 'general',
    prefix: 'A',
    title: { 'zh-CN': '综合受理', en: 'General reception' },
    detail: { 'zh-CN': '不知道取哪个号，就取这个', en: 'Take this one when in doubt' },
    window: { 'zh-CN': '1 至 6 号窗口', en: 'Windows 1 to 6' },
    secondsEach: 75,
    hours: null,
  },
  {
    id: 'property',
    prefix: 'B',
    title: { 'zh-CN': '不动产登记', en: 'Property registration' },
    detail: { 'zh-CN': '买卖、抵押、继承、更正', en: 'Sale, mortgage, inheritance, corrections' },
    window: { 'zh-CN': '7 至 9 号窗口', en: 'Windows 7 to 9' },
    secondsEach: 240,
    hours: null,
  },
  {
    id: 'social',
    prefix: 'C',
    title: { 'zh-CN': '社保医保', en: 'Social and health insurance' },
    detail: { 'zh-CN': '参保、转移、报销、养老', en: 'Joining, moving, refunds, pensions' },
    window: { 'zh-CN': '10 至 13 号窗口', en: 'Windows 10 to 13' },
    secondsEach: 110,
    hours: null,
  },
  {
    id: 'business',
    prefix: 'D',
    title: { 'zh-CN': '企业开办', en: 'Starting a business' },
    detail: { 'zh-CN': '设立、变更、注销、许可', en: 'Founding, changes, closing, permits' },
    window: { 'zh-CN': '14、15 号窗口', en: 'Windows 14 and 15' },
    secondsEach: 300,
    hours: null,
  },
  {
    id: 'tax',
    prefix: 'E',
    title: { 'zh-CN': '税务', en: 'Taxes' },
    detail: { 'zh-CN': '工作日 9:00 至 17:00 叫号', en: 'Called on working days, 9 to 17' },
    window: { 'zh-CN': '16 至 18 号窗口', en: 'Windows 16 to 18' },
    secondsEach: 160,
    hours: [9, 17],
  },
];

export function isOpen(queue: HallQueue, at: number): boolean {
  if (!queue.hours) return true;
  const hour = hourOfDay(at);
  return isWorkingDay(at) && hour >= queue.hours[0] && hour < queue.hours[1];
}
