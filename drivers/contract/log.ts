/** A word that is known not to be personal: a literal of the program, or checked by `word`. */
declare const loggable: unique symbol;
export type Loggable = string & { readonly [loggable]: true };

/**
 * Marks a technical text (errno, model name, file name, hex of a status byte) as fit for the log.
 * Never call it on anything a citizen typed, showed or carries on a card.
 */
export function technical(text: string): Loggable {
  return text.replace(/[\r\n\t]+/g, ' ').slice(0, 500) as Loggable;
}

export type LogFields = Readonly<Record<string, number | boolean | null | Loggable>>;

/** Event names are kebab-case literals. Fields cannot be plain strings: personal data does not type-check. */
export interface Log {
  info(event: Lowercase<string>, fields?: LogFields): void;
  warn(event: Lowercase<string>, fields?: LogFields): void;
  error(event: Lowercase<string>, fields?: LogFields): void;
}

export const silentLog: Log = { info() {}, warn() {}, error() {} };
