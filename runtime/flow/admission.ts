import { events } from '../server/protocol.ts';
import { isRecord } from './context.ts';
import { tidy, troubleOf } from './fields.ts';
import type { Projected, ScreenView } from './screens/view.ts';
import { checkFields, fieldsOf, type PlannedField } from './services/form.ts';

type Data = Readonly<Record<string, unknown>>;

/**
 * What becomes of an event's data before the machine sees it: `take` it, `ask` again on the same screen with what was
 * wrong, or `refuse` it as nothing this screen could have sent.
 */
export type Admission =
  | { readonly kind: 'take'; readonly data: Data }
  | { readonly kind: 'ask'; readonly errors: ScreenView['errors'] }
  | { readonly kind: 'refuse' };

const refuse: Admission = { kind: 'refuse' };

function only(condition: boolean, data: Data): Admission {
  return condition ? { kind: 'take', data } : refuse;
}

/** Checks the data against the protocol's schema and against what the screen shows: nothing hidden can be chosen. */
export function admit(event: string, data: unknown, shown: Projected, fields: readonly PlannedField[]): Admission {
  const parsed = parse(event, data);
  if (!parsed) return refuse;
  switch (event) {
    case 'CHOSEN':
      return only(
        shown.screen === 'choose' && shown.props.options.some((each) => each.id === parsed.id && !each.unavailable),
        parsed,
      );
    case 'KEEP':
    case 'MORE_PAGES':
      return only(
        shown.screen === 'comparePictures' && shown.props.shots.some((each) => each.id === parsed.id),
        parsed,
      );
    case 'EDIT':
      return only(
        shown.screen === 'review' && shown.props.sections.some((each) => each.id === parsed.section && each.editable),
        parsed,
      );
    case 'RATED': {
      const reasons = Array.isArray(parsed.reasons) ? parsed.reasons : [];
      return only(
        shown.screen === 'evaluate' && reasons.every((id) => shown.props.reasons.some((each) => each.id === id)),
        parsed,
      );
    }
    case 'ENTERED':
      if (shown.screen === 'digits') return admitDigits(shown.props.kind, parsed);
      return shown.screen === 'form' ? admitForm(parsed, shown.props.fields, fields) : refuse;
    default:
      return { kind: 'take', data: parsed };
  }
}

/** Data by the protocol's schema, unknown keys dropped; null where it does not fit. */
function parse(event: string, data: unknown): Data | null {
  if (Object.hasOwn(events, event)) {
    const parsed = events[event as keyof typeof events].safeParse(data);
    return parsed.success ? parsed.data : null;
  }
  const empty = data === undefined || data === null || (isRecord(data) && Object.keys(data).length === 0);
  return empty ? {} : null;
}

function admitDigits(kind: 'phone' | 'idNumber' | 'caseCode', data: Data): Admission {
  if (typeof data.text !== 'string') return refuse;
  const text = tidy(kind, data.text);
  const error = troubleOf({ kind, required: true }, text);
  return error ? { kind: 'ask', errors: { text: { value: text, error } } } : { kind: 'take', data: { text } };
}

/**
 * Values of the fields shown and of no others. Fields that the flow lists literally are checked here; those of a plan
 * are checked by the flow's own `form.check`.
 */
function admitForm(
  data: Data,
  shown: readonly { readonly name: string }[],
  fields: readonly PlannedField[],
): Admission {
  if (!isRecord(data.values)) return refuse;
  const given = data.values;
  const values = Object.fromEntries(
    shown.map(({ name }) => [name, Object.hasOwn(given, name) ? String(given[name]) : '']),
  );
  if (fields.length === 0) return { kind: 'take', data: { values } };
  const checked = checkFields(fields, values);
  if (checked.valid) return { kind: 'take', data: { values: checked.values } };
  const errors = checked.fields.map(({ name, value, error }) => [name, { value, error: error ?? null }] as const);
  return { kind: 'ask', errors: Object.fromEntries(errors) };
}

/** The fields that a form screen lists itself, as rules; none where they come from a plan. */
export function literalFields(screen: Data): readonly PlannedField[] {
  return screen.use === 'form' ? fieldsOf(screen.fields).map((field) => ({ ...field, required: true, value: '' })) : [];
}
