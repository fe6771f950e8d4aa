import type { ScreenProps } from '../../server/protocol.ts';
import { mask } from '../masking.ts';
import { fieldsOf, type PlannedField } from '../services/form.ts';
import { optionsOf } from './choosing.ts';
import { at, present, type Screen, type ScreenView, text, words } from './view.ts';

type Field = ScreenProps<'form'>['fields'][number];

/** Longest answer of each kind of digits. */
const digitLengths = { phone: 11, idNumber: 18, caseCode: 44 } as const;

export const confirm: Screen<'confirm'> = (params, view) => ({
  screen: 'confirm',
  props: {
    ask: text(params.ask, view),
    ...present({ detail: params.detail && text(params.detail, view) }),
    rows: params.rows
      .map(({ label, path, mask: how, emphasis }) => ({
        label: text(label, view),
        value: mask(words(at({ path }, view), view), how),
        ...(emphasis !== undefined && { emphasis }),
      }))
      .filter((row) => row.value !== ''),
    yes: text(params.yes, view),
    ...present({ no: params.no && text(params.no, view) }),
  },
});

export const digits: Screen<'digits'> = (params, view) => ({
  screen: 'digits',
  props: {
    ask: text(params.ask, view),
    ...present({
      hint: params.hint && text(params.hint, view),
      value: params.prefill && words(at({ path: params.prefill }, view), view),
      error: words(view.errors.text?.error, view),
    }),
    kind: params.kind,
    maxLength: digitLengths[params.kind],
  },
});

export const form: Screen<'form'> = (params, view) => ({
  screen: 'form',
  props: {
    ask: text(params.ask, view),
    fields: Array.isArray(params.fields)
      ? params.fields.map((field) => literalField(field, view))
      : fieldsOf(at(params.fields, view)).map((field) => plannedField(field, view)),
  },
});

function plannedField(field: PlannedField, view: ScreenView): Field {
  const { name, label, kind, required, value, source, hint, maxLength, options, error } = field;
  return {
    name,
    label: words(label, view),
    // `caseCode` is a kind of the digits screen; no catalogue field has it.
    kind: kind === 'caseCode' ? 'text' : kind,
    required,
    value,
    ...present({
      source: words(source, view),
      hint: words(hint, view),
      maxLength,
      error: words(error, view),
      options: options && optionsOf(options, view),
    }),
  };
}

type LiteralField = Exclude<Parameters<typeof form>[0]['fields'], { path: string }>[number];

function literalField({ name, label, kind, hint, maxLength, prefill }: LiteralField, view: ScreenView): Field {
  const typed = view.errors[name];
  return {
    name,
    label: text(label, view),
    kind,
    required: true,
    value: typed?.value ?? (prefill === undefined ? '' : words(at({ path: prefill }, view), view)),
    ...present({ hint: hint && text(hint, view), maxLength, error: words(typed?.error, view) }),
  };
}

const levels = [
  { id: '5', title: { 'zh-CN': '非常满意', en: 'Very satisfied' } },
  { id: '4', title: { 'zh-CN': '满意', en: 'Satisfied' } },
  { id: '3', title: { 'zh-CN': '基本满意', en: 'Fairly satisfied' } },
  { id: '2', title: { 'zh-CN': '不满意', en: 'Dissatisfied' } },
  { id: '1', title: { 'zh-CN': '非常不满意', en: 'Very dissatisfied' } },
];
const reasons = [
  { id: 'unclear', title: { 'zh-CN': '步骤看不懂', en: 'Steps were unclear' } },
  { id: 'slow', title: { 'zh-CN': '等得太久', en: 'It took too long' } },
  { id: 'papers', title: { 'zh-CN': '材料要求太多', en: 'Too many papers were asked for' } },
  { id: 'machine', title: { 'zh-CN': '机器不好用', en: 'The machine was hard to use' } },
  { id: 'other', title: { 'zh-CN': '其他', en: 'Something else' } },
];

/** Five levels of GB/T 39735; none is chosen beforehand. */
export const evaluate: Screen<'evaluate'> = (params, view) => ({
  screen: 'evaluate',
  props: { ask: text(params.ask, view), levels: optionsOf(levels, view), reasons: optionsOf(reasons, view) },
});
