/** The outcome of anything that is expected to fail sometimes. Broken invariants throw instead. */
export type Result<T, E> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: E };

export function ok<T>(value: T): Result<T, never> {
  return { ok: true, value };
}

export function err<E>(error: E): Result<never, E> {
  return { ok: false, error };
}

/** Throws when the invariant does not hold: a bug in this program, never a condition of the outside world. */
export function assert(condition: boolean, message: string): asserts condition {
  if (!condition) throw new Error(`invariant broken: ${message}`);
}

/** Closes a switch over a union: a value that reaches it is a bug. */
export function throwIllegalValue(value: never): never {
  throw new Error(`illegal value: ${String(value)}`);
}
