import sharp from 'sharp';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Config } from '../../config/schema.ts';
import { type Flow, loadFlow } from '../../runtime/flow/load.ts';
import type { ScreenMessage, ScreenProps, ServerMessage } from '../../runtime/server/protocol.ts';
import { createPictureStore } from '../../runtime/session/pictures.ts';
import type { Recovery } from '../../runtime/session/recovery.ts';
import type { Session } from '../../runtime/session/session.ts';
import { createSession } from '../../runtime/session/session-manager.ts';
import { createStand, type Stand, settle, testConfig } from '../harness/flow-stand.ts';

const errand = new URL('../fixtures/flows/errand', import.meta.url).pathname;

let stand: Stand;
let flow: Flow;
let session: Session;
let heard: ServerMessage[];
let recovery: Recovery & { shown: boolean; ended: string[]; printed: number };

beforeEach(async () => {
  stand = createStand();
  const loaded = await loadFlow(errand);
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.error));
  flow = loaded.value;
  recovery = {
    shown: false,
    ended: [],
    printed: 0,
    pending() {
      const text = { 'zh-CN': '还在', en: 'Kept' };
      return this.shown ? { title: text, detail: text, code: '12345678' } : null;
    },
    dismiss() {
      this.shown = false;
    },
    async printSlip() {
      this.printed += 1;
    },
    sessionEnded(id) {
      this.ended.push(id);
    },
    onChange: () => () => {},
  };
  open(testConfig);
});
afterEach(async () => {
  await session.close();
  stand.close();
});

function open(config: Config): void {
  session = createSession({ config, flows: [flow], ports: stand.ports, recovery, firstSeq: 1000 });
  heard = [];
  session.onMessage((message) => heard.push(message));
}

const say = (event: string, data?: unknown) =>
  session.event({ type: 'event', seq: session.current().seq, event, data });
const screens = () => heard.filter((each): each is ScreenMessage => each.type === 'screen');
const countdowns = () => heard.flatMap((each) => (each.type === 'countdown' ? [each.remainingMs] : []));
const attract = () => session.current().props as ScreenProps<'attract'>;

async function start(): Promise<void> {
  say('START', { flow: 'errand' });
  await settle();
  expect(session.current().screen).toBe('choose');
}

describe('the attract screen', () => {
  it('offers what works, and says in words what does not', () => {
    expect(attract()).toMatchObject({
      centre: '清河区政务服务中心',
      health: 'works',
      journeys: [{ id: 'errand', title: '跑一趟', icon: 'paper' }],
      notices: [],
    });
    stand.uplink.cut();
    expect(attract()).toMatchObject({ health: 'out', journeys: [{ unavailable: expect.stringContaining('连不上') }] });
    expect(attract().notices[0]).toContain('中断');
    say('START', { flow: 'errand' });
    expect(heard.at(-1)).toMatchObject({ type: 'refused', why: 'notAccepted' });
  });

  it('is limited, not out, while something optional fails', () => {
    stand.reader.fail('hardwareError');
    expect(attract().health).toBe('limited');
  });

  it('takes nothing but a journey it has', () => {
    say('START', { flow: 'nowhere' });
    expect(heard.at(-1)).toMatchObject({ type: 'refused', why: 'invalid' });
    say('START');
    expect(heard.at(-1)).toMatchObject({ type: 'refused', why: 'invalid' });
    say('DISMISS');
    expect(heard.at(-1)).toMatchObject({ type: 'refused', why: 'notAccepted' });
  });

  it('forgets a language that somebody chose and walked away from', () => {
    session.preference({ type: 'preference', language: 'en', textSize: 'largest' });
    expect(session.current().chrome).toMatchObject({ language: 'en', textSize: 'largest' });
    stand.clock.advance(180_000);
    expect(session.current().chrome).toMatchObject({ language: 'zh-CN', textSize: 'normal' });
  });

  it('tells what a stop of the machine left behind, prints it once at a time, and forgets it when told', async () => {
    recovery.shown = true;
    expect(session.current()).toMatchObject({
      props: { recovered: { code: '12345678' } },
      accepts: ['START', 'PRINT_SLIP', 'DISMISS'],
    });
    say('PRINT_SLIP');
    say('PRINT_SLIP');
    await settle();
    expect(recovery.printed).toBe(1);
    say('DISMISS');
    expect(attract().recovered).toBeUndefined();
  });
});

