import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { actions } from '../../runtime/flow/actions.ts';
import { type FlowContext, localise, read, write } from '../../runtime/flow/context.ts';
import { isCalendarDate, isCitizenNumber, tidy, troubleOf } from '../../runtime/flow/fields.ts';
import { guards } from '../../runtime/flow/guards.ts';
import { loadFlow, loadFlows } from '../../runtime/flow/load.ts';
import { maskName, maskNumber, maskPhone } from '../../runtime/flow/masking.ts';
import { signatureSvg } from '../../runtime/flow/signature.ts';

const fixtures = new URL('../fixtures/flows', import.meta.url).pathname;
const view = (context: FlowContext, event = {}) => ({ context, event: { type: 'X', ...event } });

describe('paths', () => {
  it('read the context, the event and nothing inherited', () => {
    const here = view({ a: { b: [{ c: 1 }] } }, { id: 'x', output: { n: 2 } });
    expect(read('a.b.0.c', here)).toBe(1);
    expect(read('event.output.n', here)).toBe(2);
    expect(read('event', here)).toEqual({ id: 'x', output: { n: 2 } });
    for (const path of ['constructor', 'a.constructor', 'a.b.map', 'toString.name', 'a.b.9.c', 'event.type']) {
      expect(read(path, here), path).toBeUndefined();
    }
  });

  it('write a copy and leave every other part as it was', () => {
    const before = Object.freeze({ a: Object.freeze({ b: 1, c: 2 }), d: 3 });
    expect(write(before, 'a.b', 9)).toEqual({ a: { b: 9, c: 2 }, d: 3 });
    expect(write(before, 'x.y.z', 9)).toEqual({ a: { b: 1, c: 2 }, d: 3, x: { y: { z: 9 } } });
    const written = write(before, 'constructor.prototype.polluted', true);
    expect(Object.hasOwn(written, 'constructor')).toBe(true);
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  });

  it('localise every text that exists in both languages, however deep', () => {
    const text = { 'zh-CN': '中', en: 'en' };
    expect(localise({ a: [text], b: { c: text }, d: 1, e: null }, 'en')).toEqual({
      a: ['en'],
      b: { c: 'en' },
      d: 1,
      e: null,
    });
  });
});

describe('guards', () => {
  const failure = { service: 's', code: 'timeOut', detail: 'noCard' };
  it('failedWith looks at the failure at hand, then at the last one', () => {
    const now = view({ lastFailure: { ...failure, code: 'offline' } }, { error: failure });
    expect(guards.failedWith(now, { code: ['timeOut'] })).toBe(true);
    expect(guards.failedWith(now, { code: ['offline'] })).toBe(false);
    expect(guards.failedWith(now, { code: ['timeOut'], detail: ['stalled'] })).toBe(false);
    expect(guards.failedWith(view({ lastFailure: failure }), { code: ['timeOut'], detail: ['noCard'] })).toBe(true);
    expect(guards.failedWith(view({}), { code: ['timeOut'] })).toBe(false);
  });
  it('is compares, and takes what is missing for null', () => {
    expect(guards.is(view({ a: 1 }), { path: 'a', equals: 1 })).toBe(true);
    expect(guards.is(view({ a: '1' }), { path: 'a', equals: 1 })).toBe(false);
    expect(guards.is(view({}), { path: 'a', equals: null })).toBe(true);
  });
  it('exists wants something in it', () => {
    for (const empty of [undefined, null, '', []]) expect(guards.exists(view({ a: empty }), { path: 'a' })).toBe(false);
    for (const full of [0, false, 'x', [0], {}]) expect(guards.exists(view({ a: full }), { path: 'a' })).toBe(true);
  });
  it('hasMore, hasNext and isOptional stand at an index that begins at 0', () => {
    const two = { list: [{ required: true }, { required: false }] };
    const at = { list: 'list', index: 'i' };
    expect([undefined, 1, 2].map((i) => guards.hasMore(view({ ...two, i }), at))).toEqual([true, true, false]);
    expect([undefined, 1, 2].map((i) => guards.hasNext(view({ ...two, i }), at))).toEqual([true, false, false]);
    expect([undefined, 1, 2].map((i) => guards.isOptional(view({ ...two, i }), at))).toEqual([false, true, false]);
  });
});

