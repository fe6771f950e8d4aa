import type { z } from 'zod';
import { assert } from '../../drivers/contract/result.ts';
import { byId, type FlowContext, index, isRecord, list, read, type View, write } from './context.ts';
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
    const question = elementAt(params.scenarios, params.index, view);
    const answered = write(view.context, `${params.at}.${String(question.id)}`, read('event.id', view));
    return write(answered, params.index, at + 1);
  },
  keepPicture(view, params) {
    const material = elementAt(params.materials, params.index, view);
    const kept = list(params.at, view) as readonly KeptPicture[];
    const page: KeptPicture = {
      material: String(material.id),
      title: material.title,
      page: kept.filter((each) => each.material === material.id).length + 1,
      picture: String(read('event.id', view)),
    };
    return write(write(view.context, params.at, [...kept, page]), params.shots, []);
  },
  dropPictures: (view, { at }) => write(view.context, at, []),
  replacePictures(view, params) {
    const id = String(elementAt(params.materials, params.index, view).id);
    const order = list(params.materials, view).map((each) => (isRecord(each) ? each.id : null));
    const others = (list(params.at, view) as readonly KeptPicture[]).filter((each) => each.material !== id);
    const all = [...others, ...(list(params.with, view) as readonly KeptPicture[])];
    // Stable: pages of one material keep their order.
    const sorted = all.toSorted((a, b) => order.indexOf(a.material) - order.indexOf(b.material));
    return write(write(view.context, params.at, sorted), params.with, []);
  },
  pick: (view, params) =>
    write(view.context, params.at, byId(list(params.list, view), read(params.id, view)) ?? undefined),
  seek(view, params) {
    const id = read(params.id, view);
    const position = list(params.list, view).findIndex((each) => isRecord(each) && each.id === id);
    return write(view.context, params.at, Math.max(0, position));
  },
};

function elementAt(path: string, at: string, view: View): Record<string, unknown> {
  const element = list(path, view)[index(at, view)];
  assert(isRecord(element) && typeof element.id === 'string', `no element of ${path} at the index`);
  return element;
}
