/**
 * The contract between terminal and centre. The OpenAPI description is generated from these schemas, the centre
 * validates with them, the terminal reads with them. Every answer that is an error is problem+json.
 */
import { z } from 'zod';
import { itemSchema } from '../catalogue/item.ts';

/** States of a case as the national front-end library numbers them; the last five are local to the output desk. */
export const caseStates = [
  'draft',
  'received',
  'pre_accepted',
  'pre_returned',
  'accepted',
  'supplement_required',
  'refused',
  'in_progress',
  'suspended',
  'closed',
  'issuing',
  'in_locker',
  'mailed',
  'at_window',
  'collected',
  'evaluated',
] as const;
export type CaseState = (typeof caseStates)[number];

export const caseId = z.uuidv7();
/** taskCode(31) + YYMMDD(6) + terminal(3, base 36) + running number(3, base 36) + ISO 7064 Mod 37,36 check. */
export const caseCode = z.string().regex(/^[0-9A-Z]{44}$/);
const terminalId = z.string().regex(/^[a-z0-9-]{3,40}$/);
const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
const instant = z.iso.datetime();
/** A compact JOSE object; the centre bounds the whole body as well. */
const compactJose = z.string().regex(/^[A-Za-z0-9_-]*(\.[A-Za-z0-9_-]*){2,4}$/);

export const problem = z.object({
  type: z.string(),
  title: z.string(),
  status: z.number().int(),
  detail: z.string().optional(),
  /** A sentence that a citizen can read, in both languages. */
  hint: z.object({ 'zh-CN': z.string(), en: z.string() }),
});
export type Problem = z.infer<typeof problem>;

/** The catalogue as the centre publishes it; the answer carries an `ETag`. */
export const itemList = z.object({ items: z.array(itemSchema) });

export const queue = z.object({
  id: z.string(),
  title: z.object({ 'zh-CN': z.string(), en: z.string() }),
  detail: z.object({ 'zh-CN': z.string(), en: z.string() }),
  waiting: z.number().int(),
  open: z.boolean(),
});
export const queueList = z.object({ queues: z.array(queue) });
export type Queue = z.infer<typeof queue>;

/** Taking a number. `holder` is a keyed hash (HMAC-SHA-256 with the centre's salt): enough to refuse a second number. */
export const ticketRequest = z.object({
  queue: z.string(),
  holder: sha256,
  /** Masked number or phone for the slip and the window's screen. */
  masked: z.string().max(40),
});
export const ticket = z.object({
  number: z.string(),
  queue: z.string(),
  title: z.object({ 'zh-CN': z.string(), en: z.string() }),
  masked: z.string(),
  waitingBefore: z.number().int(),
  window: z.object({ 'zh-CN': z.string(), en: z.string() }),
  takenAt: instant,
  /** True when this person already held a waiting number and it is given back. */
  existing: z.boolean(),
  flowNumber: z.string(),
});
export type Ticket = z.infer<typeof ticket>;

/**
 * Manifest of one sealed material. Its bytes are those of a compact JWE (ECDH-ES+A256KW, A256GCM) to the centre's `enc`
 * key around the clear bytes; the commit is refused unless each opens and matches its SHA-256 in the payload.
 */
export const sealedBlob = z.object({
  n: z.number().int().min(0).max(199),
  /** Of the sealed bytes as sent. */
  sha256,
  bytes: z.number().int().positive(),
});
/**
 * What a terminal commits: routing in clear, all else sealed. `sealed` is a compact JWE (ECDH-ES+A256KW, A256GCM) to
 * the centre's `enc` key around a compact JWS (ES256) by the terminal's key; its payload is `casePayload`.
 */
export const caseEnvelope = z.object({
  caseId,
  code: caseCode,
  terminal: terminalId,
  suite: z.literal('intl-1'),
  flow: z.string().max(100),
  sealed: compactJose,
  blobs: z.array(sealedBlob).max(200),
  /** As the terminal's clock said; it may be wrong. */
  createdWall: instant,
});
export type CaseEnvelope = z.infer<typeof caseEnvelope>;

