import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { answer } from '../../runtime/rehearsal/walk.ts';
import { closeCodes, paths, type ScreenMessage } from '../../runtime/server/protocol.ts';
import { Citizen, is } from '../harness/citizen.ts';
import { worldOfThisFile } from '../harness/terminal-stage.ts';

const world = worldOfThisFile();

/** Walks a whole visit; `meanwhile` is done on every screen before it is answered. */
async function walkWith(citizen: Citizen, meanwhile: (screen: ScreenMessage) => Promise<void>): Promise<string[]> {
  const seen: string[] = [];
  await citizen.walksTo((screen) => screen.screen !== 'attract');
  while (citizen.screen().screen !== 'attract') {
    const screen = await citizen.walksTo((each) => each.screen !== 'wait');
    if (screen.screen === 'attract') break;
    seen.push(screen.screen);
    await meanwhile(screen);
    const { seq } = citizen.screen();
    const hands = { placeCard: () => citizen.placeCard(), liftCard: () => world.reader().liftCard() };
    await answer(citizen.person, citizen.screen(), citizen.persona, 'apply', hands);
    await citizen.sees((each) => each.seq > seq);
  }
  return seen;
}

it('loaded again on every screen: the same screen with what was typed, and the case arrives once', async () => {
  const citizen = await Citizen.walkUp(world);
  const seen = await walkWith(citizen, async (screen) => {
    const typed = { values: { typed: screen.screen } };
    citizen.person.send({ type: 'draft', seq: screen.seq, data: typed });
    const { seq, props } = await citizen.reloads();
    // A reader that sees the card lifted may have moved the screen on; what it asks is the same.
    expect(citizen.screen().screen).toBe(screen.screen);
    if (seq === screen.seq) expect(props).toEqual(screen.props);
    if (citizen.screen().chrome.journey) expect(citizen.screen().draft).toEqual(typed);
  });
  expect(new Set(seen)).toEqual(
    new Set([
      ...['choose', 'askList', 'presentCard', 'confirm', 'form', 'capture', 'comparePictures', 'review', 'sign'],
      ...['outcome', 'evaluate', 'tell', 'leaving'],
    ]),
  );
  await citizen.person.leave();
  world.sameProcess();
  await world.arrivesOnce(citizen.persona, citizen.told ?? '');
});

it('loaded again while the card is read, while the case is sealed and while the slip is printed', async () => {
  const citizen = await Citizen.walkUp(world);
  await citizen.walksTo(is('presentCard'));
  citizen.placeCard();
  await citizen.reloads();
  await citizen.walksTo(is('confirm', ({ chrome }) => chrome.journey?.step === 6));
  citizen.say('YES');
  while (!is('outcome')(citizen.screen())) {
    const { screen } = await citizen.reloads();
    expect(['confirm', 'wait', 'outcome']).toContain(screen);
  }
  const code = await citizen.goesHome();
  await world.arrivesOnce(citizen.persona, code);
});

const nonsense: readonly unknown[] = [
  null,
  [],
  7,
  { id: '../../../etc/passwd' },
  { id: '__proto__' },
  { id: { toString: 'x' } },
  { text: '\u0000\ud800'.repeat(20) },
  { values: { __proto__: 'x', constructor: 'y' } },
  { values: { name: ' '.repeat(399) } },
  { section: 'constructor' },
  { flow: '__proto__' },
  { width: 1, height: 1, strokes: [[[Number.MAX_VALUE, -1, 0]]] },
  { width: -1, height: 0, strokes: [] },
  { level: 99 },
];
/** Events that carry data; the others take no notice of any. */
const loaded = ['CHOSEN', 'ENTERED', 'KEEP', 'MORE_PAGES', 'EDIT', 'SIGNED', 'RATED', 'CODE', 'OTHER', 'START'];
const unasked = ['PICTURE_TAKEN', 'START', 'DONE', 'CONFIRMED', 'RATED', 'YES', 'constructor', '', 'xstate.stop', 'OK'];

