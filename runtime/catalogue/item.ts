/** An item (事项) of the catalogue with what a terminal needs of its guide (办事指南). Data, never code. */
import { z } from 'zod';
import { icons } from '../server/protocol.ts';

const text = z.strictObject({ 'zh-CN': z.string().min(1), en: z.string().min(1) });
export type LocalText = z.infer<typeof text>;

/** Holds when the scenario question `scenario` was answered with one of `anyOf`. */
const when = z.strictObject({ scenario: z.string(), anyOf: z.array(z.string()).min(1) });

const formField = z.strictObject({
  name: z.string().regex(/^[a-z][A-Za-z0-9]*$/),
  label: text,
  kind: z.enum(['text', 'name', 'address', 'digits', 'phone', 'idNumber', 'date', 'choice']),
  required: z.boolean().default(true),
  hint: text.optional(),
  maxLength: z.number().int().positive().max(400).default(100),
  /** Regular expression over the whole value; the field's kind brings its own rule besides. */
  pattern: z.string().optional(),
  options: z.array(z.strictObject({ id: z.string(), title: text })).optional(),
  /** Taken from the identity card: a key of CardHolder. */
  prefill: z.enum(['name', 'number', 'birth', 'address', 'sex', 'nation']).optional(),
  when: when.optional(),
});

const material = z.strictObject({
  id: z.string().regex(/^[a-z][A-Za-z0-9]*$/),
  title: text,
  /** How to lay it down, and what must be seen on it. */
  detail: text.optional(),
  required: z.boolean().default(true),
  camera: z.enum(['document', 'face']).default('document'),
  maxPages: z.number().int().min(1).max(20).default(1),
  /** 依据 */
  basis: text.optional(),
  when: when.optional(),
});

export const itemSchema = z.strictObject({
  /** 实施编码: 18 of the organ + 1 level + 12 of the catalogue. Local variants carry letters: length is checked, no digit. */
  taskCode: z.string().regex(/^[0-9A-Z]{31}$/),
  version: z.number().int().positive(),
  title: text,
  summary: text,
  icon: z.enum(icons),
  theme: text,
  audience: z.enum(['person', 'business']),
  /** 到办事现场次数 */
  trips: z.number().int().min(0),
  fee: z.strictObject({ amount: z.number().min(0), note: text }),
  promiseDays: z.number().int().positive(),
  legalDays: z.number().int().positive(),
  /** 设定依据 */
  basis: text,
  office: text,
  phone: z.string(),
  result: text,
  scenarios: z
    .array(
      z.strictObject({
        id: z.string(),
        ask: text,
        options: z.array(z.strictObject({ id: z.string(), title: text, detail: text.optional() })).min(2),
      }),
    )
    .default([]),
  form: z.array(formField).min(1),
  materials: z.array(material),
  /** What the signature declares. */
  declaration: text,
  delivery: z
    .array(
      z.strictObject({
        id: z.enum(['post', 'window', 'locker']),
        title: text,
        detail: text.optional(),
        needsAddress: z.boolean().default(false),
      }),
    )
    .min(1),
});
export type Item = z.infer<typeof itemSchema>;
export type Material = Item['materials'][number];
export type FormField = Item['form'][number];
