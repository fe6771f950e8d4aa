import { createHash } from 'node:crypto';
import { assert, err, ok, type Result } from '../../../drivers/contract/result.ts';
import { Sensitive } from '../../../drivers/contract/sensitive.ts';
import type { Item } from '../../catalogue/item.ts';
import { shortCode } from '../../uplink/case-code.ts';
import type { ConfirmedCase, SealError } from '../../uplink/uplink.ts';
import type { KeptPicture } from '../actions.ts';
import { isRecord } from '../context.ts';
import type { RunScope, ServiceCall, ServiceError, Submission } from '../ports.ts';
import type { Resolved, Service } from '../services.ts';
import { signatureSvg } from '../signature.ts';
import { textOf, textsOf } from './input.ts';
import { itemOf } from './items.ts';

type Input = Resolved<'effect.submitCase'>;

/** Below this there is no sense in waiting for the centre; the case is sealed and will be sent. */
const leastWaitMs = 500;

/**
 * Signs, seals and stores the case, then waits a while for the centre's receipt. Before it is sealed a failure means
 * that nothing was promised; from then on the case is at worst "kept". Runs to its end, whoever has left in between.
 */
export const submitCase: Service<'effect.submitCase'> = async (input, call) => {
  const { ports, timeoutMs } = call;
  const found = itemOf(input.item, ports);
  if (!found.ok) return found;
  const item = found.value;
  const started = ports.clock.monotonic();
  const begun = begin(input, item, call);
  if (!begun.ok) return begun;
  const submission = begun.value;
  const sealed = await submission.sealed;
  if (!sealed.ok) return sealed;
  const left = Math.max(leastWaitMs, timeoutMs - (ports.clock.monotonic() - started));
  const receipt = await ports.uplink.awaitReceipt(submission.caseId, { timeoutMs: left });
  return ok({
    caseId: submission.caseId,
    code: submission.code,
    shortCode: shortCode(submission.code),
    title: item.title,
    state: receipt.ok ? 'received' : 'kept',
    ...(receipt.ok && { receiptNumber: receipt.value.receiptNumber }),
    receivedAt: receipt.ok ? receipt.value.receivedAt : new Date(sealed.value).toISOString(),
    materials: countPages(picturesOf(input.pictures)),
  });
};

/** Joins the submission of the very same confirmation, where there is one that has not failed. */
function begin(input: Input, item: Item, call: ServiceCall): Result<Submission, ServiceError> {
  const { ports, scope } = call;
  const fingerprint = createHash('sha256').update(JSON.stringify(input)).digest('hex');
  const earlier = scope.submission;
  if (earlier?.fingerprint === fingerprint) return ok(earlier);
  // What was reserved for a confirmation that could not be sealed is used up by the next one: no code is wasted, and a
  // seal that failed late cannot become a second case.
  const reserved =
    earlier?.fingerprint === null && earlier.taskCode === item.taskCode
      ? ok({ caseId: earlier.caseId, code: earlier.code })
      : ports.uplink.reserve(item.taskCode);
  if (!reserved.ok) return err(sealFailure(reserved.error));
  const { caseId, code } = reserved.value;
  const confirmed = confirm(input, item, { caseId, code }, scope);
  const sealed = seal(confirmed, item, call);
  const submission: Submission = { fingerprint, taskCode: item.taskCode, caseId, code, sealed };
  scope.submission = submission;
  sealed.then((result) => {
    if (!result.ok && scope.submission === submission) scope.submission = { ...submission, fingerprint: null };
  });
  return ok(submission);
}

async function seal(
  confirmed: ConfirmedCase,
  item: Item,
  { ports, scope }: ServiceCall,
): Promise<Result<number, ServiceError>> {
  const { caseId, code } = confirmed;
  const outcome = await ports.ledger.perform(
    'submitCase',
    { session: scope.session, flow: scope.flow.id, details: { caseId, code, taskCode: item.taskCode } },
    async () => {
      const sealed = await ports.uplink.seal(confirmed);
      if (sealed.ok) return { state: 'confirmed', value: ports.clock.now() };
      return { state: 'failed', ...sealFailure(sealed.error) };
    },
  );
  for (const material of confirmed.materials) material.bytes.reveal().fill(0);
  if (outcome.state === 'confirmed') return ok(outcome.value);
  return err({ code: outcome.code, detail: outcome.detail, cause: outcome.cause });
}

function sealFailure(error: SealError): ServiceError {
  const code = error.code === 'journal' ? 'journalUnavailable' : error.code;
  return { code, detail: code, cause: error.cause };
}

/**
 * Everything the citizen confirmed, with its own copies of all bytes: the session may be wiped while sealing goes on.
 */
function confirm(input: Input, item: Item, ids: { caseId: string; code: string }, scope: RunScope): ConfirmedCase {
  const holder = holderOf(input.holder);
  const delivery = deliveryOf(input.delivery);
  const pictures = picturesOf(input.pictures).map(({ material, page, picture }) => {
    const bytes = scope.pictures.bytesOf(picture);
    assert(bytes !== null, 'a kept picture is there');
    return { id: material, page, contentType: 'image/jpeg', source: 'camera' as const, bytes: copy(bytes) };
  });
  const signature = signatureSvg(input.signature);
  const chip = holder.source === 'card' && scope.chip?.number === holder.number ? scope.chip : null;
  return {
    ...ids,
    flow: `${scope.flow.id}@${scope.flow.definition.version}`,
    payload: new Sensitive({
      ...ids,
      taskCode: item.taskCode,
      itemVersion: item.version,
      holder,
      scenario: textsOf(input.scenario),
      form: textsOf(input.form),
      delivery,
      language: scope.language(),
    }),
    materials: [
      ...pictures,
      ...(signature
        ? [
            {
              id: 'signature',
              page: 1,
              contentType: 'image/svg+xml',
              source: 'signature' as const,
              bytes: new Sensitive<Uint8Array>(new TextEncoder().encode(signature)),
            },
          ]
        : []),
      ...(chip
        ? [
            {
              id: 'portrait',
              page: 1,
              contentType: 'application/octet-stream',
              source: 'chip' as const,
              bytes: copy(chip.portrait),
            },
          ]
        : []),
    ],
  };
}

function copy(bytes: Uint8Array): Sensitive<Uint8Array> {
  return new Sensitive(Uint8Array.from(bytes));
}

function holderOf(value: unknown) {
  const name = isRecord(value) ? textOf(value.name, 'name') : null;
  const number = isRecord(value) ? textOf(value.number, 'number') : null;
  assert(isRecord(value) && name !== null && number !== null, 'a case needs a holder with name and number');
  const source = value.source === 'card' ? ('card' as const) : ('typed' as const);
  return { source, name, number, ...(source === 'card' && { details: textsOf(value.details) }) };
}

function deliveryOf(value: unknown) {
  const id = textOf(value, 'id');
  assert(id !== null, 'a case needs a way of delivery');
  const { address, phone } = isRecord(value) ? textsOf(value) : {};
  return { id, ...(address && { address }), ...(phone && { phone }) };
}

function picturesOf(value: unknown): readonly KeptPicture[] {
  return Array.isArray(value) ? (value as readonly KeptPicture[]) : [];
}

function countPages(pictures: readonly KeptPicture[]) {
  const counted = new Map<string, { title: unknown; pages: number }>();
  for (const { material, title } of pictures) {
    counted.set(material, { title, pages: (counted.get(material)?.pages ?? 0) + 1 });
  }
  return [...counted.values()];
}
