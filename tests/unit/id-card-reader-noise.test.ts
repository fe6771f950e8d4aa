import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  createFrameParser,
  decodeReply,
  encodeReply,
  joinContent,
  type ParserEvent,
  splitContent,
  sw,
} from '../../drivers/id-card-reader/samv/codec.ts';
import { decodeRecord } from '../../drivers/id-card-reader/samv/record.ts';
import { pattern, sampleCards, samplePortrait } from '../../drivers/id-card-reader/samv/samples.ts';

/** Noise without the byte that a frame begins with: what looks like a frame is another test's matter. */
const noise = fc.uint8Array({ maxLength: 20 }).map((bytes) => bytes.map((byte) => (byte === 0xaa ? 0xab : byte)));
const card = fc.constantFrom(...sampleCards);
const fingerprints = fc.constantFrom(null, 0, 512, 1024);

function replyOf(text: Uint8Array, fingerprintBytes: number | null): Uint8Array {
  const extra = fingerprintBytes === null ? null : pattern(fingerprintBytes);
  return encodeReply(sw.success, joinContent({ text, portrait: samplePortrait }, extra));
}

/** Hands `bytes` to a parser in chunks of the given sizes, then lets the line fall silent. */
function feed(bytes: Uint8Array, sizes: readonly number[]): ParserEvent[] {
  const parser = createFrameParser(3);
  const events: ParserEvent[] = [];
  for (let at = 0, turn = 0; at < bytes.length; turn++) {
    const size = sizes[turn % sizes.length] ?? 1;
    events.push(...parser.push(bytes.subarray(at, at + size)));
    at += size;
  }
  return [...events, ...parser.silence()];
}

/** The text records that come out at the end, as the driver would take them. */
function records(events: readonly ParserEvent[], withFingerprints: boolean): Uint8Array[] {
  return events.flatMap((event) => {
    if (event.kind !== 'frame') return [];
    const reply = decodeReply(event.body);
    const content = splitContent(reply.data, withFingerprints);
    return reply.sw3 === sw.success && content.ok && decodeRecord(content.value.text).ok ? [content.value.text] : [];
  });
}

const sizes = fc.array(fc.integer({ min: 1, max: 700 }), { minLength: 1, maxLength: 8 });

describe('read replies on a bad line', () => {
  it('come through whatever the chunks and whatever lies between them', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(noise, card), { minLength: 1, maxLength: 3 }),
        fingerprints,
        sizes,
        (sent, fp, cut) => {
          const bytes = Buffer.concat(sent.flatMap(([before, { text }]) => [before, replyOf(text, fp)]));
          expect(records(feed(bytes, cut), fp !== null)).toEqual(sent.map(([, { text }]) => Uint8Array.from(text)));
        },
      ),
    );
  });

  // One XOR byte finds every error that touches no bit position of the bytes twice: up to 8 bits in a row.
  it('never give a wrong record when a burst of up to 8 bits is flipped, and the next frame is found', () => {
    fc.assert(
      fc.property(
        card,
        card,
        fingerprints,
        sizes,
        fc.nat(),
        fc.integer({ min: 1, max: 255 }),
        (first, second, fp, cut, place, burst) => {
          const damaged = replyOf(first.text, fp);
          const bit = place % (damaged.length * 8 - 8);
          for (let at = 0; at < 8; at++) {
            if (((burst >> at) & 1) === 0) continue;
            const byte = (bit + at) >> 3;
            damaged[byte] = (damaged[byte] ?? 0) ^ (0x80 >> ((bit + at) & 7));
          }
          const out = records(feed(Buffer.concat([damaged, replyOf(second.text, fp)]), cut), fp !== null);
          const right = [first, second].map(({ text }) => Buffer.from(text).toString('hex'));
          for (const record of out) expect(right).toContain(Buffer.from(record).toString('hex'));
          expect(Buffer.from(out.at(-1) ?? []).toString('hex')).toBe(right[1]);
        },
      ),
      { numRuns: 300 },
    );
  });

  it('find the frame after any rubbish once the line has been silent', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 3000 }), sizes, card, (rubbish, cut, { text }) => {
        const out = records(feed(Buffer.concat([rubbish, replyOf(text, null)]), cut), false);
        expect(out.map((record) => Buffer.from(record).toString('hex'))).toEqual([Buffer.from(text).toString('hex')]);
      }),
    );
  });
});

it('decoding a record with anything in it never throws', () => {
  fc.assert(
    fc.property(
      fc.uint8Array({ minLength: 256, maxLength: 256 }),
      fc.constantFrom(' ', 'I', 'J', 'Y'),
      (bytes, type) => {
        bytes.set(Buffer.from(type, 'utf16le'), 248);
        expect(typeof decodeRecord(bytes).ok).toBe('boolean');
      },
    ),
  );
});
