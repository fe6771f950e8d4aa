/**
 * The published vocabulary: every name that a flow may use, with the schema of its parameters, what it gives back and
 * how it may fail. One typed table; the implementations live in services.ts, guards.ts, actions.ts and screens.ts and
 * are checked against it by the compiler.
 */
import { z } from 'zod';
import { slots } from '../server/protocol.ts';
import { path, textKey } from './language.ts';

const slot = z.enum(slots);
const within = z.string();
const ref = z.strictObject({ path });

/** Limits that flows name in `within`, seconds. A kiosk's configuration may change them. */
export const patience = {
  cardPatience: 90,
  localPatience: 5,
  centrePatience: 10,
  submitPatience: 12,
  printPatience: 20,
} as const;
export type PatienceName = keyof typeof patience;

interface Entry {
  readonly about: string;
}
interface ServiceEntry extends Entry {
  readonly input: z.ZodType;
  /** Codes that `failedWith` may name. `timeOut` and `internalError` belong to every service and are not listed. */
  readonly failures: readonly string[];
  /** A physical or legal effect: goes through the ledger. */
  readonly effect: boolean;
  /** The citizen may leave while it runs. */
  readonly leavable: boolean;
}

const deviceFailures = [
  'hardwareError',
  'noDevice',
  'deviceNotReady',
  'connectionLost',
  'userError',
  'unsupportedData',
  'canceled',
] as const;
const centreFailures = ['offline', 'refused', 'nonsense', 'canceled'] as const;

export const services = {
  'idCardReader.read': {
    about:
      'Waits for a card and reads it. Output: {source: "card", name, number, birth, address?, sex, nation?, kind, details}. The portrait stays in the session.',
    input: z.strictObject({ within }),
    failures: deviceFailures,
    effect: false,
    leavable: true,
  },
  'tickets.queues': {
    about:
      'Queues of the centre with waiting counts. Output: list of options {id, title, detail, badge, unavailable?}.',
    input: z.strictObject({ within }),
    failures: centreFailures,
    effect: false,
    leavable: true,
  },
  'tickets.take': {
    about:
      'Takes a number for the holder ({number} of a card or {phone}). Output: the ticket, in the session language: {number, queueTitle, masked, waitingBefore, window, takenAt, existing, flowNumber}.',
    input: z.strictObject({ queue: ref, holder: ref, within }),
    failures: centreFailures,
    effect: false,
    leavable: false,
  },
  'items.list': {
    about: 'Items of the catalogue as options {id, title, detail, badge, icon}.',
    input: z.strictObject({ within }),
    failures: ['noItems'],
    effect: false,
    leavable: true,
  },
  'items.details': {
    about:
      'One item: {id, title, taskCode, version, scenarios: [{id, ask, options}], delivery: [{id, title, detail, needsAddress}], declaration, …} in the session language.',
    input: z.strictObject({ item: ref, within }),
    failures: ['noItems'],
    effect: false,
    leavable: true,
  },
  'items.plan': {
    about:
      'Form and materials of an item for this holder and these scenario answers. Output: {fields: [form fields, prefilled], materials: [{id, title, detail, camera, required, maxPages}]}.',
    input: z.strictObject({ item: ref, scenario: ref, holder: ref, within }),
    failures: ['noItems'],
    effect: false,
    leavable: true,
  },
  'form.check': {
    about:
      'Checks values by the kind, pattern and need of each field. Output: {valid: boolean, values: {name: value}, fields: the fields with values and errors in them}.',
    input: z.strictObject({ fields: ref, values: ref, within }),
    failures: [],
    effect: false,
    leavable: true,
  },
  'cases.progress': {
    about:
      'Cases of a code or of a holder. Output: list of {id, code, title, detail, state, events, nextActor, daysLeft, phone} in the session language, newest first; cases still in the terminal’s own outbox included.',
    input: z.strictObject({ code: ref.optional(), holder: ref.optional(), within }),
    failures: [...centreFailures, 'notFound'],
    effect: false,
    leavable: true,
  },
  'evaluations.send': {
    about: 'Sends an evaluation of the case {case} with {rating: {level, reasons?, text?}}. One a case.',
    input: z.strictObject({ case: ref, rating: ref, within }),
    failures: centreFailures,
    effect: false,
    leavable: true,
  },
  'effect.submitCase': {
    about:
      'Signs, seals and stores the case, then waits a while for the centre. Output: {caseId, code, shortCode, title, state: "received" | "kept", receiptNumber?, receivedAt, materials: [{title, pages}]}. "kept": sealed in the terminal, sent when the line is back.',
    input: z.strictObject({
      item: ref,
      holder: ref,
      scenario: ref,
      form: ref,
      pictures: ref,
      signature: ref,
      delivery: ref,
      within,
    }),
    failures: ['journalUnavailable', 'full', 'keys'],
    effect: true,
    leavable: false,
  },
  'effect.printSlip': {
    about:
      'Prints a slip from a template and data. Output: {printed: "yes"}. `inDoubt`: bytes went out, the printer did not confirm. `repeat: true` marks the slip 补打.',
    input: z.strictObject({
      template: z.enum(['queue-slip', 'ask-list', 'case-receipt', 'progress']),
      data: ref,
      item: ref.optional(),
      scenario: ref.optional(),
      repeat: z.boolean().optional(),
      within,
    }),
    failures: [...deviceFailures, 'inDoubt', 'journalUnavailable'],
    effect: true,
    leavable: false,
  },
} as const satisfies Record<string, ServiceEntry>;
export type ServiceName = keyof typeof services;
export type ServiceInput<N extends ServiceName> = z.infer<(typeof services)[N]['input']>;

