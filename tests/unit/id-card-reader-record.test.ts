import { describe, expect, it } from 'vitest';
import { citizenNumberCheck, isCitizenNumber } from '../../drivers/contract/citizen-number.ts';
import { decodeRecord } from '../../drivers/id-card-reader/samv/record.ts';
import { makeCitizenRecord, sampleCards } from '../../drivers/id-card-reader/samv/samples.ts';

function textOf(id: string): Uint8Array {
  return Uint8Array.from(sampleCards.find((card) => card.id === id)?.text ?? []);
}

function holderOf(id: string) {
  const decoded = decodeRecord(textOf(id));
  return decoded.ok ? decoded.value.holder : decoded.error;
}

/** The record of sample `id` with `text` written over it at a byte offset. */
function altered(id: string, offset: number, text: string): Uint8Array {
  const record = textOf(id);
  record.set(Buffer.from(text, 'utf16le'), offset);
  return record;
}

describe('the four records', () => {
  it('citizen', () => {
    expect(holderOf('citizen')).toEqual({
      kind: 'citizen',
      name: '张三',
      sex: '2',
      nation: '01',
      birth: '1949-12-31',
      address: '北京市朝阳区示例路1号',
      number: '11010519491231002X',
      authority: '北京市公安局朝阳分局',
      validFrom: '2020-01-01',
      validTo: null,
    });
  });

  it('foreigner, 2017 form', () => {
    expect(holderOf('foreigner-2017')).toEqual({
      kind: 'foreigner2017',
      name: '证件样本',
      englishName: 'ZHENGJIAN,YANGBEN',
      sex: '2',
      number: 'PAK310080010103',
      nationality: 'PAK',
      validFrom: '2015-10-25',
      validTo: '2025-10-24',
      birth: '1980-01-01',
      authority: '3100',
    });
  });

  it('Hong Kong, Macau and Taiwan permit', () => {
    expect(holderOf('hong-kong-macau-taiwan')).toEqual({
      kind: 'hongKongMacauTaiwan',
      name: '证件样本',
      sex: '1',
      birth: '1994-08-23',
      address: '北京市西城区示例路2号',
      number: '810000199408230013',
      authority: '北京市公安局西城分局',
      validFrom: '2020-01-01',
      validTo: '2025-01-01',
      permitNumber: 'H12345678',
      timesIssued: '01',
    });
  });

  it('foreigner, 2023 form', () => {
    expect(holderOf('foreigner-2023')).toEqual({
      kind: 'foreigner2023',
      name: '证件样本',
      englishName: 'ZHENGJIAN, YANGBEN',
      sex: '2',
      birth: '1980-01-01',
      number: '931586198001010028',
      validFrom: '2023-08-08',
      validTo: '2033-08-07',
      nationality: 'PAK',
      timesIssued: '00',
    });
  });
});

describe('names and addresses that fill their fields', () => {
  it.each([
    ['rare-name', { name: '𠮷㛃𬎆' }],
    ['minority-name', { name: '阿卜杜热合曼·麦麦提图尔荪尼亚', nation: '05' }],
    ['long-address', { address: '云南省文山壮族苗族自治州富宁县示例瑶族乡示范村民委员会样本小组第十二号' }],
  ])('%s', (id, fields) => {
    expect(holderOf(id)).toMatchObject(fields);
  });

  it('joins the two parts of a long Latin name before trimming', () => {
    const name = 'ABCDEFGHIJ KLMNOPQRST UVWXYZ ABCDE FGHIJ KLMNO';
    const record = altered('foreigner-2023', 52, name.slice(0, 35));
    record.set(Buffer.from(name.slice(35), 'utf16le'), 220);
    const decoded = decodeRecord(record);
    expect(decoded.ok && decoded.value.holder.englishName).toBe(name);
  });

  it('a foreigner without a Chinese name goes by the Latin one', () => {
    const decoded = decodeRecord(altered('foreigner-2023', 0, '    '));
    expect(decoded.ok && decoded.value.holder.name).toBe('ZHENGJIAN, YANGBEN');
  });
});

describe('records that are refused', () => {
  it.each([
    ['an unknown type letter', altered('citizen', 248, 'Q'), 'type'],
    ['a record that is too short', textOf('citizen').subarray(0, 254), 'record'],
    ['no name', altered('citizen', 0, '  '), 'name'],
    ['a control character in the name', altered('citizen', 2, '\u0007'), 'name'],
    ['half a surrogate pair at the end of the name', altered('minority-name', 28, '\ud842'), 'name'],
    ['a sex outside GB/T 2261.1', altered('citizen', 30, '3'), 'sex'],
    ['a nation that is no code', altered('citizen', 32, '1 '), 'nation'],
    ['29 February of a common year', altered('citizen', 36, '19490229'), 'birth'],
    ['month 13', altered('citizen', 188, '20201301'), 'validFrom'],
    ['an end that is neither date nor 长期', altered('citizen', 204, '长久'), 'validTo'],
    ['a citizen number with a letter', altered('citizen', 122, '1101051949123100AX'), 'number'],
    ['a permit number of another region', altered('hong-kong-macau-taiwan', 122, '110000'), 'number'],
    ['a 2017 number without letters', altered('foreigner-2017', 122, '123'), 'number'],
    ['a nationality in small letters', altered('foreigner-2017', 152, 'pak'), 'nationality'],
  ])('%s', (_name, record, field) => {
    expect(decodeRecord(record)).toEqual({ ok: false, error: { kind: 'unknownLayout', field } });
  });

  it.each(['citizen', 'hong-kong-macau-taiwan', 'foreigner-2023'])('a wrong check character: %s', (id) => {
    expect(decodeRecord(altered(id, 122 + 34, '5'))).toEqual({
      ok: false,
      error: { kind: 'wrongNumber', field: 'number' },
    });
  });

  it('only warns of the check digit of 2017 foreigner cards, which genuine ones fail', () => {
    const decoded = decodeRecord(altered('foreigner-2017', 122, 'CAN110081080319'));
    expect(decoded.ok && decoded.value.warnings).toHaveLength(1);
    const good = decodeRecord(altered('foreigner-2017', 122, 'KAZ110090123105'));
    expect(good.ok && good.value.warnings).toEqual([]);
  });

  it('names the field in the error and never its content', () => {
    expect(JSON.stringify(decodeRecord(altered('citizen', 30, '3')))).not.toContain('张三');
  });
});

describe('citizen numbers', () => {
  it.each([
    '11010519491231002X',
    '440524188001010014',
    '810000199408230013',
    '932682198501010017',
    '911124198108030024',
    '931586198001010028',
  ])('%s is valid', (number) => {
    expect(isCitizenNumber(number)).toBe(true);
    expect(citizenNumberCheck(number)).toBe(number.slice(17));
  });

  it.each(['110105194912310021', '11010519491231002x', '1101051949123100', '11010519490230002X', ''])(
    '%s is not',
    (number) => {
      expect(isCitizenNumber(number)).toBe(false);
    },
  );
});

it('makes citizen records that decode to what went in', () => {
  const fields = { name: '李𠮷', number: '11010519491231002X', birth: '1949-12-31', address: '示例路' };
  const decoded = decodeRecord(makeCitizenRecord({ ...fields, validTo: null, nation: '56' }));
  expect(decoded.ok && decoded.value.holder).toMatchObject({ ...fields, sex: '2', nation: '56', validTo: null });
  expect(() => makeCitizenRecord({ ...fields, name: '一'.repeat(16) })).toThrow();
});
