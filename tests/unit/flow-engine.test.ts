import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createActor } from 'xstate';
import { compileFlow } from '../../runtime/flow/compile.ts';
import { createFlowRun, type FlowEnd, type FlowRun } from '../../runtime/flow/engine.ts';
import { type FlowDefinition, flowSchema } from '../../runtime/flow/language.ts';
import { type Flow, loadFlow } from '../../runtime/flow/load.ts';
import type { Language } from '../../runtime/server/protocol.ts';
import { createPictureStore, type PictureStore } from '../../runtime/session/pictures.ts';
import { createStand, plantedHolder, type Stand, settle, testConfig } from '../harness/flow-stand.ts';

const errand = new URL('../fixtures/flows/errand', import.meta.url).pathname;

describe('a running flow', () => {
  let stand: Stand;
  let flow: Flow;
  let run: FlowRun;
  let pictures: PictureStore;
  let language: Language;
  let ends: FlowEnd[];

  beforeEach(async () => {
    stand = createStand();
    const loaded = await loadFlow(errand);
    if (!loaded.ok) throw new Error(JSON.stringify(loaded.error));
    flow = loaded.value;
    pictures = createPictureStore();
    language = 'en';
    ends = [];
  });
  afterEach(() => {
    run.stop();
    stand.close();
  });

  async function start(): Promise<void> {
    run = createFlowRun({
      flow,
      ports: stand.ports,
      session: 'session-1',
      language: () => language,
      pictures,
      terminal: { id: 'demo', centre: { 'zh-CN': '中心', en: 'Centre' }, phone: '12345' },
      config: testConfig,
      onEnd: (end) => ends.push(end),
      onTone: () => {},
    });
    await settle();
  }
  const screen = () => run.current().shown.screen;
  const props = () => run.current().shown.props as Record<string, unknown>;

  async function toPhotographing(): Promise<void> {
    await start();
    run.dispatch('CHOSEN', { id: 'general' });
    stand.reader.place();
    await settle();
    expect(screen()).toBe('capture');
  }

  it('walks from the first screen to the slip', async () => {
    await toPhotographing();
    expect(props()).toMatchObject({
      ask: 'Photograph the lease',
      page: 1,
      pages: 2,
      optional: false,
      camera: 'document',
    });
    pictures.add('shot-1', Uint8Array.of(1, 2, 3));
    expect(run.pictureTaken('shot-1')).toBe('applied');
    expect(props()).toMatchObject({ shots: [{ id: 'shot-1', url: '/ui/pictures/shot-1' }], morePages: true });
    expect(run.dispatch('KEEP', { id: 'shot-1' })).toBe('applied');
    expect(props()).toMatchObject({
      fields: [
        { name: 'name', value: plantedHolder.name },
        { name: 'phone', value: '' },
      ],
    });
    expect(run.dispatch('ENTERED', { values: { name: '示例', phone: '13800138000' } })).toBe('applied');
    await settle();
    expect(props()).toMatchObject({ tone: 'success', printed: 'yes', headline: { value: 'A001' } });
    expect(stand.printer.slips).toHaveLength(1);
    expect(stand.ports.ledger.list()).toMatchObject([
      { kind: 'printSlip', state: 'confirmed', session: 'session-1', details: { code: 'A001', cutsBefore: 0 } },
    ]);
    run.dispatch('OK', undefined);
    expect(ends).toEqual(['final']);
  });

  it('shows every text in the language of the moment, services’ words included', async () => {
    await start();
    expect(props()).toMatchObject({
      ask: 'Choose one',
      options: [{ badge: '3 waiting' }, { unavailable: 'Closed now' }],
    });
    language = 'zh-CN';
    expect(props()).toMatchObject({ ask: '选一个', options: [{ badge: '3 人等待' }, { unavailable: '现在不取号' }] });
  });

  it('takes nothing that the screen does not offer', async () => {
    await start();
    expect(run.dispatch('OK', undefined)).toBe('notAccepted');
    expect(run.dispatch('PICTURE_TAKEN', { id: 'x' })).toBe('notAccepted');
    expect(run.dispatch('__proto__', undefined)).toBe('notAccepted');
    expect(run.dispatch('CHOSEN', { id: 'closed' })).toBe('invalid');
    expect(run.dispatch('CHOSEN', { id: 'nowhere' })).toBe('invalid');
    expect(run.dispatch('CHOSEN', undefined)).toBe('invalid');
    expect(screen()).toBe('choose');
    run.dispatch('CHOSEN', { id: 'general' });
    expect(run.dispatch('NO_CARD', { unexpected: true })).toBe('invalid');
    expect(screen()).toBe('presentCard');
  });

  it('asks again, in words, for a number that cannot be right', async () => {
    await start();
    run.dispatch('CHOSEN', { id: 'general' });
    run.dispatch('NO_CARD', undefined);
    expect(run.dispatch('ENTERED', { text: '12' })).toBe('applied');
    expect(screen()).toBe('digits');
    expect(props().error).toMatch(/11 digits/);
    expect(run.dispatch('ENTERED', { values: { text: '13800138000' } })).toBe('invalid');
    expect(run.dispatch('ENTERED', { text: '138 0013 8000' })).toBe('applied');
    await settle();
    expect(screen()).toBe('capture');
  });

  it('checks the fields that it lists itself, and keeps none that it did not ask for', async () => {
    await toPhotographing();
    pictures.add('shot-1', Uint8Array.of(1));
    run.pictureTaken('shot-1');
    run.dispatch('KEEP', { id: 'shot-1' });
    expect(run.dispatch('ENTERED', { values: { name: '示例', phone: '1' } })).toBe('applied');
    expect(props()).toMatchObject({
      fields: [
        { name: 'name', value: '示例' },
        { name: 'phone', value: '1', error: expect.stringMatching(/11 digits/) },
      ],
    });
    expect(run.dispatch('ENTERED', { values: { name: '示例', phone: '13800138000', source: 'card' } })).toBe('applied');
    await settle();
    expect(screen()).toBe('outcome');
  });

  it('follows the reader: waiting, reading, unavailable', async () => {
    await start();
    run.dispatch('CHOSEN', { id: 'general' });
    let changes = 0;
    run.onChange(() => {
      changes += 1;
    });
    expect(props().state).toBe('waiting');
    stand.reader.fail('hardwareError');
    expect(props().state).toBe('unavailable');
    expect(changes).toBe(1);
  });

  it('goes on by itself when nobody puts a card down, and says so', async () => {
    await start();
    run.dispatch('CHOSEN', { id: 'general' });
    expect(run.current().deadline).toBe(90_000);
    stand.clock.advance(91_000);
    await settle();
    expect(screen()).toBe('tell');
    expect(props()).toMatchObject({ because: expect.any(String), code: 'idCardReader.read timeOut' });
    // Entering the same state again starts its service again.
    run.dispatch('AGAIN', undefined);
    stand.reader.place();
    await settle();
    expect(screen()).toBe('capture');
  });

  it('tells a failure with the centre’s own sentence and asks with the same key again', async () => {
    await toPhotographing();
    pictures.add('shot-1', Uint8Array.of(1));
    run.pictureTaken('shot-1');
    run.dispatch('KEEP', { id: 'shot-1' });
    stand.uplink.answer = {
      code: 'refused',
      cause: 'stand',
      hint: { 'zh-CN': '今天的号取完了', en: 'No more numbers today' },
    };
    run.dispatch('ENTERED', { values: { name: '示例', phone: '13800138000' } });
    await settle();
    expect(props()).toMatchObject({ because: 'No more numbers today', code: 'tickets.take refused' });
    stand.uplink.answer = null;
    run.dispatch('AGAIN', undefined);
    await settle();
    expect(screen()).toBe('outcome');
    expect(new Set(stand.uplink.ticketKeys).size).toBe(1);
    expect(stand.uplink.ticketKeys).toHaveLength(2);
  });

  it('cannot be left while a number is being taken or a slip printed, and finishes what it began', async () => {
    await toPhotographing();
    let release = () => {};
    stand.printer.hold = new Promise((resolve) => {
      release = resolve;
    });
    pictures.add('shot-1', Uint8Array.of(1));
    run.pictureTaken('shot-1');
    run.dispatch('KEEP', { id: 'shot-1' });
    run.dispatch('ENTERED', { values: { name: '示例', phone: '13800138000' } });
    await settle();
    expect(screen()).toBe('wait');
    expect(run.current().accepts).toEqual([]);
    expect(run.dispatch('LEAVE', undefined)).toBe('notAccepted');
    run.stop();
    release();
    await settle();
    expect(stand.ports.ledger.list()).toMatchObject([{ state: 'confirmed' }]);
  });

  it('says why there is no slip', async () => {
    await toPhotographing();
    stand.printer.trouble = 'paperOut';
    pictures.add('shot-1', Uint8Array.of(1));
    run.pictureTaken('shot-1');
    run.dispatch('KEEP', { id: 'shot-1' });
    run.dispatch('ENTERED', { values: { name: '示例', phone: '13800138000' } });
    await settle();
    expect(props()).toMatchObject({ printed: 'no', printedSay: expect.stringMatching(/out of paper/) });
    expect(stand.ports.ledger.list()).toMatchObject([{ state: 'failed' }]);
    stand.printer.trouble = null;
    run.dispatch('PRINT_AGAIN', undefined);
    await settle();
    expect(props()).toMatchObject({ printed: 'yes' });
  });

  it('keeps the bytes of pictures exactly as long as the flow names them', async () => {
    await toPhotographing();
    const first = Uint8Array.of(1, 2, 3);
    const second = Uint8Array.of(4, 5, 6);
    pictures.add('shot-1', first);
    run.pictureTaken('shot-1');
    run.dispatch('RETAKE', undefined);
    pictures.add('shot-2', second);
    run.pictureTaken('shot-2');
    expect(run.dispatch('KEEP', { id: 'shot-9' })).toBe('invalid');
    run.dispatch('KEEP', { id: 'shot-2' });
    expect(pictures.get('shot-1')).toBeNull();
    expect([...first]).toEqual([0, 0, 0]);
    expect([...second]).toEqual([4, 5, 6]);
  });

  it('wipes the portrait when it stops', async () => {
    await toPhotographing();
    expect(stand.reader.portraits[0]?.[0]).toBe(7);
    run.stop();
    expect(stand.reader.portraits[0]?.every((byte) => byte === 0)).toBe(true);
    expect(run.dispatch('SKIP', undefined)).toBe('notAccepted');
  });
});