describe('actions', () => {
  const materials = [
    { id: 'lease', title: 'L' },
    { id: 'photo', title: 'P' },
  ];
  it('answer one scenario question after the other', () => {
    const asked = view({ questions: [{ id: 'why' }, { id: 'who' }] }, { id: 'work' });
    const params = { at: 'scenario', scenarios: 'questions', index: 'i' };
    const once = actions.answerScenario(asked, params);
    expect(once).toMatchObject({ scenario: { why: 'work' }, i: 1 });
    expect(actions.answerScenario(view(once, { id: 'me' }), params)).toMatchObject({
      scenario: { why: 'work', who: 'me' },
      i: 2,
    });
    expect(() => actions.answerScenario(view({ questions: [] }), params)).toThrow(/invariant/);
  });
  it('keep pages of a material in order and forget the other shots', () => {
    const params = { at: 'kept', materials: 'materials', index: 'i', shots: 'shots' };
    const first = actions.keepPicture(view({ materials, shots: ['a', 'b'] }, { id: 'b' }), params);
    expect(first).toMatchObject({ kept: [{ material: 'lease', title: 'L', page: 1, picture: 'b' }], shots: [] });
    const second = actions.keepPicture(view(first, { id: 'c' }), params);
    expect(second.kept).toMatchObject([{ page: 1 }, { page: 2, picture: 'c' }]);
  });
  it('replace the pages of one material and keep the order of the materials', () => {
    const page = (material: string, picture: string) => ({ material, title: '', page: 1, picture });
    const context = { materials, i: 0, kept: [page('lease', 'a'), page('photo', 'b')], again: [page('lease', 'c')] };
    const replaced = actions.replacePictures(view(context), {
      at: 'kept',
      with: 'again',
      materials: 'materials',
      index: 'i',
    });
    expect(replaced).toMatchObject({ kept: [{ picture: 'c' }, { picture: 'b' }], again: [] });
  });
  it('pick and seek by id', () => {
    const here = view({ materials }, { id: 'photo' });
    expect(actions.pick(here, { at: 'x', list: 'materials', id: 'event.id' })).toMatchObject({ x: { id: 'photo' } });
    expect(actions.pick(view({ materials, x: 1 }), { at: 'x', list: 'materials', id: 'event.id' }).x).toBeUndefined();
    expect(actions.seek(here, { at: 'x', list: 'materials', id: 'event.id' })).toMatchObject({ x: 1 });
  });
  it('put does not share a literal between runs', () => {
    const value = { list: [] as number[] };
    const put = actions.put(view({}), { at: 'x', value });
    expect(put.x).toEqual(value);
    expect(put.x).not.toBe(value);
  });
});

describe('masking', () => {
  it.each([
    ['张三', '张*'],
    ['欧阳示例', '欧**例'],
    ['𠮷野家', '𠮷*家'],
    ['阿依古丽·买买提', '阿***·**提'],
    ['JOHN SMITH', 'J*** ****H'],
    ['李', '李'],
  ])('%s becomes %s', (name, masked) => expect(maskName(name)).toBe(masked));
  it('groups identity numbers 6-8-4 and shows the ends alone', () => {
    expect(maskNumber('11010519491231002X')).toBe('110*** ******** 002X');
    expect(maskNumber('ABC123456789012')).toBe('ABC********9012');
    expect(maskNumber('12345')).toBe('***45');
    expect(maskPhone('13800138000')).toBe('138 **** 8000');
  });
  it('never shows more than seven characters of a number', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[0-9A-Z]{1,30}$/), (number) => {
        const shown = maskNumber(number).replace(/[* ]/g, '');
        expect(shown.length).toBeLessThanOrEqual(Math.min(7, number.length));
      }),
    );
  });
});

describe('fields', () => {
  it('knows a citizen number by its date and its check character', () => {
    expect(isCitizenNumber('11010519491231002X')).toBe(true);
    expect(isCitizenNumber('110105194912310021')).toBe(false);
    expect(isCitizenNumber('11010519491331002X')).toBe(false);
    expect(['2024-02-29', '2023-02-29', '2024-13-01', '0001-01-01'].map(isCalendarDate)).toEqual([
      true,
      false,
      false,
      false,
    ]);
  });
  it.each([
    ['name', '阿依古丽·买买提', true],
    ['name', '𠮷野家', true],
    ['name', "O'Neil-Smith Jr.", true],
    ['name', '张3', false],
    ['phone', '13800138000', true],
    ['phone', '010-12345678', true],
    ['phone', '12345', false],
    ['address', '示例路', false],
    ['date', '2024-02-30', false],
    ['text', 'a\u0007b', false],
    ['caseCode', '1234ABCD', true],
    ['caseCode', '1234', false],
  ] as const)('%s %s: %s', (kind, value, right) => {
    expect(troubleOf({ kind, required: true }, tidy(kind, value)) === null).toBe(right);
  });
  it('tidies full-width digits, blanks and a small x', () => {
    expect(tidy('idNumber', ' １１０１０５ 19491231 002x ')).toBe('11010519491231002X');
  });
  it('counts characters as people do and asks for what is required', () => {
    expect(troubleOf({ kind: 'name', required: true, maxLength: 3 }, '𠮷野家')).toBeNull();
    expect(troubleOf({ kind: 'name', required: true }, '')).not.toBeNull();
    expect(troubleOf({ kind: 'name', required: false }, '')).toBeNull();
  });
});

