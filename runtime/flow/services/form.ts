import { ok } from '../../../drivers/contract/result.ts';
import type { LocalText } from '../../catalogue/item.ts';
import { isRecord } from '../context.ts';
import { type FieldKind, tidy, troubleOf } from '../fields.ts';
import type { Service } from '../services.ts';
import { textsOf } from './input.ts';

/** One question of a form as the context holds it. */
export interface PlannedField {
  readonly name: string;
  readonly label: LocalText;
  readonly kind: FieldKind;
  readonly required: boolean;
  readonly value: string;
  readonly source?: LocalText;
  readonly hint?: LocalText;
  readonly maxLength?: number;
  readonly pattern?: string;
  readonly options?: readonly { readonly id: string; readonly title: LocalText }[];
  readonly error?: LocalText;
}

export interface CheckedForm {
  readonly valid: boolean;
  readonly values: Readonly<Record<string, string>>;
  readonly fields: readonly PlannedField[];
}

/** Fields that a flow holds; anything else in the list is dropped. */
export function fieldsOf(value: unknown): readonly PlannedField[] {
  return Array.isArray(value) ? value.filter((each): each is PlannedField => isRecord(each) && 'name' in each) : [];
}

/** Checks the values of these fields and of no others. */
export function checkFields(fields: readonly PlannedField[], values: Readonly<Record<string, string>>): CheckedForm {
  const checked = fields.map(({ error: _, ...field }) => {
    const value = tidy(field.kind, Object.hasOwn(values, field.name) ? (values[field.name] ?? '') : '');
    const error = troubleOf({ ...field, options: field.options?.map((each) => each.id) }, value);
    // A changed value no longer comes from where the old one came from.
    const { source, ...rest } = field;
    return { ...rest, value, ...(source && value === field.value && { source }), ...(error && { error }) };
  });
  return {
    valid: checked.every((field) => !('error' in field)),
    values: Object.fromEntries(checked.map((field) => [field.name, field.value])),
    fields: checked,
  };
}

export const checkForm: Service<'form.check'> = async ({ fields, values }) =>
  ok(checkFields(fieldsOf(fields), textsOf(values)));
