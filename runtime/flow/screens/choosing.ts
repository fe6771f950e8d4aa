import { type IconName, icons, type ScreenProps } from '../../server/protocol.ts';
import { at, count, elements, present, type Screen, type ScreenView, text, words } from './view.ts';

type Option = ScreenProps<'choose'>['options'][number];

/** Options of any list of the context whose elements carry an id and a title. */
export function optionsOf(value: unknown, view: ScreenView): Option[] {
  return elements(value).map(({ id, title, detail, badge, icon, unavailable }) => ({
    id: String(id),
    title: words(title, view),
    ...present({
      detail: words(detail, view),
      badge: words(badge, view),
      icon: isIcon(icon) ? icon : undefined,
      unavailable: words(unavailable, view),
    }),
  }));
}

function isIcon(value: unknown): value is IconName {
  return (icons as readonly unknown[]).includes(value);
}

export const choose: Screen<'choose'> = (params, view) => ({
  screen: 'choose',
  props: {
    ask: text(params.ask, view),
    ...present({ detail: params.detail && text(params.detail, view) }),
    options: optionsOf(at(params.options, view), view),
  },
});

export const chooseScenario: Screen<'chooseScenario'> = (params, view) => {
  const question = elements(at(params.scenarios, view))[count(at(params.index, view))];
  return { screen: 'choose', props: { ask: words(question?.ask, view), options: optionsOf(question?.options, view) } };
};
