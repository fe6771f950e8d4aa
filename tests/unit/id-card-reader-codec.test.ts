import { describe, expect, it } from 'vitest';
import {
  type CommandName,
  createFrameParser,
  decodeReply,
  encodeCommand,
  encodeReply,
  formatModuleId,
  joinContent,
  type ParserEvent,
  splitContent,
  sw,
} from '../../drivers/id-card-reader/samv/codec.ts';
import { decodeNewestAddress } from '../../drivers/id-card-reader/samv/record.ts';
import { makeNewestAddress, pattern, sampleCards, samplePortrait } from '../../drivers/id-card-reader/samv/samples.ts';

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex').toUpperCase();
const unhex = (text: string) => Uint8Array.from(Buffer.from(text.replaceAll(' ', ''), 'hex'));

function parse(bytes: Uint8Array): ParserEvent[] {
  return createFrameParser(3).push(bytes);
}

function onlyReply(events: readonly ParserEvent[]) {
  expect(events.map((event) => event.kind)).toEqual(['frame']);
  const [event] = events;
  return event?.kind === 'frame' ? decodeReply(event.body) : null;
}

function textOf(id: string): Uint8Array {
  return sampleCards.find((card) => card.id === id)?.text ?? new Uint8Array();
}

const found = unhex('AAAAAA9669 0008 00009F 00000000 97');
const newest = unhex(
  'AAAAAA9669004A0000901753AC4E025E776DC06D3A533A798B4FEF8D3300F7532000200020002000200020002000200020002000200020002000200020002000200020002000200020002000200020008C',
);

describe('command frames', () => {
  const known: readonly (readonly [CommandName, string])[] = [
    ['reset', 'AAAAAA9669000310FFEC'],
    ['status', 'AAAAAA9669000311FFED'],
    ['moduleId', 'AAAAAA9669000312FFEE'],
    ['find', 'AAAAAA96690003200122'],
    ['select', 'AAAAAA96690003200221'],
    ['read', 'AAAAAA96690003300132'],
    ['readWithFingerprints', 'AAAAAA96690003301023'],
    ['readNewest', 'AAAAAA96690003300330'],
  ];
  it.each(known)('%s', (name, frame) => {
    expect(hex(encodeCommand(name))).toBe(frame);
  });
});

describe('reply frames', () => {
  const known: readonly (readonly [string, number, Uint8Array, string])[] = [
    ['ok', sw.success, new Uint8Array(), 'AAAAAA9669000400009094'],
    ['absent', sw.absent, new Uint8Array(), 'AAAAAA9669000400009195'],
    ['found', sw.found, new Uint8Array(4), 'AAAAAA9669000800009F0000000097'],
    ['find failed', sw.noCard, new Uint8Array(), 'AAAAAA9669000400008084'],
    ['selected', sw.success, new Uint8Array(8), 'AAAAAA9669000C00009000000000000000009C'],
    ['select failed', sw.selectFailed, new Uint8Array(), 'AAAAAA9669000400008185'],
    ['read failed', sw.readFailed, new Uint8Array(), 'AAAAAA9669000400004145'],
    ['31', sw.cardRefusedModule, new Uint8Array(), 'AAAAAA9669000400003135'],
    ['32', sw.moduleRefusedCard, new Uint8Array(), 'AAAAAA9669000400003236'],
    ['33', sw.verificationFailed, new Uint8Array(), 'AAAAAA9669000400003337'],
    ['40', sw.unknownCardType, new Uint8Array(), 'AAAAAA9669000400004044'],
    ['47', sw.randomFailed, new Uint8Array(), 'AAAAAA9669000400004743'],
    ['60', sw.selfTestFailed, new Uint8Array(), 'AAAAAA9669000400006064'],
    ['66', sw.moduleWithoutKey, new Uint8Array(), 'AAAAAA9669000400006662'],
    ['10', sw.wrongChecksum, new Uint8Array(), 'AAAAAA9669000400001014'],
    ['11', sw.wrongLength, new Uint8Array(), 'AAAAAA9669000400001115'],
    ['21', sw.unknownCommand, new Uint8Array(), 'AAAAAA9669000400002125'],
    ['23', sw.notAuthorised, new Uint8Array(), 'AAAAAA9669000400002327'],
    ['24', sw.unrecognised, new Uint8Array(), 'AAAAAA9669000400002420'],
  ];
  it.each(known)('%s', (_name, sw3, data, frame) => {
    expect(hex(encodeReply(sw3, data))).toBe(frame);
    expect(onlyReply(parse(unhex(frame)))).toEqual({ sw3, data });
  });

  it('carries the number of the module', () => {
    const reply = onlyReply(parse(unhex('AAAAAA9669 0014 000090 0500 0100 09B83201 05BE1200 ADC5B111 63')));
    expect(formatModuleId(reply?.data ?? new Uint8Array())).toBe('05.01-20101129-0001228293-0296863149');
    expect(formatModuleId(new Uint8Array(15))).toBeNull();
  });

  it('decides on SW3 alone', () => {
    expect(onlyReply(parse(encodeReply(sw.readFailed, undefined, 0x6a82)))?.sw3).toBe(sw.readFailed);
  });

  it('carries a newest address', () => {
    const data = onlyReply(parse(newest))?.data ?? new Uint8Array();
    expect(decodeNewestAddress(data)).toEqual({ ok: true, value: '北京市海淀区示例路3号' });
    expect(hex(encodeReply(sw.success, makeNewestAddress('北京市海淀区示例路3号')))).toBe(hex(newest));
    expect(decodeNewestAddress(makeNewestAddress(''))).toEqual({ ok: true, value: null });
  });
});