describe('a compiled flow', () => {
  const definition = (on: Record<string, string>): FlowDefinition =>
    flowSchema.parse({
      id: 'again',
      version: '1.0.0',
      title: 'again.title',
      detail: 'again.detail',
      icon: 'paper',
      needs: { devices: [], services: [] },
      steps: [{ id: 'only', title: 'again.step' }],
      data: { type: 'object', properties: {} },
      machine: {
        initial: 'reading',
        states: {
          reading: {
            meta: { screen: { use: 'presentCard', ask: 'again.ask', slot: 'idCardReader' } },
            invoke: {
              src: 'idCardReader.read',
              input: { within: 'cardPatience' },
              onDone: 'reading',
              onError: 'reading',
            },
            on,
          },
        },
      },
    });

  it('starts the service of a state again when the state leads to itself, and stops the one before', () => {
    const signals: AbortSignal[] = [];
    const machine = compileFlow(definition({ BACK: 'reading' }), {
      run: (_, __, signal) => {
        signals.push(signal);
        return new Promise(() => {});
      },
      entered: () => {},
    });
    const actor = createActor(machine).start();
    actor.send({ type: 'BACK' });
    expect(signals.map((signal) => signal.aborted)).toEqual([true, false]);
    actor.stop();
    expect(signals.map((signal) => signal.aborted)).toEqual([true, true]);
  });

  it('remembers why a service failed, and forgets it when the next one succeeds', async () => {
    const answers = [Promise.reject({ service: 's', code: 'offline', detail: 'offline' }), Promise.resolve(1)];
    const machine = compileFlow(definition({}), {
      run: () => answers.shift() ?? new Promise(() => {}),
      entered: () => {},
    });
    const failures: unknown[] = [];
    const actor = createActor(machine);
    actor.subscribe((snapshot) => failures.push(snapshot.context.lastFailure));
    actor.start();
    await settle();
    expect(failures.slice(1)).toEqual([{ service: 's', code: 'offline', detail: 'offline' }, undefined]);
    actor.stop();
  });
});
