import { z } from 'zod';
import {
  caseEnvelope,
  caseId,
  centreKeys,
  centrePaths,
  done,
  evaluation,
  itemList,
  progressList,
  progressRequest,
  queueList,
  receipt,
  ticket,
  ticketRequest,
} from './api.ts';
import { blobLimit } from './blobs.ts';
import type { ProblemKind } from './problems.ts';

/** One operation of the contract: the routes are registered from it and the OpenAPI description is generated from it. */
export interface Operation {
  readonly method: 'GET' | 'POST' | 'PUT';
  /** OpenAPI template. */
  readonly path: string;
  readonly about: string;
  /** Signed by a registered terminal; only health and the description are not. */
  readonly signed: boolean;
  readonly parameters?: z.ZodObject;
  readonly body?: { readonly kind: 'json'; readonly schema: z.ZodType } | { readonly kind: 'bytes' };
  readonly bodyLimit?: number;
  readonly answer: z.ZodType;
  readonly problems: readonly ProblemKind[];
}

const jsonLimit = 64 * 1024;
/** A sealed payload holds a form and its hashes; 200 blobs in the manifest. */
const envelopeLimit = 1024 * 1024;

const caseParameter = z.object({ caseId });
const blobParameters = z.object({
  caseId,
  n: z
    .string()
    .regex(/^(0|[1-9][0-9]{0,2})$/)
    .transform(Number)
    .pipe(z.number().int().max(199)),
});

export const operations = {
  health: {
    method: 'GET',
    path: centrePaths.health,
    about: 'Answers when the centre can read and write its database.',
    signed: false,
    answer: done,
    problems: [],
  },
  keys: {
    method: 'GET',
    path: centrePaths.keys,
    about: 'Public keys of the centre and the salt of holder hashes.',
    signed: true,
    answer: centreKeys,
    problems: [],
  },
  items: {
    method: 'GET',
    path: centrePaths.items,
    about: 'The catalogue of items. With `If-None-Match`: 304 when nothing changed.',
    signed: true,
    answer: itemList,
    problems: [],
  },
  queues: {
    method: 'GET',
    path: centrePaths.queues,
    about: 'Queues of the hall with the people waiting now.',
    signed: true,
    answer: queueList,
    problems: [],
  },
  takeTicket: {
    method: 'POST',
    path: centrePaths.tickets,
    about: 'Takes a waiting number. A holder who already waits gets that number back.',
    signed: true,
    body: { kind: 'json', schema: ticketRequest },
    bodyLimit: jsonLimit,
    answer: ticket,
    problems: ['queue-unknown', 'queue-closed', 'key-reused'],
  },
  putBlob: {
    method: 'PUT',
    path: '/v1/cases/{caseId}/blobs/{n}',
    about: 'Stores one sealed material ahead of its case. The same bytes again change nothing.',
    signed: true,
    parameters: blobParameters,
    body: { kind: 'bytes' },
    bodyLimit: blobLimit,
    answer: done,
    problems: ['forbidden', 'key-reused', 'too-large'],
  },
  putCase: {
    method: 'PUT',
    path: '/v1/cases/{caseId}',
    about:
      'Commits a case; `Idempotency-Key` is the case id. Answers with the signed receipt, byte for byte the same on every repetition.',
    signed: true,
    parameters: caseParameter,
    body: { kind: 'json', schema: caseEnvelope },
    bodyLimit: envelopeLimit,
    answer: receipt,
    problems: ['forbidden', 'blobs-missing', 'key-reused', 'code-invalid', 'unreadable'],
  },
  progress: {
    method: 'POST',
    path: centrePaths.progress,
    about: 'Progress by case code (whole, or its last eight or more characters) or by holder hash.',
    signed: true,
    body: { kind: 'json', schema: progressRequest },
    bodyLimit: jsonLimit,
    answer: progressList,
    problems: ['code-ambiguous'],
  },
  evaluate: {
    method: 'POST',
    path: centrePaths.evaluations,
    about: 'Stores the evaluation of a case. One a case.',
    signed: true,
    body: { kind: 'json', schema: evaluation },
    bodyLimit: jsonLimit,
    answer: done,
    problems: ['case-unknown', 'already-evaluated'],
  },
} as const satisfies Record<string, Operation>;
export type OperationId = keyof typeof operations;

/** Problems that an operation may answer besides its own. */
export function commonProblems(operation: Operation): readonly ProblemKind[] {
  return [
    ...(operation.signed ? (['unauthorised'] as const) : []),
    ...(operation.body ? (['bad-request', 'idempotency-key', 'media-type', 'too-large'] as const) : []),
    ...(operation.parameters ? (['not-found'] as const) : []),
    'headers-too-large',
    'internal',
    'overloaded',
  ];
}