it('events that are late, early, unasked or nonsense on every screen: the visit goes its way', async () => {
  const citizen = await Citizen.walkUp(world);
  let turn = 0;
  await walkWith(citizen, async (screen) => {
    const { person } = citizen;
    turn += 4;
    const offered = screen.accepts.filter((each) => loaded.includes(each));
    for (const seq of [screen.seq - 1, screen.seq + 1000, 0]) person.send({ type: 'event', seq, event: 'LEAVE' });
    for (const event of unasked.slice(turn % 6, (turn % 6) + 5).filter((each) => !screen.accepts.includes(each)))
      person.send({ type: 'event', seq: screen.seq, event, data: { id: 'x' } });
    for (const event of offered)
      for (const data of nonsense.slice(turn % 11, (turn % 11) + 4))
        person.send({ type: 'event', seq: citizen.screen().seq, event, data });
    person.send({ type: 'draft', seq: screen.seq, data: { values: nonsense } });
    // The answer to the last message tells that all before it were dealt with.
    const { language } = screen.chrome;
    const other = language === 'en' ? 'zh-CN' : 'en';
    person.send({ type: 'preference', language: other });
    await citizen.sees(({ chrome }) => chrome.language === other);
    // What a person could have meant may have been taken; they are still in the same visit.
    expect(citizen.screen().chrome.journey === null).toBe(screen.chrome.journey === null);
    // Fingers are slower than the limit for messages.
    await sleep(200);
  });
  await citizen.person.leave();
  world.sameProcess();
  await world.arrivesOnce(citizen.persona, citizen.told ?? '');
});

it('touched many times where it counts: one case, one slip', async () => {
  const citizen = await Citizen.walkUp(world);
  await citizen.walksTo(is('confirm', ({ chrome }) => chrome.journey?.step === 6));
  for (let touch = 0; touch < 20; touch += 1) citizen.say('YES');
  await citizen.sees(is('outcome'));
  const slips = world.printer().slips().length;
  const code = await citizen.goesHome();
  await world.arrivesOnce(citizen.persona, code);
  expect(world.printer().slips().length).toBe(slips);
});

it('a picture that is none is refused, and the screen still asks for one', async () => {
  const citizen = await Citizen.walkUp(world);
  const { seq } = await citizen.walksTo(is('capture'));
  for (const bytes of [new Uint8Array(0), Buffer.from('<svg/>'), citizen.persona.picture.subarray(0, 200)])
    expect(await citizen.person.show(seq, bytes)).toMatchObject({ ok: false, error: { code: 'refused' } });
  expect(await citizen.person.show(seq - 1, citizen.persona.picture)).toMatchObject({ ok: false });
  expect(citizen.screen().screen).toBe('capture');
  const code = await citizen.goesHome();
  await world.arrivesOnce(citizen.persona, code);
});

it('messages that are none close their connection and nothing else; a page of another site gets none', async () => {
  const citizen = await Citizen.walkUp(world);
  await citizen.walksTo(is('form'));
  const { url } = world.stage().terminal();
  for (const raw of [
    '',
    '{',
    '[]',
    '{"type":"event","seq":-1,"event":"YES"}',
    '{"type":"shutdown"}',
    '{"type":"draft"}',
  ]) {
    const page = await fetch(url);
    const cookie = (page.headers.get('set-cookie') ?? '').split(';')[0] ?? '';
    const socket = new WebSocket(`${url.replace('http', 'ws')}${paths.socket}?client=rehearsal`, {
      origin: url,
      headers: { cookie },
    });
    const closed = new Promise((resolve) => socket.once('close', resolve));
    socket.once('open', () => socket.send(raw));
    expect(await closed).toBe(closeCodes.badMessage);
  }
  const foreign = new WebSocket(`${url.replace('http', 'ws')}${paths.socket}?client=evil`, {
    origin: 'https://evil.example',
  });
  const refused = await new Promise<Error>((resolve) => foreign.once('error', resolve));
  expect(refused.message).toMatch(/403/);
  const stranger = await citizen.reloads();
  expect(stranger.screen).toBe('form');
  const code = await citizen.goesHome();
  await world.arrivesOnce(citizen.persona, code);
});
