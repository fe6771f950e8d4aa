import type { z } from 'zod';
import { type FlowContext, index, list, read, type View, write } from './context.ts';
import type { ActionName, actions as vocabulary } from './vocabulary.ts';

export type ActionParams<N extends ActionName> = z.infer<(typeof vocabulary)[N]['params']>;

/** A picture filed under a material. */
export interface KeptPicture {
  readonly material: string;
  readonly title: unknown;
  readonly page: number;
  readonly picture: string;
}

/**
 * The vocabulary's actions: each gives the next context. The bytes of pictures that no list names any more are wiped
 * by the running flow after each step, so that forgetting a picture is one thing and cannot be done by halves.
 */
export const actions: { readonly [N in ActionName]: (view: View, params: ActionParams<N>) => FlowContext } = {
  put: (view, params) =>
    write(view.context, params.at, 'from' in params ? read(params.from, view) : structuredClone(params.value)),
  clear: (view, { at }) => write(view.context, at, undefined),
  append: (view, { at, from }) => write(view.context, at, [...list(at, view), read(from, view)]),
  increase: (view, { at }) => write(view.context, at, index(at, view) + 1),
  answerScenario(view, params) {
    const at = index(params.index, view);
    const question = list(params.scenarios, view)[at];
    const id = typeof question === 'object' && question !== null && 'id' in question ? question.id : null;
    if (typeof id !== 'string') throw new Error('invariant broken: no scenario question at the index');
    const answered = write(view.context, `${params.at}.${id}`, read('event.id', view));
    return write(answered, params.index, at + 1);
  },
  keepPicture(view, params) {
    const material = list(params.materials, view)[index(params.index, view)];
    if (typeof material !== 'object' || material === null || !('id' in material)) {
      throw new Error('invariant broken: no material at the index');
    }
    const kept = list(params.at, view) as readonly KeptPicture[];
    const page: KeptPicture = {
      material: String(material.id),
      title: 'title' in material ? material.title : '',
      page: kept.filter((each) => each.material === material.id).length + 1,
      picture: String(read('event.id', view)),
    };
    return write(write(view.context, params.at, [...kept, page]), params.shots, []);
  },
  dropPictures: (view, { at }) => write(view.context, at, []),
};