describe('a signature', () => {
  it('becomes a drawing of numbers and nothing else', () => {
    const svg = signatureSvg({
      width: 100,
      height: 50,
      strokes: [
        [
          [1, 2, 0],
          [3.14, 4, 9],
        ],
        [[5, 5, 0]],
      ],
    });
    expect(svg).toContain('M1 2L3.1 4');
    expect(svg).toContain('M5 5h0');
    expect(signatureSvg({ width: 100, height: 50, strokes: [] })).toBeNull();
    expect(signatureSvg({ width: '"><script>', height: 1, strokes: [[]] })).toBeNull();
    expect(signatureSvg({ width: 1, height: 1, strokes: [[['<x>', 'y']]] })).not.toContain('<x>');
  });
});

describe('loading a flow', () => {
  let directory: string;
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'window24-load-'));
    cpSync(join(fixtures, 'errand'), join(directory, 'errand'), { recursive: true });
  });
  afterEach(() => rmSync(directory, { recursive: true, force: true }));

  /** Sets (or takes away) the value at a dotted path of a file; `/` stands for a dot within a key. */
  function change(file: string, path: string, value: unknown): void {
    const name = join(directory, 'errand', file);
    const data = JSON.parse(readFileSync(name, 'utf8'));
    const keys = path.split('.').map((key) => key.replace('/', '.'));
    const last = keys.pop() ?? '';
    const holder = keys.reduce((part, key) => part[key], data);
    if (value !== undefined) holder[last] = value;
    else if (Array.isArray(holder)) holder.splice(Number(last), 1);
    else delete holder[last];
    writeFileSync(name, JSON.stringify(data));
  }
  async function problems(): Promise<readonly string[]> {
    const loaded = await loadFlow(join(directory, 'errand'));
    return loaded.ok ? [] : loaded.error.map(({ file, path, message }) => `${file} ${path}: ${message}`);
  }

  it('finds nothing wrong with a good one', async () => {
    expect(await problems()).toEqual([]);
    expect(await loadFlows(directory, ['errand'])).toMatchObject({ ok: true });
  });

  const at = 'machine.states';
  it.each<[string, RegExp, string, unknown]>([
    ['a target that is not there', /no state "nowhere"/, `${at}.trouble.on.AGAIN`, 'nowhere'],
    ['an unknown service', /no service "x.y"/, `${at}.lookingUp.invoke.src`, 'x.y'],
    ['an unknown guard', /no guard "perhaps"/, `${at}.identifying.invoke.onError.0.guard.type`, 'perhaps'],
    ['an unknown action', /no action "hack"/, `${at}.choosing.on.CHOSEN.actions.0.type`, 'hack'],
    ['an unknown screen', /no screen "popup"/, `${at}.choosing.meta.screen.use`, 'popup'],
    ['a patience nobody has', /"forever" is none of/, `${at}.lookingUp.invoke.input.within`, 'forever'],
    ['a service without a time limit', /within/, `${at}.lookingUp.invoke.input.within`, undefined],
    ['an undeclared key', /"secret" is not declared/, `${at}.choosing.on.CHOSEN.actions.0.params.at`, 'secret'],
    ['a key of the engine', /belongs to the engine/, 'data.properties.lastFailure', { type: 'object' }],
    ['an event of another screen', /has no event "SIGNED"/, `${at}.choosing.on.SIGNED`, 'trouble'],
    ['a way out that may stay shut', /must not have a guard/, `${at}.identifying.invoke.onError.1`, undefined],
    ['a state without a screen', /needs a screen/, `${at}.choosing.meta`, undefined],
    ['a dead end', /leads out of here/, `${at}.typing.on`, undefined],
    ['an unknown step', /no step "dance"/, `${at}.choosing.meta.step`, 'dance'],
    ['an unknown device', /none of/, 'needs.devices.0', 'teleporter'],
    ['an expression', /from|Invalid/, `${at}.choosing.on.CHOSEN.actions.0.params.from`, 'event.id + 1'],
    ['a missing text', /The text is missing/, `${at}.choosing.meta.screen.ask`, 'errand.unheard'],
  ])('refuses %s, and says where', async (_, words, path, value) => {
    change('flow.json', path, value);
    expect((await problems()).join('\n')).toMatch(words);
  });

  it('lists every problem, not the first', async () => {
    change('flow.json', 'machine.states.trouble.on.AGAIN', 'nowhere');
    change('flow.json', 'machine.states.lookingUp.invoke.src', 'x.y');
    change('en.json', 'errand/title', undefined);
    expect(await problems()).toHaveLength(3);
  });

  it('refuses a file that is no JSON, and a folder with another name', async () => {
    writeFileSync(join(directory, 'errand', 'en.json'), '{');
    expect((await problems()).join()).toMatch(/en\.json/);
    cpSync(join(fixtures, 'errand'), join(directory, 'other'), { recursive: true });
    const loaded = await loadFlows(directory, ['other', 'missing']);
    expect(loaded.ok ? [] : loaded.error.map((each) => each.file)).toContain('other/flow.json');
  });
});