const holder = z.object({
  /** `card`: read from the chip; `typed`: by the citizen. */
  source: z.enum(['card', 'typed']),
  name: z.string(),
  number: z.string(),
  details: z.record(z.string(), z.string()).optional(),
});
/** What only the centre can read. */
export const casePayload = z.object({
  caseId,
  code: caseCode,
  taskCode: z.string(),
  itemVersion: z.number().int(),
  holder,
  scenario: z.record(z.string(), z.string()),
  form: z.record(z.string(), z.string()),
  delivery: z.object({ id: z.string(), address: z.string().optional(), phone: z.string().optional() }),
  /** Blob `n` holds this page of this material. SHA-256 is of the clear bytes. */
  materials: z.array(
    z.object({
      id: z.string(),
      page: z.number().int(),
      n: z.number().int(),
      contentType: z.string(),
      sha256,
      source: z.enum(['camera', 'signature', 'chip']),
    }),
  ),
  language: z.enum(['zh-CN', 'en']),
});
export type CasePayload = z.infer<typeof casePayload>;

/** Claims of the receipt, a compact JWS (ES256) by the centre's `sig` key. The only promise there is. */
export const receiptClaims = z.object({
  caseId,
  code: caseCode,
  terminal: terminalId,
  /** SHA-256 of the canonical envelope (see `fingerprint` in runtime/uplink). */
  fingerprint: sha256,
  receiptNumber: z.string(),
  state: z.literal('received'),
  receivedAt: instant,
});
export type ReceiptClaims = z.infer<typeof receiptClaims>;
export const receipt = z.object({ receipt: compactJose });

/** Progress by code, or by holder hash: POST, so that no address line ever holds either. */
export const progressRequest = z.union([z.object({ code: z.string().max(60) }), z.object({ holder: sha256 })]);
export const progressCase = z.object({
  code: caseCode,
  title: z.object({ 'zh-CN': z.string(), en: z.string() }),
  state: z.enum(caseStates),
  events: z.array(
    z.object({
      at: instant,
      state: z.enum(caseStates),
      note: z.object({ 'zh-CN': z.string(), en: z.string() }).optional(),
    }),
  ),
  nextActor: z.object({ 'zh-CN': z.string(), en: z.string() }),
  promiseDays: z.number().int(),
  /** Working days left of the promise; null before acceptance and after closing. */
  daysLeft: z.number().int().nullable(),
  phone: z.string(),
});
export type ProgressCase = z.infer<typeof progressCase>;
export const progressList = z.object({ cases: z.array(progressCase) });

export const evaluation = z.object({
  code: caseCode,
  nonce: z.string().min(16).max(64),
  level: z.number().int().min(1).max(5),
  reasons: z.array(z.string().max(64)).max(20),
  text: z.string().max(400).optional(),
});
/** Answer to a request that has nothing else to tell: a stored blob, a stored evaluation, good health. */
export const done = z.object({ status: z.literal('ok') });

/**
 * Public keys of the centre and its hashing salt. A holder hash is HMAC-SHA-256 over a number or phone, keyed with the
 * UTF-8 bytes of `holderSalt` (see `holderHash` in runtime/uplink).
 */
export const centreKeys = z.object({
  keys: z.array(z.looseObject({ kty: z.string(), kid: z.string(), use: z.enum(['enc', 'sig']) })),
  holderSalt: z.string(),
});
export type CentreKeys = z.infer<typeof centreKeys>;

/**
 * Paths, all under the centre's address. Every POST and PUT carries `Idempotency-Key`; every request carries
 * `Authorization: Window24 <compact JWS>` by the terminal's key over {iss: terminal, htm, htu: path, body: sha256 hex}.
 * A blob is sent before its case, as a compact JWE (`application/jose`) around the page's bytes; the PUT of the
 * envelope commits both. The key of both is the case's id: the path tells them apart.
 */
export const centrePaths = {
  keys: '/v1/keys',
  items: '/v1/items',
  queues: '/v1/queues',
  tickets: '/v1/tickets',
  caseOf: (id: string) => `/v1/cases/${id}`,
  blobOf: (id: string, n: number) => `/v1/cases/${id}/blobs/${n}`,
  progress: '/v1/progress',
  evaluations: '/v1/evaluations',
  health: '/v1/health',
  openapi: '/openapi.json',
} as const;
