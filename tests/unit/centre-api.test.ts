import { compactVerify, importJWK, type JWK } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  itemList,
  problem,
  progressList,
  queueList,
  receiptClaims,
  ticket as ticketSchema,
} from '../../runtime/centre/api.ts';
import { fingerprint } from '../../runtime/uplink/fingerprint.ts';
import {
  ContractTerminal,
  handClock,
  makeCase,
  openStand,
  putBlobs,
  putCase,
  type Stand,
  sha256,
  uuid7,
} from '../harness/centre-stand.ts';

/** A Monday, 10:00 in the country's zone. */
const monday = Date.parse('2026-11-23T02:00:00Z');
const day = 86_400_000;
const clock = handClock(monday);
let stand: Stand;
let terminal: ContractTerminal;
let url: string;

beforeAll(async () => {
  stand = await openStand(clock);
  terminal = await ContractTerminal.create();
  await stand.centre.registerTerminal(terminal.id, terminal.publicJwk);
  url = stand.centre.url;
});
afterAll(() => stand.close());

async function received(options: Parameters<typeof makeCase>[2] = {}) {
  const made = await makeCase(stand, terminal, options);
  await putBlobs(url, terminal, made);
  const answer = await putCase(url, terminal, made.envelope);
  expect(answer.status).toBe(200);
  return { ...made, receipt: await answer.text() };
}

const holder = (name: string) => sha256(name);
const ask = (body: object, key = uuid7()) =>
  terminal.send(url, 'POST', '/v1/tickets', body, { 'idempotency-key': key });

describe('keys, items, health', () => {
  it('publishes public keys only', async () => {
    const text = await (await terminal.send(url, 'GET', '/v1/keys')).text();
    expect(JSON.parse(text)).toEqual(stand.keys);
    expect(stand.keys.keys.map((key) => key.use)).toEqual(['enc', 'sig']);
    for (const key of stand.keys.keys) expect(key).not.toHaveProperty('d');
  });

  it('gives the catalogue, and 304 to who has it', async () => {
    const first = await terminal.send(url, 'GET', '/v1/items');
    expect(itemList.parse(await first.json()).items).toHaveLength(1);
    const etag = first.headers.get('etag') ?? '';
    const second = await terminal.send(url, 'GET', '/v1/items', undefined, { 'if-none-match': etag });
    expect([second.status, await second.text()]).toEqual([304, '']);
  });

  it('answers health to anybody', async () => {
    expect(await (await fetch(`${url}/v1/health`)).json()).toEqual({ status: 'ok' });
  });
});