export const guards = {
  failedWith: {
    about: 'The service failed with one of these codes (and, where given, one of these details).',
    params: z.strictObject({ code: z.array(z.string()).min(1), detail: z.array(z.string()).optional() }),
  },
  is: {
    about: 'The value at the path equals the literal.',
    params: z.strictObject({ path, equals: z.union([z.string(), z.number(), z.boolean(), z.null()]) }),
  },
  exists: {
    about: 'The value at the path is there and, if a list or text, not empty.',
    params: z.strictObject({ path }),
  },
  hasMore: {
    about: 'The list has an element at the index held by the path `index`.',
    params: z.strictObject({ list: path, index: path }),
  },
  hasNext: {
    about: 'The list has an element after the index held by the path `index`.',
    params: z.strictObject({ list: path, index: path }),
  },
  isOptional: {
    about: 'The element at the index held by the path `index` is there and its `required` is not true.',
    params: z.strictObject({ list: path, index: path }),
  },
} as const satisfies Record<string, Entry & { readonly params: z.ZodType }>;
export type GuardName = keyof typeof guards;

export const actions = {
  put: {
    about: 'Writes a value of the context or event, or a literal.',
    params: z.union([z.strictObject({ at: path, from: path }), z.strictObject({ at: path, value: z.unknown() })]),
  },
  clear: { about: 'Forgets the value.', params: z.strictObject({ at: path }) },
  append: {
    about: 'Adds a value of the context or event to the end of a list.',
    params: z.strictObject({ at: path, from: path }),
  },
  increase: { about: 'Adds one to a number; a missing one becomes 1.', params: z.strictObject({ at: path }) },
  answerScenario: {
    about:
      'Stores `event.id` in the object at `at` under the id of the scenario question at `index` of `scenarios`, and goes on to the next question.',
    params: z.strictObject({ at: path, scenarios: path, index: path }),
  },
  keepPicture: {
    about:
      'Files the picture `event.id` under the material at `index` of `materials` into the list at `at` as {material, title, page, picture}; forgets the other shots at `shots`.',
    params: z.strictObject({ at: path, materials: path, index: path, shots: path }),
  },
  dropPictures: {
    about: 'Forgets all pictures of the list at `at`, bytes too; the list is there and empty afterwards.',
    params: z.strictObject({ at: path }),
  },
  replacePictures: {
    about:
      'Puts the pictures of the list `with` in place of those that the list at `at` holds for the material at `index` of `materials` (in the order of the materials); `with` is empty afterwards. The replaced ones are forgotten, bytes too.',
    params: z.strictObject({ at: path, with: path, materials: path, index: path }),
  },
  pick: {
    about:
      'Writes the element of `list` whose `id` equals the value at the path `id`; forgets `at` where there is none.',
    params: z.strictObject({ at: path, list: path, id: path }),
  },
  seek: {
    about:
      'Writes the position in `list` of the element whose `id` equals the value at the path `id`; 0 where there is none.',
    params: z.strictObject({ at: path, list: path, id: path }),
  },
} as const satisfies Record<string, Entry & { readonly params: z.ZodType }>;
export type ActionName = keyof typeof actions;

const rows = z.array(
  z.strictObject({
    label: textKey,
    path,
    mask: z.enum(['name', 'number', 'phone', 'none']).default('none'),
    emphasis: z.boolean().optional(),
  }),
);
const tellAction = z.strictObject({ event: z.string(), label: textKey, main: z.boolean().default(false) });

