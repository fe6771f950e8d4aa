import type { LocalText } from '../catalogue/item.ts';
import type { Language } from '../server/protocol.ts';

/** What a running flow knows. Replaced, never changed in place. */
export type FlowContext = Readonly<Record<string, unknown>>;
export type FlowEvent = { readonly type: string; readonly [key: string]: unknown };

/** Why the last service failed, as the flow's guards and the citizen's sentences see it. Nothing personal. */
export interface Failure {
  readonly service: string;
  readonly code: string;
  readonly detail: string;
  /** The centre's own sentence, where it gave one. */
  readonly hint?: LocalText;
}

/** Where guards and actions look: the context and the event of the transition at hand. */
export interface View {
  readonly context: FlowContext;
  readonly event: FlowEvent;
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

/** The value at a dotted path, `undefined` where there is none. `event` and `event.x` look at the event's data. */
export function read(path: string, view: View): unknown {
  const [root = '', ...rest] = path.split('.');
  let value: unknown;
  if (root === 'event') {
    const { type: _, ...data } = view.event;
    value = data;
  } else {
    value = Object.hasOwn(view.context, root) ? view.context[root] : undefined;
  }
  for (const key of rest) {
    if (!isRecord(value) || !Object.hasOwn(value, key)) return undefined;
    value = value[key];
  }
  return value;
}

/** A copy of the context with `value` at the path; `undefined` forgets what was there. */
export function write(context: FlowContext, path: string, value: unknown): FlowContext {
  return writeAt(context, path.split('.'), value);
}

function writeAt(base: unknown, [key = '', ...rest]: readonly string[], value: unknown): Record<string, unknown> {
  const copy: Record<string, unknown> = isRecord(base) && !Array.isArray(base) ? { ...base } : {};
  copy[key] = rest.length === 0 ? value : writeAt(Object.hasOwn(copy, key) ? copy[key] : undefined, rest, value);
  return copy;
}

export function list(path: string, view: View): readonly unknown[] {
  const value = read(path, view);
  return Array.isArray(value) ? value : [];
}

/** The number at the path; a missing one is 0. */
export function index(path: string, view: View): number {
  const value = read(path, view);
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 ? value : 0;
}

export function isLocalText(value: unknown): value is LocalText {
  return (
    isRecord(value) &&
    Object.keys(value).length === 2 &&
    typeof value['zh-CN'] === 'string' &&
    typeof value.en === 'string'
  );
}

/**
 * The value with every text that exists in both languages replaced by the one of `language`. Services put both into the
 * context, so that a citizen may change the language at any moment.
 */
export function localise(value: unknown, language: Language): unknown {
  if (isLocalText(value)) return value[language];
  if (Array.isArray(value)) return value.map((each) => localise(each, language));
  if (isRecord(value)) {
    return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, localise(each, language)]));
  }
  return value;
}

/** The element of a list that carries this id. */
export function byId(elements: readonly unknown[], id: unknown): Record<string, unknown> | null {
  for (const each of elements) if (isRecord(each) && each.id === id) return each;
  return null;
}

/** A text in both languages, made by one function of the language. */
export function both(make: (language: Language) => string): LocalText {
  return { 'zh-CN': make('zh-CN'), en: make('en') };
}