describe('tickets', () => {
  it('counts down as the windows serve', async () => {
    const waiting = async () => {
      const { queues } = queueList.parse(await (await terminal.send(url, 'GET', '/v1/queues')).json());
      return Object.fromEntries(queues.map((queue) => [queue.id, queue.waiting]));
    };
    const before = await waiting();
    clock.add(4 * 60_000);
    const after = await waiting();
    expect(before.general).toBeGreaterThan(0);
    expect(after.general ?? 0).toBeLessThan(before.general ?? 0);
  });

  it('gives numbers that follow one another, and the waiting one back to who has it', async () => {
    const first = ticketSchema.parse(
      await (await ask({ queue: 'general', holder: holder('a'), masked: '110***' })).json(),
    );
    const other = ticketSchema.parse(
      await (await ask({ queue: 'general', holder: holder('b'), masked: '120***' })).json(),
    );
    const again = ticketSchema.parse(
      await (await ask({ queue: 'property', holder: holder('a'), masked: '110***' })).json(),
    );
    expect(first.number).toMatch(/^A\d{3}$/);
    expect(Number(other.number.slice(1))).toBe(Number(first.number.slice(1)) + 1);
    expect(other.waitingBefore).toBe(first.waitingBefore + 1);
    expect([again.number, again.existing, first.existing]).toEqual([first.number, true, false]);
  });

  it('gives a new number once the old one was called', async () => {
    const request = { queue: 'social', holder: holder('c'), masked: '1' };
    const first = ticketSchema.parse(await (await ask(request)).json());
    clock.add(3_600_000);
    const second = ticketSchema.parse(await (await ask(request)).json());
    expect(second.existing).toBe(false);
    expect(second.number).not.toBe(first.number);
  });

  it('answers a repeated key with the same bytes, and another request under it with 422', async () => {
    const key = uuid7();
    const request = { queue: 'business', holder: holder('d'), masked: '1' };
    const first = await (await ask(request, key)).text();
    clock.add(7_200_000);
    expect(await (await ask(request, key)).text()).toBe(first);
    expect((await ask({ ...request, holder: holder('e') }, key)).status).toBe(422);
  });

  it('never gives one number twice, however many ask at once', async () => {
    const answers = await Promise.all(
      Array.from({ length: 30 }, (_, n) => ask({ queue: 'general', holder: holder(`many ${n}`), masked: '1' })),
    );
    const numbers = await Promise.all(answers.map(async (each) => ticketSchema.parse(await each.json()).number));
    expect(new Set(numbers).size).toBe(30);
  });

  it('refuses an unknown queue and a closed one', async () => {
    const unknown = await ask({ queue: 'moon', holder: holder('f'), masked: '1' });
    expect(unknown.status).toBe(404);
    clock.set(monday + 14 * 3_600_000);
    const closed = await ask({ queue: 'tax', holder: holder('f'), masked: '1' });
    expect(problem.parse(await closed.json()).type).toBe('urn:window24:problem:queue-closed');
    clock.set(monday);
    expect((await ask({ queue: 'tax', holder: holder('f'), masked: '1' })).status).toBe(200);
  });

  it('does not drown in walk-ins when the clock leaps or goes back', async () => {
    for (const at of [monday + 400 * day, monday - 9000 * day, monday + 5 * 3_600_000]) {
      clock.set(at);
      const { queues } = queueList.parse(await (await terminal.send(url, 'GET', '/v1/queues')).json());
      for (const queue of queues) expect(queue.waiting).toBeLessThan(100);
    }
    clock.set(monday);
  });
});

describe('cases', () => {
  it('opens what was sealed and gives a receipt that verifies', async () => {
    const made = await received();
    const { receipt } = JSON.parse(made.receipt) as { receipt: string };
    const key = await importJWK(stand.keys.keys.find((each) => each.use === 'sig') as JWK, 'ES256');
    const { payload } = await compactVerify(receipt, key);
    const claims = receiptClaims.parse(JSON.parse(new TextDecoder().decode(payload)));
    expect(claims).toMatchObject({ caseId: made.envelope.caseId, code: made.envelope.code, state: 'received' });
    expect(claims.fingerprint).toBe(fingerprint(made.envelope));
    const opened = await stand.centre.openCase(made.envelope.caseId);
    expect(opened?.payload).toEqual(made.payload);
    expect(opened?.materials.map((each) => Buffer.from(each.bytes))).toEqual(
      made.pictures.map((each) => Buffer.from(each)),
    );
  });

  it('waits for every blob', async () => {
    const made = await makeCase(stand, terminal);
    const early = await putCase(url, terminal, made.envelope);
    expect(early.status).toBe(409);
    expect(problem.parse(await early.json()).detail).toBe('missing: 0 1');
    await putBlobs(url, terminal, made);
    expect((await putCase(url, terminal, made.envelope)).status).toBe(200);
  });

  it('answers with the same bytes for ever', async () => {
    const made = await received();
    clock.add(7 * day);
    expect(await (await putCase(url, terminal, made.envelope)).text()).toBe(made.receipt);
    await putBlobs(url, terminal, made);
    clock.set(monday);
    expect(stand.centre.cases().find((each) => each.caseId === made.envelope.caseId)?.commits).toBe(2);
  });
});

