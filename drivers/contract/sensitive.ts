import { inspect } from 'node:util';

const hidden = '[hidden]';

/**
 * A personal datum. It can be passed on and revealed where it is used, but it prints, serialises and inspects as
 * "[hidden]", so that no log, error text or crash report can carry it by accident.
 */
export class Sensitive<T> {
  readonly #value: T;

  constructor(value: T) {
    this.#value = value;
  }

  /** The datum itself. Each call site is a place to audit. */
  reveal(): T {
    return this.#value;
  }

  toString(): string {
    return hidden;
  }

  toJSON(): string {
    return hidden;
  }

  [inspect.custom](): string {
    return hidden;
  }
}
