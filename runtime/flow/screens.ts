import { askList, capture, comparePictures, review, sign } from './screens/application.ts';
import { confirm, digits, evaluate, form } from './screens/asking.ts';
import { choose, chooseScenario } from './screens/choosing.ts';
import { findCase, presentCard, tell, wait } from './screens/devices.ts';
import { outcome, timeline } from './screens/telling.ts';
import type { Projected, Screen, ScreenView } from './screens/view.ts';
import type { FlowScreenName } from './vocabulary.ts';

/** The vocabulary's screens: parameters and context in, the UI's typed props out. */
const screens: { readonly [N in FlowScreenName]: Screen<N> } = {
  choose,
  chooseScenario,
  askList,
  presentCard,
  confirm,
  digits,
  form,
  capture,
  comparePictures,
  review,
  sign,
  wait,
  tell,
  outcome,
  findCase,
  timeline,
  evaluate,
};

/** The screen that a state shows, every text resolved; `params` passed the vocabulary's schema when loaded. */
export function project(params: { readonly use: string }, view: ScreenView): Projected {
  const screen = screens[params.use as FlowScreenName] as (params: unknown, view: ScreenView) => Projected;
  return screen(params, view);
}