describe('screens and their numbers', () => {
  it('gives every visible change a new seq and refuses what was made on an older screen', async () => {
    const before = session.current().seq;
    await start();
    const seqs = screens().map((each) => each.seq);
    expect(new Set(seqs).size).toBe(seqs.length);
    expect([...seqs].sort((a, b) => a - b)).toEqual(seqs);
    session.event({ type: 'event', seq: before, event: 'CHOSEN', data: { id: 'general' } });
    expect(heard.at(-1)).toEqual({ type: 'stale', seq: before });
    expect(session.current().screen).toBe('choose');
  });

  it('applies a doubled tap once', async () => {
    await start();
    const { seq } = session.current();
    const tap = { type: 'event', seq, event: 'CHOSEN', data: { id: 'general' } } as const;
    session.event(tap);
    session.event(tap);
    expect(heard.at(-1)).toEqual({ type: 'stale', seq });
    expect(session.current().screen).toBe('presentCard');
  });

  it('sends nothing when nothing visible changed', async () => {
    await start();
    const count = heard.length;
    session.preference({ type: 'preference', language: 'zh-CN' });
    session.activity('touch');
    expect(heard).toHaveLength(count);
  });

  it('gives a draft back until the screen is another, also in the other language', async () => {
    await start();
    session.draft(session.current().seq, { typed: 'a' });
    session.preference({ type: 'preference', language: 'en' });
    expect(session.current().draft).toEqual({ typed: 'a' });
    session.draft(session.current().seq - 1, { typed: 'late' });
    session.draft(session.current().seq, { typed: 'x'.repeat(300_000) });
    expect(session.current().draft).toEqual({ typed: 'a' });
    say('CHOSEN', { id: 'general' });
    expect(session.current().draft).toBeNull();
  });

  it('survives a draft that nests without end', async () => {
    await start();
    session.draft(session.current().seq, JSON.parse(`${'['.repeat(100_000)}${']'.repeat(100_000)}`));
    expect(session.current()).toMatchObject({ screen: 'choose', draft: null });
  });
});

describe('the idle rule', () => {
  it('counts down visibly after a minute and then wipes', async () => {
    await start();
    stand.clock.advance(59_000);
    expect(session.countdown()).toBeNull();
    stand.clock.advance(1_000);
    expect(session.countdown()).toMatchObject({ remainingMs: 20_000, extensionsLeft: 10 });
    stand.clock.advance(20_000);
    expect(countdowns()).toEqual([...Array.from({ length: 20 }, (_, n) => 20_000 - n * 1000), null]);
    expect(session.current().screen).toBe('attract');
    expect(recovery.ended).toHaveLength(1);
  });

  it.each(['touch', 'key', 'camera', 'card'] as const)('is called off by %s', async (kind) => {
    await start();
    stand.clock.advance(70_000);
    if (kind === 'card') stand.reader.place();
    else session.activity(kind);
    expect(countdowns().at(-1)).toBeNull();
    stand.clock.advance(59_000);
    expect(session.current().screen).toBe('choose');
  });

  it('gives more time ten times', async () => {
    await start();
    for (let n = 1; n <= 10; n += 1) {
      stand.clock.advance(60_000);
      session.moreTime();
      expect(heard.at(-1)).toEqual({ type: 'countdown', remainingMs: null, extensionsLeft: 10 - n });
    }
    stand.clock.advance(60_000);
    session.moreTime();
    stand.clock.advance(20_000);
    expect(session.current().screen).toBe('attract');
  });

  it('waits three minutes in large type', async () => {
    await start();
    session.preference({ type: 'preference', textSize: 'large' });
    stand.clock.advance(179_000);
    expect(session.countdown()).toBeNull();
    stand.clock.advance(1_000);
    expect(session.countdown()).not.toBeNull();
  });

  it('stands still while the machine works', async () => {
    await session.close();
    open({ ...testConfig, idle: { ...testConfig.idle, normalSeconds: 10 } });
    let release = () => {};
    stand.printer.hold = new Promise((resolve) => {
      release = resolve;
    });
    await start();
    await toPrinting();
    expect(session.current()).toMatchObject({ screen: 'wait', accepts: [] });
    stand.clock.advance(19_000);
    expect(session.countdown()).toBeNull();
    release();
    await settle();
    expect(session.current().screen).toBe('outcome');
    stand.clock.advance(10_000);
    expect(session.countdown()).not.toBeNull();
  });
});

async function picture(): Promise<Uint8Array> {
  const page = sharp({ create: { width: 640, height: 480, channels: 3, background: '#ccc' } });
  return new Uint8Array(await page.jpeg().toBuffer());
}

async function toCapture(): Promise<void> {
  say('CHOSEN', { id: 'general' });
  say('NO_CARD');
  say('ENTERED', { text: '13800138000' });
  await settle();
  expect(session.current().screen).toBe('capture');
}

