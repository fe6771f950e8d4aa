import type { z } from 'zod';
import type { Config } from '../../../config/schema.ts';
import type { IdCardReaderStatus } from '../../../drivers/contract/id-card-reader.ts';
import type { Catalogue } from '../../catalogue/catalogue.ts';
import type { LocalText } from '../../catalogue/item.ts';
import { type Language, paths, type ScreenName, type ScreenProps } from '../../server/protocol.ts';
import { type FlowContext, isLocalText, isRecord, read } from '../context.ts';
import type { FlowTexts } from '../language.ts';
import type { FlowScreenName, screenParams } from '../vocabulary.ts';

/** A screen of the UI with its props. */
export type Projected = {
  [N in ScreenName]: { readonly screen: N; readonly props: ScreenProps<N> };
}[ScreenName];

/** What a screen is made of, besides its parameters. */
export interface ScreenView {
  readonly context: FlowContext;
  readonly language: Language;
  readonly texts: FlowTexts;
  readonly catalogue: Catalogue;
  readonly cameras: Config['cameras'];
  /** null: this terminal has no card reader. */
  readonly reader: IdCardReaderStatus | null;
  /** A service runs in this state. */
  readonly running: boolean;
  /** What was typed last and refused, by field (`text` on the digits screen). */
  readonly errors: Readonly<Record<string, { readonly value: string; readonly error: LocalText | null }>>;
  /** Whether the machine would act on this event now. */
  readonly can: (event: string, data?: Readonly<Record<string, unknown>>) => boolean;
}

export type ScreenParams<N extends FlowScreenName> = z.infer<(typeof screenParams)[N]['params']>;
export type Screen<N extends FlowScreenName> = (params: ScreenParams<N>, view: ScreenView) => Projected;

const noEvent = { type: '' };

/** The value a screen parameter points at. */
export function at(ref: { readonly path: string }, view: ScreenView): unknown {
  return read(ref.path, { context: view.context, event: noEvent });
}

/** The text of a key, with each `{name}` filled from `values` or else from the context. */
export function text(key: string, view: ScreenView, values: Readonly<Record<string, unknown>> = {}): string {
  const template = view.texts[key] ?? key;
  return template.replace(/\{([a-zA-Z][\w.]*)\}/g, (_, name: string) =>
    words(Object.hasOwn(values, name) ? values[name] : at({ path: name }, view), view),
  );
}

/** A value as words in the session's language; what is no text or number gives none. */
export function words(value: unknown, view: ScreenView): string {
  if (isLocalText(value)) return value[view.language];
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}

export function elements(value: unknown): readonly Readonly<Record<string, unknown>>[] {
  return Array.isArray(value) ? value.filter(isRecord) : [];
}

export function count(value: unknown): number {
  return typeof value === 'number' ? value : 0;
}

export function shotOf(id: string): { id: string; url: string } {
  return { id, url: `${paths.pictures}/${id}` };
}

/** The given optional properties without the absent and the empty ones. */
export function present<T extends Readonly<Record<string, unknown>>>(
  properties: T,
): { [K in keyof T]?: Exclude<T[K], undefined> } {
  const there = Object.entries(properties).filter(([, value]) => value !== undefined && value !== '');
  return Object.fromEntries(there) as { [K in keyof T]?: Exclude<T[K], undefined> };
}
