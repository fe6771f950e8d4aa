import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Sensitive } from '../../drivers/contract/sensitive.ts';
import { caseId } from '../../runtime/centre/api.ts';
import { backoff } from '../../runtime/uplink/backoff.ts';
import { caseCodeOf, isCaseCode, shortCode } from '../../runtime/uplink/case-code.ts';
import { canonicalJson } from '../../runtime/uplink/fingerprint.ts';
import { holderHash } from '../../runtime/uplink/holder.ts';
import { checkCharacter } from '../../runtime/uplink/iso7064.ts';
import { uuidV7 } from '../../runtime/uplink/uuid.ts';

const alphabet = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ';
const character = fc.constantFrom(...alphabet);
const codeParts = fc.record({
  taskCode: fc.string({ unit: character, minLength: 31, maxLength: 31 }),
  wallMs: fc.integer({ min: -1e12, max: 5e12 }),
  terminalNumber: fc.integer({ min: 0, max: 46655 }),
  running: fc.integer({ min: 0, max: 46655 }),
});

describe('case codes', () => {
  it('agree with the published example of ISO 7064 Mod 37,36 (GRid A1-2425G-ABC1234002-M)', () => {
    expect(checkCharacter('A12425GABC1234002')).toBe('M');
    expect(checkCharacter('A1242-')).toBeNull();
  });

  it('have 44 characters with day, terminal and running number where the contract puts them', () => {
    // 2026-11-23 16:30 UTC is already the 24th in China.
    const wallMs = Date.UTC(2026, 10, 23, 16, 30);
    const code = caseCodeOf({ taskCode: '1'.repeat(31), wallMs, terminalNumber: 35, running: 36 });
    expect(code.slice(31, 43)).toBe('26112400Z010');
    expect(shortCode(code)).toBe(code.slice(36));
    expect(isCaseCode(code)).toBe(true);
  });

  it('show every error in a single character and every exchange of two neighbours that the standard promises', () => {
    fc.assert(
      fc.property(codeParts, fc.nat(43), character, (parts, at, wrong) => {
        const code = caseCodeOf(parts);
        expect(code).toMatch(/^[0-9A-Z]{44}$/);
        expect(isCaseCode(code)).toBe(true);
        const spoilt = code.slice(0, at) + wrong + code.slice(at + 1);
        expect(isCaseCode(spoilt)).toBe(code[at] === wrong);
      }),
    );
    const code = caseCodeOf({ taskCode: '11370800MB285591843370117002011', wallMs: 0, terminalNumber: 1, running: 2 });
    for (let at = 0; at < 44; at += 1) {
      for (const wrong of alphabet) {
        if (wrong !== code[at]) expect(isCaseCode(code.slice(0, at) + wrong + code.slice(at + 1))).toBe(false);
      }
    }
  });

  it('refuse what is no code at all', () => {
    for (const text of ['', '1', 'a'.repeat(44), `${'1'.repeat(43)}é`, '1'.repeat(45)])
      expect(isCaseCode(text)).toBe(false);
  });
});

describe('ids, hashes and waits', () => {
  it('ids are version 7 and distinct, whatever the clock', () => {
    const ids = [-1, 0, 0, 4_102_444_800_000, 8.64e15, 1.5].map(uuidV7);
    for (const id of ids) expect(caseId.safeParse(id).success).toBe(true);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('one person has one hash, however the number is written, and another salt gives another', () => {
    const hash = (text: string, salt = 'salt') => holderHash(salt, new Sensitive(text));
    expect(hash('37011219900307123x')).toBe(hash(' 370112 19900307 123X'));
    expect(hash('138-0000-1111')).toBe(hash('１３８００００１１１１'));
    expect(hash('37011219900307123X')).not.toBe(hash('37011219900307123X', 'other'));
    expect(hash('370112199003071230')).not.toBe(hash('37011219900307123X'));
  });

  it('canonical JSON is the same for the same content and parses back', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.oneof(fc.string(), fc.integer(), fc.boolean())), (value) => {
        const reversed = Object.fromEntries(Object.entries(value).reverse());
        expect(canonicalJson(reversed)).toBe(canonicalJson(value));
        expect(JSON.parse(canonicalJson(value))).toEqual({ ...value });
      }),
    );
    expect(canonicalJson({ b: [{ d: 1, c: 'x' }], a: null })).toBe('{"a":null,"b":[{"c":"x","d":1}]}');
  });

  it('waits spread over the whole interval, grow to a quarter of an hour and no further', () => {
    const longest = [0, 1, 2, 8, 9, 100, 5_000].map((failures) => backoff(failures, () => 1));
    expect(longest).toEqual([2_000, 4_000, 8_000, 512_000, 900_000, 900_000, 900_000]);
    expect(backoff(3, () => 0)).toBe(0);
  });
});