async function toPrinting(): Promise<void> {
  await toCapture();
  const taken = await session.picture(session.current().seq, await picture());
  if (!taken.ok) throw new Error(taken.error.cause);
  say('KEEP', { id: taken.value.id });
  say('ENTERED', { values: { name: '示例', phone: '13800138000' } });
  await settle();
}

describe('leaving', () => {
  it('reminds of the card with a tone, data wiped already, and goes on when it is lifted', async () => {
    await start();
    stand.reader.place();
    say('LEAVE');
    expect(session.current()).toMatchObject({
      screen: 'leaving',
      props: { slot: 'idCardReader' },
      accepts: ['DONE'],
      deadline: 20_000,
    });
    expect(heard).toContainEqual({ type: 'tone', tone: 'reminder' });
    stand.reader.lift();
    await settle();
    expect(session.current().screen).toBe('attract');
    expect(attract().notices).toEqual([]);
  });

  it('does not wait for ever for a card that stays, and warns the next person', async () => {
    await start();
    stand.reader.place();
    say('LEAVE');
    stand.clock.advance(20_000);
    await settle();
    expect(session.current().screen).toBe('attract');
    expect(attract().notices.join()).toContain('别人留下的证件');
    expect(heard.filter((each) => each.type === 'tone')).toHaveLength(4);
    stand.reader.lift();
    stand.reader.place();
    expect(attract().notices).toEqual([]);
  });

  it('ends the reminder when the person says so', async () => {
    await start();
    stand.reader.place();
    say('LEAVE');
    say('DONE');
    await settle();
    expect(session.current().screen).toBe('attract');
  });

  it('shows the next person nothing of the last one', async () => {
    session.preference({ type: 'preference', language: 'en', textSize: 'large' });
    await start();
    await toCapture();
    const bytes = await picture();
    const taken = await session.picture(session.current().seq, bytes);
    if (!taken.ok) throw new Error(taken.error.cause);
    session.draft(session.current().seq, { typed: 'secret' });
    say('LEAVE');
    expect(session.pictureOf(taken.value.id)).toBeNull();
    expect(bytes.every((byte) => byte === 0)).toBe(true);
    expect(session.current()).toMatchObject({
      screen: 'attract',
      draft: null,
      chrome: { language: 'zh-CN', textSize: 'normal' },
    });
    const last = recovery.ended.at(-1);
    await start();
    say('LEAVE');
    expect(recovery.ended.at(-1)).not.toBe(last);
  });
});

describe('pictures', () => {
  it('takes a whole JPEG on a screen that asks for one, and nothing else', async () => {
    await start();
    const early = await session.picture(session.current().seq, await picture());
    expect(early).toMatchObject({ ok: false, error: { code: 'notAccepted' } });
    await toCapture();
    const { seq } = session.current();
    const whole = await picture();
    const small = await sharp({ create: { width: 200, height: 100, channels: 3, background: '#ccc' } })
      .jpeg()
      .toBuffer();
    const png = await sharp({ create: { width: 640, height: 480, channels: 3, background: '#ccc' } })
      .png()
      .toBuffer();
    const rubbish: Uint8Array[] = [
      new Uint8Array(0),
      Uint8Array.of(0xff, 0xd8, 0xff),
      new TextEncoder().encode('<svg xmlns="http://www.w3.org/2000/svg"/>'),
      whole.slice(0, whole.length / 2),
      new Uint8Array(small),
      new Uint8Array(png),
    ];
    for (const each of rubbish) {
      expect(await session.picture(seq, each)).toMatchObject({ ok: false, error: { code: 'notAPicture' } });
    }
    expect(await session.picture(seq - 1, whole)).toMatchObject({ ok: false, error: { code: 'stale' } });
    const huge = new Uint8Array(8 * 1024 * 1024 + 1).fill(0xff);
    expect(await session.picture(seq, huge)).toMatchObject({ ok: false, error: { code: 'tooLarge' } });
    expect(session.current().seq).toBe(seq);
    expect(await session.picture(seq, whole)).toMatchObject({ ok: true });
    expect(await session.picture(seq, await picture())).toMatchObject({ ok: false, error: { code: 'stale' } });
  });

  it('drops a picture whose screen went away while it was looked at', async () => {
    await start();
    await toCapture();
    const taking = session.picture(session.current().seq, await picture());
    say('LEAVE');
    expect(await taking).toMatchObject({ ok: false, error: { code: 'stale' } });
    expect(session.current().screen).toBe('attract');
  });

  it('are bounded in all', () => {
    const store = createPictureStore(10);
    expect(store.add('a', new Uint8Array(6))).not.toBeNull();
    expect(store.add('b', new Uint8Array(6))).toBeNull();
    store.wipe();
    expect(store.add('b', new Uint8Array(6))).not.toBeNull();
  });
});