describe('read replies', () => {
  // Length of the frame and its CHK: 30 01, then 30 10 with 1024, 0 and 512 bytes of fingerprints.
  const known: readonly (readonly [string, number | null, number, string])[] = [
    ['citizen', null, 1295, 'CD'],
    ['citizen', 1024, 2321, 'C7'],
    ['citizen', 0, 1297, 'CF'],
    ['citizen', 512, 1809, 'CF'],
    ['foreigner-2017', null, 1295, '0B'],
    ['foreigner-2017', 1024, 2321, '01'],
    ['foreigner-2017', 0, 1297, '09'],
    ['foreigner-2017', 512, 1809, '09'],
    ['hong-kong-macau-taiwan', null, 1295, 'EB'],
    ['hong-kong-macau-taiwan', 1024, 2321, 'E1'],
    ['hong-kong-macau-taiwan', 0, 1297, 'E9'],
    ['hong-kong-macau-taiwan', 512, 1809, 'E9'],
    ['foreigner-2023', null, 1295, '7D'],
    ['foreigner-2023', 1024, 2321, '77'],
    ['foreigner-2023', 0, 1297, '7F'],
    ['foreigner-2023', 512, 1809, '7F'],
  ];
  it.each(known)('%s with fingerprints %s: %d bytes, CHK %s', (id, fingerprints, length, check) => {
    const content = { text: textOf(id), portrait: samplePortrait };
    const frame = encodeReply(sw.success, joinContent(content, fingerprints === null ? null : pattern(fingerprints)));
    expect(frame.length).toBe(length);
    expect(hex(frame.subarray(-1))).toBe(check);
    const data = onlyReply(parse(frame))?.data ?? new Uint8Array();
    expect(splitContent(data, fingerprints !== null)).toEqual({ ok: true, value: content });
  });

  it('refuses content whose header does not add up', () => {
    const data = joinContent({ text: textOf('citizen'), portrait: samplePortrait }, null);
    expect(splitContent(data, true).ok).toBe(false);
    expect(splitContent(data.subarray(0, -1), false).ok).toBe(false);
    expect(splitContent(Uint8Array.from([...data, 0]), false).ok).toBe(false);
    expect(splitContent(new Uint8Array(), false).ok).toBe(false);
  });
});

describe('the frame parser', () => {
  it('takes a frame split at every place', () => {
    for (let at = 0; at <= newest.length; at++) {
      const parser = createFrameParser(3);
      const events = [...parser.push(newest.subarray(0, at)), ...parser.push(newest.subarray(at))];
      expect(onlyReply(events)?.sw3).toBe(sw.success);
      expect(parser.pending).toBe(false);
    }
  });

  it('takes two frames in one chunk', () => {
    expect(parse(Uint8Array.from([...found, ...newest])).map((event) => event.kind)).toEqual(['frame', 'frame']);
  });

  it.each([
    ['noise', '00 55 96 69 AA 13 37'],
    ['one AA too many', 'AA'],
    ['three AA', 'AA AA AA'],
    ['a heartbeat of letters', '41 41 41 41'],
  ])('skips %s before a frame', (_name, noise) => {
    expect(onlyReply(parse(Uint8Array.from([...unhex(noise), ...found])))?.sw3).toBe(sw.found);
  });

  it('does without the first AA', () => {
    expect(onlyReply(parse(found.subarray(1)))?.sw3).toBe(sw.found);
  });

  it('refuses a wrong checksum and finds the next frame', () => {
    const wrong = Uint8Array.from(found);
    wrong[14] = 0x96;
    const events = parse(Uint8Array.from([...wrong, ...newest]));
    expect(events.map((event) => event.kind)).toEqual(['garbled', 'frame']);
  });

  it.each(['0000', '0003', 'FFFF', '1001'])('refuses LEN %s and finds the next frame', (length) => {
    const events = parse(Uint8Array.from([...unhex(`AAAAAA9669${length}`), ...found]));
    expect(events).toHaveLength(2);
    expect(events[0]).toEqual({ kind: 'garbled', cause: 'length' });
    expect(events[1]?.kind).toBe('frame');
  });

  it('gives up a frame that does not go on, and keeps a whole one behind it', () => {
    const parser = createFrameParser(3);
    // A damaged length asks for more bytes than will ever come.
    expect(parser.push(Uint8Array.from([...unhex('AAAAAA9669 0800 000090'), ...found]))).toEqual([]);
    expect(parser.pending).toBe(true);
    expect(parser.silence().map((event) => event.kind)).toEqual(['garbled', 'frame']);
    expect(parser.pending).toBe(false);
  });
});
