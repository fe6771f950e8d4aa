import type { FlowRun } from '../flow/engine.ts';
import type { Flow } from '../flow/load.ts';
import type { Language, TextSize } from '../server/protocol.ts';
import type { Reminder } from './leaving.ts';

/** What stands on the screen between journeys, or the flow that runs. */
export type Phase =
  | { readonly kind: 'attract' }
  | { readonly kind: 'journey'; readonly session: string; readonly flow: Flow; readonly run: FlowRun }
  | { readonly kind: 'leaving'; readonly reminder: Reminder; readonly until: number; readonly done: () => void };

/** All that decides what is shown, besides the devices and the line. */
export interface Front {
  phase: Phase;
  /** Positions of the attract and leaving screens; those of flows count within their run. */
  visit: number;
  language: Language;
  textSize: TextSize;
  /** The last person went without their card, which lies there still. */
  cardLeft: boolean;
  /** A slip of an earlier visit is being printed. */
  printingRecovered: boolean;
}

/** What everybody begins with. */
export const preferences = { language: 'zh-CN', textSize: 'normal' } as const;
