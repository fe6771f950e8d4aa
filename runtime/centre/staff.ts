import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { caseId, caseStates } from './api.ts';
import { refuse } from './app.ts';
import type { Desk } from './handlers.ts';
import { openBlob } from './opening.ts';
import { type Refusal, refusal } from './problems.ts';
import { casePage, isPicture, listPage, staffStyle } from './staff-pages.ts';
import { standardNotes } from './wording.ts';

/**
 * The page on which the people of the centre see what arrived. It shows personal data and has no log-in of its own, so
 * it answers on this machine only: loopback, under its own name (no rebinding), and no other site's forms.
 */
export function addStaffPages(app: FastifyInstance, desk: Desk, ownOrigins: () => readonly string[]): void {
  const guard = async (request: FastifyRequest, reply: FastifyReply) => {
    const refused = strangerAt(request, ownOrigins());
    if (refused) return refuse(reply, refused);
    reply.headers({
      'content-security-policy':
        "default-src 'none'; img-src 'self' data:; style-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
      'cache-control': 'no-store',
      'referrer-policy': 'same-origin',
      'x-content-type-options': 'nosniff',
    });
  };
  const summaryOf = (request: FastifyRequest) => {
    const id = caseId.safeParse((request.params as { readonly caseId?: string }).caseId);
    return id.success ? desk.cases.find(id.data) : null;
  };
  const sendPage = (reply: FastifyReply, page: string) => reply.type('text/html; charset=utf-8').send(page);

  app.get('/', { onRequest: guard }, (_request, reply) => {
    const rows = desk.cases.list().map((summary) => ({ summary, item: desk.catalogue.byTaskCode(summary.taskCode) }));
    return sendPage(reply, listPage(rows, desk.tickets.queues()));
  });
  app.get('/staff.css', { onRequest: guard }, (_request, reply) => reply.type('text/css').send(staffStyle));
  app.get('/cases/:caseId', { onRequest: guard }, (request, reply) => {
    const summary = summaryOf(request);
    const payload = summary ? desk.cases.payload(summary.caseId) : null;
    if (!summary || !payload) return refuse(reply, refusal('case-unknown', 'no such case'));
    const { caseId: id } = summary;
    const item = desk.catalogue.byTaskCode(summary.taskCode);
    const view = { summary, item, payload, events: desk.cases.events(id), evaluation: desk.evaluations.of(id) };
    return sendPage(reply, casePage(view));
  });
  app.get('/cases/:caseId/materials/:n', { onRequest: guard }, (request, reply) => sendMaterial(desk, request, reply));
  app.post('/cases/:caseId/state', { onRequest: guard, bodyLimit: 1024 }, (request, reply) => {
    const summary = summaryOf(request);
    const form = new URLSearchParams(request.body instanceof Uint8Array ? new TextDecoder().decode(request.body) : '');
    const to = caseStates.find((each) => each === form.get('to'));
    if (!summary || !to) return refuse(reply, refusal('bad-request', 'no such case or state'));
    const moved = desk.cases.move(summary.caseId, to, standardNotes[to] ?? null);
    return moved.ok ? reply.redirect(`/cases/${summary.caseId}`, 303) : refuse(reply, moved.error);
  });
}

async function sendMaterial(desk: Desk, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
  const { caseId: id, n } = request.params as { readonly caseId: string; readonly n: string };
  const material = desk.cases.payload(id)?.materials.find((each) => String(each.n) === n);
  const body = material ? desk.blobs.read(id, material.n) : null;
  if (!material || !body) return refuse(reply, refusal('not-found', 'no such material'));
  const clear = await openBlob(desk.keys, body);
  if (!clear.ok) return refuse(reply, clear.error);
  const picture = isPicture(material.contentType);
  if (!picture) reply.header('content-disposition', 'attachment');
  // A signature is SVG, which could carry scripts when it is opened on its own.
  reply.header('content-security-policy', "default-src 'none'; sandbox");
  return reply.type(picture ? material.contentType : 'application/octet-stream').send(Buffer.from(clear.value));
}

const loopback: readonly string[] = ['127.0.0.1', '::1', '::ffff:127.0.0.1'];

/** Why this request is not one of the staff's own browser; null when it is. */
function strangerAt(request: FastifyRequest, origins: readonly string[]): Refusal | null {
  if (!loopback.includes(request.socket.remoteAddress ?? '')) return refusal('forbidden', 'this machine only');
  if (!origins.includes(`http://${request.headers.host}`)) return refusal('forbidden', 'another host name');
  const { origin } = request.headers;
  if (request.method !== 'GET' && request.method !== 'HEAD' && !origins.includes(origin ?? ''))
    return refusal('forbidden', 'a form of another site');
  return null;
}
