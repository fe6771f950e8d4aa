import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadFlow } from '../../runtime/flow/load.ts';
import type { RunScope, ServiceCall } from '../../runtime/flow/ports.ts';
import { runService } from '../../runtime/flow/runner.ts';
import { submitCase } from '../../runtime/flow/services/submit-case.ts';
import { createPictureStore, type PictureStore } from '../../runtime/session/pictures.ts';
import { createStand, plantedHolder, type Stand, settle } from '../harness/flow-stand.ts';

const errand = new URL('../fixtures/flows/errand', import.meta.url).pathname;

describe('submitting a case', () => {
  let stand: Stand;
  let scope: RunScope;
  let pictures: PictureStore;
  const page = Uint8Array.of(0xff, 0xd8, 1, 2, 3);

  beforeEach(async () => {
    stand = createStand();
    const flow = await loadFlow(errand);
    if (!flow.ok) throw new Error(JSON.stringify(flow.error));
    pictures = createPictureStore();
    pictures.add('picture-1', page.slice());
    scope = {
      session: 'session-1',
      flow: flow.value,
      terminal: { id: 'demo', centre: { 'zh-CN': '中心', en: 'Centre' }, phone: '12345' },
      language: () => 'en',
      pictures,
      chip: { number: plantedHolder.number, portrait: new Uint8Array(1024).fill(7) },
      keys: new Map(),
      submission: null,
    };
  });
  afterEach(() => stand.close());

  const input = {
    item: 'permit',
    holder: { source: 'card', name: plantedHolder.name, number: plantedHolder.number, details: { nation: '01' } },
    scenario: { reason: 'study' },
    form: { name: plantedHolder.name },
    pictures: [{ material: 'lease', title: { 'zh-CN': '租约', en: 'Lease' }, page: 1, picture: 'picture-1' }],
    signature: { width: 100, height: 50, strokes: [[[1, 2, 0]]] },
    delivery: { id: 'post', title: { 'zh-CN': '邮寄', en: 'Post' }, address: '示例路一号', phone: '13800138000' },
    within: 'submitPatience',
  };
  const call = (): ServiceCall => ({
    ports: stand.ports,
    scope,
    signal: new AbortController().signal,
    timeoutMs: 12_000,
  });

  it('seals everything that was confirmed, with pictures, signature and portrait', async () => {
    const result = await submitCase(input, call());
    expect(result).toMatchObject({
      ok: true,
      value: { state: 'received', receiptNumber: 'R-1', materials: [{ title: { en: 'Lease' }, pages: 1 }] },
    });
    const [sealed] = stand.uplink.sealed;
    expect(sealed?.payload.reveal()).toMatchObject({
      holder: { source: 'card', name: plantedHolder.name, number: plantedHolder.number, details: { nation: '01' } },
      scenario: { reason: 'study' },
      delivery: { id: 'post', address: '示例路一号', phone: '13800138000' },
      language: 'en',
      itemVersion: 1,
    });
    expect(sealed?.materials.map(({ id, source, contentType }) => [id, source, contentType])).toEqual([
      ['lease', 'camera', 'image/jpeg'],
      ['signature', 'signature', 'image/svg+xml'],
      ['portrait', 'chip', 'application/octet-stream'],
    ]);
    expect([...(stand.uplink.sealedBytes[0]?.bytes ?? [])]).toEqual([...page]);
    expect(sealed?.materials.every(({ bytes }) => bytes.reveal().every((byte) => byte === 0))).toBe(true);
    expect(stand.ports.ledger.list()).toMatchObject([{ kind: 'submitCase', state: 'confirmed', session: 'session-1' }]);
    expect(JSON.stringify(stand.ports.ledger.list())).not.toContain(plantedHolder.number);
  });

  it('leaves the portrait out where the number was typed, or the card was another', async () => {
    await submitCase({ ...input, holder: { ...input.holder, source: 'typed' } }, call());
    await submitCase({ ...input, holder: { ...input.holder, number: '1' } }, call());
    for (const sealed of stand.uplink.sealed) expect(sealed.materials.map(({ id }) => id)).not.toContain('portrait');
    expect(stand.uplink.sealed[0]?.payload.reveal().holder).not.toHaveProperty('details');
  });

  it.each(['timeOut', 'offline', 'nonsense'] as const)('is kept, not failed, when the centre says %s', async (code) => {
    stand.ports.uplink.awaitReceipt = async () => ({ ok: false, error: { code, cause: 'stand', hint: null } });
    expect(await submitCase(input, call())).toMatchObject({
      ok: true,
      value: { state: 'kept', shortCode: expect.any(String) },
    });
  });

  it('promises nothing when it cannot be sealed, and uses the same code for the next try', async () => {
    stand.uplink.sealError = { code: 'journal', cause: 'disk full' };
    expect(await submitCase(input, call())).toMatchObject({ ok: false, error: { code: 'journalUnavailable' } });
    stand.uplink.sealError = null;
    expect(await submitCase(input, call())).toMatchObject({ ok: true });
    expect(stand.uplink.reserved).toBe(1);
    expect(stand.ports.ledger.list()).toMatchObject([{ state: 'confirmed' }, { state: 'failed' }]);
  });

  it('makes one case of one confirmation, however often and however early it is pressed again', async () => {
    let release = () => {};
    stand.uplink.hold = new Promise((resolve) => {
      release = resolve;
    });
    const first = submitCase(input, call());
    const second = submitCase(input, call());
    release();
    const [one, two] = [await first, await second];
    expect(one).toEqual(two);
    expect(await submitCase(input, call())).toEqual(one);
    expect(stand.uplink.sealed).toHaveLength(1);
    await submitCase({ ...input, form: { name: 'another' } }, call());
    expect(stand.uplink.sealed).toHaveLength(2);
    expect(stand.uplink.reserved).toBe(2);
  });

  it('finishes with its own copies when the session is wiped in the middle', async () => {
    let release = () => {};
    stand.uplink.hold = new Promise((resolve) => {
      release = resolve;
    });
    const leave = new AbortController();
    const running = runService('effect.submitCase', input, {
      ports: stand.ports,
      scope,
      signal: leave.signal,
      timeoutMs: 12_000,
    });
    await settle();
    leave.abort();
    pictures.wipe();
    scope.chip?.portrait.fill(0);
    release();
    expect(await running).toMatchObject({ state: 'received' });
    expect([...(stand.uplink.sealedBytes[0]?.bytes ?? [])]).toEqual([...page]);
    expect(stand.uplink.sealedBytes[2]?.bytes[0]).toBe(7);
    expect(stand.ports.ledger.unfinished()).toEqual([]);
  });

  it('tells a bug of the machine without quoting what it choked on', async () => {
    const logged: string[] = [];
    const log = { ...stand.ports.log, warn: (_: string, fields: unknown) => logged.push(JSON.stringify(fields)) };
    const broken = runService(
      'effect.submitCase',
      { ...input, holder: { name: plantedHolder.name } },
      {
        ports: { ...stand.ports, log },
        scope,
        signal: new AbortController().signal,
        timeoutMs: 12_000,
      },
    );
    await expect(broken).rejects.toEqual({
      service: 'effect.submitCase',
      code: 'internalError',
      detail: 'internalError',
    });
    expect(logged.join()).not.toContain(plantedHolder.name);
    expect(stand.uplink.sealed).toEqual([]);
  });
});