describe('progress', () => {
  const progress = async (body: object) => {
    const answer = await terminal.send(url, 'POST', '/v1/progress', body);
    return progressList.parse(await answer.json()).cases;
  };

  it('finds a case by its code, its end as people type it, and by the holder', async () => {
    const { createHmac } = await import('node:crypto');
    const made = await received({ holder: '110105194912310038' });
    const { code } = made.envelope;
    const hash = createHmac('sha256', stand.keys.holderSalt).update('110105194912310038').digest('hex');
    const spoken = ` ${code.slice(-8, -4).toLowerCase()}-${code.slice(-4)} `;
    for (const by of [{ code }, { code: spoken }, { holder: hash }])
      expect((await progress(by)).map((each) => each.code)).toEqual([code]);
  });

  it('finds nothing by a guess', async () => {
    const { code } = (await received({ holder: 'P0' })).envelope;
    expect(await progress({ code: code.slice(-7) })).toEqual([]);
    expect(await progress({ code: code.slice(-8) })).toHaveLength(1);
    for (const code of ['', 'A', '1234567', '%_______', 'ZZZZZZZZ', '\u0000\u0000\u0000\u0000\u0000\u0000\u0000\u0000'])
      expect(await progress({ code })).toEqual([]);
    expect(await progress({ holder: holder('nobody') })).toEqual([]);
  });

  it('counts working days only while the promise runs', async () => {
    const made = await received({ holder: 'P1' });
    const { caseId, code } = made.envelope;
    const left = async () => (await progress({ code }))[0]?.daysLeft;
    const steps = [
      ['accepted', 0],
      ['in_progress', 3],
      ['suspended', 4],
      ['in_progress', 11],
    ] as const;
    expect(await left()).toBeNull();
    for (const [state, after] of steps) {
      clock.set(monday + after * day);
      expect(stand.centre.moveCase(caseId, state, null).ok).toBe(true);
    }
    // Tuesday to Friday of the first week (4), then Monday after the suspension to the Wednesday of the next look.
    clock.set(monday + 16 * day);
    expect(await left()).toBe(10 - 4 - 3);
    clock.set(monday + 300 * day);
    expect(await left()).toBe(0);
    stand.centre.moveCase(caseId, 'closed', { 'zh-CN': '办结', en: 'Closed' });
    const [found] = await progress({ code });
    expect(found?.daysLeft).toBeNull();
    expect(found?.events.at(-1)).toMatchObject({ state: 'closed', note: { en: 'Closed' } });
    clock.set(monday);
  });
});

describe('evaluations', () => {
  it('takes one a case', async () => {
    const { envelope } = await received();
    const given = { code: envelope.code, nonce: 'n'.repeat(20) + envelope.code, level: 4, reasons: ['fast'] };
    const send = (body: object) => terminal.send(url, 'POST', '/v1/evaluations', body);
    expect((await send(given)).status).toBe(200);
    expect((await send(given)).status).toBe(200);
    expect((await send({ ...given, level: 5 })).status).toBe(409);
    expect((await send({ ...given, nonce: 'another nonce of this case', level: 5 })).status).toBe(409);
  });

  it('says that an unknown case is not here yet', async () => {
    const { envelope } = await makeCase(stand, terminal);
    const given = { code: envelope.code, nonce: 'a nonce for a lost case', level: 1, reasons: [] };
    const answer = await terminal.send(url, 'POST', '/v1/evaluations', given);
    expect(problem.parse(await answer.json()).type).toBe('urn:window24:problem:case-unknown');
  });

  it('moves a collected case on, and no other', async () => {
    const { envelope } = await received();
    for (const state of ['accepted', 'in_progress', 'closed', 'issuing', 'mailed', 'collected'] as const)
      stand.centre.moveCase(envelope.caseId, state, null);
    const given = { code: envelope.code, nonce: 'a nonce of a collected case', level: 5, reasons: [] };
    await terminal.send(url, 'POST', '/v1/evaluations', given);
    expect(stand.centre.cases().find((each) => each.caseId === envelope.caseId)?.state).toBe('evaluated');
  });
});
