/**
 * The flow language: what may stand in a `flow.json`. A flow is data: names from the published vocabulary, paths into
 * its own context, literals. There are no expressions.
 */
import { z } from 'zod';

/** Dotted path. Roots: a key of the flow's data, `event` (of the transition at hand) or `lastFailure`. */
export const path = z.string().regex(/^[a-zA-Z][A-Za-z0-9]*(\.[A-Za-z0-9]+)*$/);
/** Key of the flow's text files. */
export const textKey = z.string().regex(/^[a-z][A-Za-z0-9]*(\.[a-zA-Z0-9-]+)+$/);
/** A value of the context, or a literal. */
export const value = z.union([z.strictObject({ path }), z.string(), z.number(), z.boolean(), z.null()]);

const named = z.strictObject({ type: z.string(), params: z.record(z.string(), z.unknown()).optional() });
const action = named;
const guard = named;

const transition = z.strictObject({
  target: z.string().optional(),
  guard: guard.optional(),
  actions: z.union([action, z.array(action)]).optional(),
});
/** A bare string is a target; a list is tried in order, the first whose guard holds is taken. */
const transitions = z.union([z.string(), transition, z.array(transition).min(1)]);

const invoke = z.strictObject({
  src: z.string(),
  /** Parameters by the vocabulary's schema; `within` names a patience and is never missing. */
  input: z.looseObject({ within: z.string() }),
  onDone: transitions,
  onError: transitions,
});

const screen = z.looseObject({ use: z.string() });

const state = z.strictObject({
  type: z.literal('final').optional(),
  meta: z.strictObject({ step: z.string().optional(), help: z.array(textKey).optional(), screen }).optional(),
  invoke: invoke.optional(),
  /** Events of the screen. BACK is offered where it is listed; LEAVE is the engine's own and needs no transition. */
  on: z.record(z.string(), transitions).optional(),
  /** Taken at once when entered; the last one has no guard. */
  always: z.array(transition).optional(),
});

export const flowSchema = z.strictObject({
  $schema: z.string().optional(),
  id: z.string().regex(/^[a-z][a-z0-9-]{1,40}$/),
  version: z.string().regex(/^\d+\.\d+\.\d+$/),
  title: textKey,
  detail: textKey,
  icon: z.string(),
  needs: z.strictObject({
    devices: z.array(z.string()),
    optional: z.array(z.string()).default([]),
    services: z.array(z.string()),
  }),
  /** Steps shown to the citizen, in order: ids that states name in `meta.step`, with the text key of each. */
  steps: z.array(z.strictObject({ id: z.string(), title: textKey })).min(1),
  /** JSON Schema of the context; `sensitive: true` marks personal data. Every key that the flow writes is declared. */
  data: z.strictObject({
    type: z.literal('object'),
    properties: z.record(z.string(), z.looseObject({ type: z.string(), sensitive: z.boolean().optional() })),
  }),
  machine: z.strictObject({ initial: z.string(), states: z.record(z.string(), state) }),
});

export type FlowDefinition = z.infer<typeof flowSchema>;
export type FlowState = z.infer<typeof state>;
export type FlowTransition = z.infer<typeof transition>;
export type FlowTransitions = z.infer<typeof transitions>;
export type FlowAction = z.infer<typeof action>;
export type FlowGuard = z.infer<typeof guard>;
export type FlowValue = z.infer<typeof value>;
/** Text files: one flat object a language, key → text; `{name}` stands for a value the screen or slip fills in. */
export const textsSchema = z.record(textKey, z.string().min(1).max(600));
export type FlowTexts = z.infer<typeof textsSchema>;
