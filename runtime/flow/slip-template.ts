import { z } from 'zod';
import { path, textKey } from './language.ts';

/** How a value is written: personal ones are masked, moments are in the country's time. */
const format = z.enum(['text', 'name', 'number', 'phone', 'dateTime']);
const value = z.strictObject({ path, as: format.default('text') });
/** A text by its key, with values in its `{placeholders}`; or a value by itself. */
const words = z.union([
  textKey,
  z.strictObject({ text: textKey, with: z.record(z.string().regex(/^[a-z][A-Za-z0-9]*$/), value) }),
  value,
]);
/** The element is there where the value equals `is`, or, without `is`, where it is neither missing, empty nor false. */
const when = z.strictObject({ path, is: z.union([z.string(), z.number(), z.boolean()]).optional() });

const line = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('text'),
    text: words,
    align: z.enum(['left', 'centre', 'right']).optional(),
    size: z.union([z.literal(1), z.literal(2)]).optional(),
    bold: z.boolean().optional(),
    when: when.optional(),
  }),
  z.strictObject({
    kind: z.literal('row'),
    label: words,
    value: words,
    bold: z.boolean().optional(),
    when: when.optional(),
  }),
  z.strictObject({ kind: z.literal('rule'), when: when.optional() }),
  z.strictObject({ kind: z.literal('feed'), lines: z.number().int().min(1).max(10), when: when.optional() }),
  z.strictObject({ kind: z.literal('qr'), data: value, caption: words.optional(), when: when.optional() }),
  /** A long code in groups of four, as many lines as it takes. */
  z.strictObject({ kind: z.literal('code'), code: value, when: when.optional() }),
]);

/**
 * A slip as data. Paths look at `data` (what the flow hands over), `item`, its materials that apply to the scenario
 * (`papers` to bring, `portraits` taken here), the `answers` to its questions, `terminal`, `now`, `repeat`; within a list also at `each`. Lines without a value are
 * left out.
 */
export const slipTemplateSchema = z.strictObject({
  /** Printed large at the top. A list: the first whose condition holds, the last one without. */
  title: z.union([textKey, z.array(z.strictObject({ text: textKey, when: when.optional() })).min(1)]),
  elements: z
    .array(
      z.union([
        line,
        z.strictObject({ kind: z.literal('list'), of: path, each: z.array(line).min(1), when: when.optional() }),
      ]),
    )
    .min(1)
    .max(80),
});
export type SlipTemplateDefinition = z.infer<typeof slipTemplateSchema>;
export type SlipLine = z.infer<typeof line>;
export type SlipWords = z.infer<typeof words>;
export type SlipValue = z.infer<typeof value>;
export type SlipTitle = SlipTemplateDefinition['title'];
export type SlipCondition = z.infer<typeof when>;
