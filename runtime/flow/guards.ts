import type { z } from 'zod';
import { type Failure, index, isRecord, list, read, type View } from './context.ts';
import type { GuardName, guards as vocabulary } from './vocabulary.ts';

export type GuardParams<N extends GuardName> = z.infer<(typeof vocabulary)[N]['params']>;

/** The vocabulary's guards. Pure: they look and answer. */
export const guards: { readonly [N in GuardName]: (view: View, params: GuardParams<N>) => boolean } = {
  failedWith(view, { code, detail }) {
    const failure = failureOf(view);
    if (!failure || !code.includes(failure.code)) return false;
    return detail === undefined || detail.includes(failure.detail);
  },
  is: (view, { path, equals }) => (read(path, view) ?? null) === equals,
  exists(view, { path }) {
    const value = read(path, view);
    if (value === undefined || value === null) return false;
    return typeof value === 'string' || Array.isArray(value) ? value.length > 0 : true;
  },
  hasMore: (view, params) => index(params.index, view) < list(params.list, view).length,
  hasNext: (view, params) => index(params.index, view) + 1 < list(params.list, view).length,
  isOptional(view, params) {
    const element = list(params.list, view)[index(params.index, view)];
    return isRecord(element) && element.required !== true;
  },
};

/** The failure at hand: of the event that just ended a service, else the last one recorded. */
function failureOf(view: View): Failure | null {
  const recent = read('event.error', view) ?? read('lastFailure', view);
  return isRecord(recent) && 'code' in recent ? (recent as unknown as Failure) : null;
}
