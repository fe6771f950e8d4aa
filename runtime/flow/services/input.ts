import { err, ok, type Result } from '../../../drivers/contract/result.ts';
import type { CentreError } from '../../uplink/uplink.ts';
import { isRecord } from '../context.ts';
import type { ServiceError } from '../ports.ts';

/** Reads a text out of what a flow passes: the text itself, or the field `key` of an object. */
export function textOf(value: unknown, key: string): string | null {
  const text = isRecord(value) ? value[key] : value;
  return typeof text === 'string' && text !== '' ? text : null;
}

/** Only the entries of an object that are texts. */
export function textsOf(value: unknown): Record<string, string> {
  if (!isRecord(value)) return {};
  return Object.fromEntries(
    Object.entries(value).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
  );
}

/** The citizen's answer to the scenario questions decides what is asked of them. */
export function applies(
  when: { readonly scenario: string; readonly anyOf: readonly string[] } | undefined,
  scenario: Readonly<Record<string, string>>,
): boolean {
  return when === undefined || when.anyOf.includes(scenario[when.scenario] ?? '');
}

export function fromCentre<T>(result: Result<T, CentreError>): Result<T, ServiceError> {
  if (result.ok) return ok(result.value);
  const { code, cause, hint } = result.error;
  return err({ code, detail: code, cause, ...(hint && { hint }) });
}
