import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  decodeCounter,
  isCleared,
  type PrinterReply,
  ReplyParser,
} from '../../drivers/receipt-printer/escpos/codec.ts';
import { decodeAutomatic, decodeRealTime, faultOf, statusOf } from '../../drivers/receipt-printer/escpos/condition.ts';
import { chunked } from '../harness/chunked.ts';

const plain = fc.nat(0xff).filter((byte) => (byte & 0x90) === 0);
const realTime = fc.nat(0xff).map((byte) => (byte & 0x6c) | 0x12);
const automatic = fc.tuple(
  fc.nat(0xff).map((byte) => (byte & 0x6c) | 0x10),
  plain,
  plain,
  plain,
);
const blockBody = fc.array(fc.integer({ min: 1, max: 255 }), { maxLength: 20 });

const reply: fc.Arbitrary<PrinterReply> = fc.oneof(
  realTime.map((byte) => ({ kind: 'realTime' as const, byte })),
  automatic.map((bytes) => ({ kind: 'automatic' as const, bytes })),
  plain.map((byte) => ({ kind: 'inOrder' as const, byte })),
  fc.tuple(fc.constantFrom(0x37 as const, 0x5f as const), blockBody).map(([header, body]) => ({
    kind: 'block' as const,
    header,
    body: Uint8Array.from(body),
  })),
  fc.boolean().map((paused) => ({ kind: 'flow' as const, paused })),
);

function wire(of: PrinterReply): number[] {
  switch (of.kind) {
    case 'realTime':
    case 'inOrder':
      return [of.byte];
    case 'automatic':
      return [...of.bytes];
    case 'block':
      return [of.header, ...of.body, 0];
    case 'flow':
      return [of.paused ? 0x13 : 0x11];
    case 'garbage':
      return [...of.bytes];
  }
}

describe('replies of the printer', () => {
  it('are told apart whatever the chunks they arrive in', () => {
    fc.assert(
      fc.property(fc.array(reply), fc.infiniteStream(fc.integer({ min: 1, max: 5 })), (replies, sizes) => {
        const parser = new ReplyParser();
        const heard = chunked(Uint8Array.from(replies.flatMap(wire)), sizes).flatMap((chunk) => parser.push(chunk));
        expect(heard).toEqual(replies);
      }),
    );
  });

  it('survive XOFF and XON in the middle of an automatic status', () => {
    const heard = new ReplyParser().push(Uint8Array.of(0x10, 0x13, 0x00, 0x11, 0x03, 0x00));
    expect(heard).toEqual([
      { kind: 'flow', paused: true },
      { kind: 'flow', paused: false },
      { kind: 'automatic', bytes: [0x10, 0, 3, 0] },
    ]);
  });

  it('never turn noise into a status with wrong fixed bits, and never end the parser', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (noise) => {
        const parser = new ReplyParser();
        for (const heard of parser.push(noise)) {
          if (heard.kind === 'realTime') expect(heard.byte & 0x93).toBe(0x12);
          if (heard.kind === 'automatic') expect(heard.bytes.map((byte) => byte & 0x90)).toEqual([0x10, 0, 0, 0]);
        }
        // A NUL ends any block; three more complete any automatic status: after that the parser is in step again.
        parser.push(new Uint8Array(4));
        expect(parser.push(Uint8Array.of(0x12))).toEqual([{ kind: 'realTime', byte: 0x12 }]);
      }),
    );
  });

  it('give up a block whose end got lost', () => {
    const parser = new ReplyParser();
    const heard = parser.push(Uint8Array.from([0x5f, ...new Array(80).fill(0x31), 0x16]));
    expect(heard.map(({ kind }) => kind)).toEqual(['garbage', 'realTime']);
  });

  it('carry counters and confirmations', () => {
    const parser = new ReplyParser();
    const [counter, cleared, odd] = parser.push(Buffer.from('_1234\0\x37\x25\0_12a4\0', 'latin1'));
    expect(counter && decodeCounter(counter)).toBe(1234);
    expect(cleared && isCleared(cleared)).toBe(true);
    expect(odd && decodeCounter(odd)).toBeNull();
  });
});