/** Screens by name: parameters, and the events that a state showing it may list under `on`. */
export const screenParams = {
  choose: {
    params: z.strictObject({ use: z.literal('choose'), ask: textKey, detail: textKey.optional(), options: ref }),
    events: ['CHOSEN', 'BACK'],
  },
  /** Scenario question at `index`. */
  chooseScenario: {
    params: z.strictObject({ use: z.literal('chooseScenario'), scenarios: ref, index: ref }),
    events: ['CHOSEN', 'BACK'],
  },
  askList: {
    params: z.strictObject({ use: z.literal('askList'), ask: textKey, item: ref, scenario: ref }),
    events: ['CONTINUE', 'PRINT_LIST', 'BACK'],
  },
  presentCard: {
    params: z.strictObject({ use: z.literal('presentCard'), ask: textKey, slot, alternative: textKey.optional() }),
    events: ['NO_CARD', 'BACK'],
  },
  confirm: {
    params: z.strictObject({
      use: z.literal('confirm'),
      ask: textKey,
      detail: textKey.optional(),
      rows,
      yes: textKey,
      no: textKey.optional(),
    }),
    events: ['YES', 'NO', 'BACK'],
  },
  digits: {
    params: z.strictObject({
      use: z.literal('digits'),
      ask: textKey,
      hint: textKey.optional(),
      kind: z.enum(['phone', 'idNumber', 'caseCode']),
      /** What stands in the field at first, where the path leads to a text: what led nowhere is mended, not typed anew. */
      prefill: path.optional(),
    }),
    events: ['ENTERED', 'NO_NUMBER', 'BACK'],
  },
  /**
   * `fields`: those of items.plan, checked by form.check; or a literal list of {name, label, kind}, all required, which
   * the engine checks itself as it checks `digits`: wrong values come back on the same screen with their errors.
   */
  form: {
    params: z.strictObject({
      use: z.literal('form'),
      ask: textKey,
      fields: z.union([
        ref,
        z.array(
          z.strictObject({
            name: z.string(),
            label: textKey,
            kind: z.enum(['text', 'name', 'address', 'digits', 'phone', 'idNumber', 'date']),
            hint: textKey.optional(),
            maxLength: z.number().int().optional(),
            /** Value to begin with, where the path leads to a text. */
            prefill: path.optional(),
          }),
        ),
      ]),
    }),
    events: ['ENTERED', 'BACK'],
  },
  /** PICTURE_TAKEN carries {id}. SKIP is accepted where the material is optional or has a page already. */
  capture: {
    params: z.strictObject({
      use: z.literal('capture'),
      ask: textKey,
      materials: ref,
      index: ref,
      pictures: ref,
      shots: ref,
    }),
    events: ['PICTURE_TAKEN', 'NO_CAMERA', 'SKIP', 'BACK'],
  },
  comparePictures: {
    params: z.strictObject({
      use: z.literal('comparePictures'),
      ask: textKey,
      materials: ref,
      index: ref,
      pictures: ref,
      shots: ref,
    }),
    events: ['KEEP', 'RETAKE', 'MORE_PAGES', 'BACK'],
  },
  /** Holder, form answers and pictures of an application, with sections `holder`, `form`, `materials`. */
  review: {
    params: z.strictObject({
      use: z.literal('review'),
      ask: textKey,
      item: ref,
      holder: ref,
      fields: ref,
      form: ref,
      pictures: ref,
    }),
    events: ['CONFIRMED', 'EDIT', 'BACK'],
  },
  sign: { params: z.strictObject({ use: z.literal('sign'), ask: textKey, item: ref }), events: ['SIGNED', 'BACK'] },
  wait: {
    params: z.strictObject({
      use: z.literal('wait'),
      say: textKey,
      detail: textKey.optional(),
      slot: slot.optional(),
      steps: z.array(textKey).optional(),
      step: z.number().int().optional(),
    }),
    events: [],
  },
  /** `because: "lastFailure"` tells what failed in the citizen’s words. */
  tell: {
    params: z.strictObject({
      use: z.literal('tell'),
      tone: z.enum(['information', 'success', 'trouble']),
      say: textKey,
      because: z.literal('lastFailure').optional(),
      kept: textKey.optional(),
      next: textKey.optional(),
      slot: slot.optional(),
      actions: z.array(tellAction).min(1),
    }),
    events: ['AGAIN', 'OTHER_WAY', 'CONTINUE', 'OK', 'BACK'],
  },
  /** What the citizen leaves with: `of` a ticket or a case. */
  outcome: {
    params: z.strictObject({
      use: z.literal('outcome'),
      of: z.enum(['ticket', 'case']),
      data: ref,
      printed: z.enum(['yes', 'no', 'unknown']),
    }),
    events: ['OK', 'PRINT_AGAIN'],
  },
  findCase: {
    params: z.strictObject({ use: z.literal('findCase'), ask: textKey, slot }),
    events: ['CODE', 'NO_CARD', 'BACK'],
  },
  timeline: {
    params: z.strictObject({ use: z.literal('timeline'), cases: ref, index: ref.optional(), chosen: ref.optional() }),
    events: ['OK', 'BACK', 'PRINT'],
  },
  evaluate: { params: z.strictObject({ use: z.literal('evaluate'), ask: textKey }), events: ['RATED', 'SKIP'] },
} as const satisfies Record<string, { readonly params: z.ZodType; readonly events: readonly string[] }>;
export type FlowScreenName = keyof typeof screenParams;
