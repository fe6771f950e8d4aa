import { assert, ok } from '../../../drivers/contract/result.ts';
import { Sensitive } from '../../../drivers/contract/sensitive.ts';
import { both, isRecord } from '../context.ts';
import { maskNumber, maskPhone } from '../masking.ts';
import type { Service } from '../services.ts';
import { fromCentre, textOf } from './input.ts';

export const queues: Service<'tickets.queues'> = async (_, { ports, signal, timeoutMs }) => {
  const answer = fromCentre(await ports.uplink.queues({ signal, timeoutMs }));
  if (!answer.ok) return answer;
  return ok(
    answer.value.map(({ id, title, detail, waiting, open }) => ({
      id,
      title,
      detail,
      badge: both((language) => (language === 'en' ? `${waiting} waiting` : `${waiting} 人等待`)),
      ...(!open && { unavailable: both((language) => (language === 'en' ? 'Closed now' : '现在不取号')) }),
    })),
  );
};

/** Asking again for the same number is the same request to the centre: nobody gets two numbers. */
export const takeTicket: Service<'tickets.take'> = async ({ queue, holder }, { ports, scope, signal, timeoutMs }) => {
  const id = textOf(queue, 'id');
  const number = isRecord(holder) ? textOf(holder.number, 'number') : null;
  const phone = isRecord(holder) ? textOf(holder.phone, 'phone') : null;
  const who = number ?? phone;
  assert(id !== null && who !== null, 'a ticket needs a queue and a holder');
  const what = `ticket ${id} ${who}`;
  const key = scope.keys.get(what) ?? ports.uuid();
  scope.keys.set(what, key);
  const masked = number === null ? maskPhone(who) : maskNumber(who);
  const request = { queue: id, holder: new Sensitive(who), masked, key };
  const answer = fromCentre(await ports.uplink.takeTicket(request, { signal, timeoutMs }));
  if (!answer.ok) return answer;
  const { title, ...ticket } = answer.value;
  return ok({ ...ticket, queueTitle: title });
};

export const evaluate: Service<'evaluations.send'> = async (input, { ports, signal, timeoutMs }) => {
  const code = textOf(input.case, 'code');
  const rating = isRecord(input.rating) ? input.rating : {};
  const { level, reasons, text } = rating;
  assert(code !== null && typeof level === 'number', 'an evaluation needs a case and a level');
  return fromCentre(
    await ports.uplink.evaluate(
      {
        code,
        level,
        reasons: Array.isArray(reasons) ? reasons.map(String) : [],
        ...(typeof text === 'string' && text !== '' && { text }),
      },
      { signal, timeoutMs },
    ),
  );
};