describe('status bits', () => {
  it.each([
    ['healthy', [0x16, 0x12, 0x12, 0x12], null, 'full'],
    ['near end', [0x12, 0x12, 0x12, 0x1e], null, 'low'],
    ['paper end', [0x1a, 0x32, 0x12, 0x7e], 'paperOut', 'out'],
    ['paper end without near end', [0x1a, 0x32, 0x12, 0x72], 'paperOut', 'out'],
    ['cover open', [0x1a, 0x16, 0x12, 0x12], 'coverOpen', 'full'],
    ['cover open while printing', [0x1a, 0x56, 0x52, 0x12], 'coverOpen', 'full'],
    ['mechanical error', [0x1a, 0x52, 0x16, 0x12], 'paperJammed', 'jammed'],
    ['cutter error', [0x1a, 0x52, 0x1a, 0x12], 'cutterFault', 'full'],
    ['unrecoverable error', [0x1a, 0x52, 0x32, 0x12], 'printerFault', 'full'],
    ['hot head', [0x1a, 0x52, 0x52, 0x12], 'headHot', 'full'],
    ['an error that no bit names', [0x1a, 0x52, 0x12, 0x12], 'printerFault', 'full'],
    ['offline for no known cause', [0x1a, 0x12, 0x12, 0x12], 'printerFault', 'full'],
    ['FEED held', [0x5a, 0x1a, 0x12, 0x12], null, 'full'],
    ['half of the near-end pair', [0x12, 0x12, 0x12, 0x16], 'printerFault', 'unknown'],
    ['half of the paper-end pair', [0x12, 0x12, 0x12, 0x32], 'printerFault', 'unknown'],
  ] as const)('DLE EOT: %s', (_, answers, detail, paper) => {
    const condition = decodeRealTime(answers);
    expect(faultOf(condition)?.detail ?? null).toBe(detail);
    expect(statusOf(condition)).toMatchObject({
      paper,
      device: detail ? expect.not.stringMatching('online') : 'online',
    });
  });

  it.each([
    ['healthy', [0x14, 0, 0, 0], null, 'full'],
    ['near end', [0x10, 0, 0x03, 0], null, 'low'],
    ['paper end', [0x18, 0, 0x0f, 0], 'paperOut', 'out'],
    ['cover open', [0x38, 0, 0, 0], 'coverOpen', 'full'],
    ['mechanical error', [0x18, 0x04, 0, 0], 'paperJammed', 'jammed'],
    ['cutter error', [0x18, 0x08, 0, 0], 'cutterFault', 'full'],
    ['hot head', [0x18, 0x40, 0, 0], 'headHot', 'full'],
    ['half a pair', [0x10, 0, 0x04, 0], 'printerFault', 'unknown'],
    ['reserved bits of byte 4', [0x10, 0, 0, 0x0f], null, 'full'],
  ] as const)('automatic: %s', (_, bytes, detail, paper) => {
    const condition = decodeAutomatic(bytes);
    expect(faultOf(condition)?.detail ?? null).toBe(detail);
    expect(statusOf(condition).paper).toBe(paper);
  });

  it('never call a printer fit whose bytes carry any sign of trouble', () => {
    fc.assert(
      fc.property(realTime, realTime, realTime, realTime, (printer, cause, error, roll) => {
        if (faultOf(decodeRealTime([printer, cause, error, roll]))) return;
        expect([cause & 0x64, error & 0x6c, roll & 0x60]).toEqual([0, 0, 0]);
        expect([0, 0x0c]).toContain(roll & 0x0c);
        if (printer & 0x08) expect((printer & 0x40) | (cause & 0x08)).not.toBe(0);
      }),
    );
  });
});
