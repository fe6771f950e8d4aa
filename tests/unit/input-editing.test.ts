import { describe, expect, it } from 'vitest';
import { append, eraseLast, groupDate, type KeyboardMode } from '../../ui/input/editing.ts';

function typeAll(mode: KeyboardMode, keys: string, maxLength = 60): string {
  return [...keys].reduce((value, key) => append(mode, value, key, maxLength), '');
}

describe('a date', () => {
  it.each([
    ['', ''],
    ['1990', '1990'],
    ['19900', '1990-0'],
    ['199003', '1990-03'],
    ['1990031', '1990-03-1'],
    ['19900312', '1990-03-12'],
    ['199003125', '1990-03-12'],
  ])('%s is grouped as %s', (digits, grouped) => {
    expect(typeAll('date', digits)).toBe(grouped);
    expect(groupDate(digits)).toBe(grouped);
  });

  it('is taken back digit by digit, dashes by themselves', () => {
    let value = '1990-03-1';
    const seen = [];
    while (value !== '') {
      value = eraseLast('date', value);
      seen.push(value);
    }
    expect(seen).toEqual(['1990-03', '1990-0', '1990', '199', '19', '1', '']);
  });

  it('takes no more than its eight digits, whatever is pasted', () => {
    expect(append('date', '', '出生 1990/3/12 at 08:00', 60)).toBe('1990-31-20');
  });
});

describe('a field', () => {
  it('takes only its kind of characters', () => {
    expect(typeAll('idNumber', '11010519491231002x')).toBe('11010519491231002X');
    expect(typeAll('idNumber', '1a-2 3')).toBe('123');
    expect(typeAll('caseCode', 'ab-12 三')).toBe('AB12');
    expect(typeAll('phone', '138 0013a')).toBe('1380013');
    expect(typeAll('text', 'a\u0007b\n')).toBe('ab');
  });

  it('counts characters as people do, also beyond the basic plane', () => {
    expect(typeAll('name', '𬭩𬭩𬭩', 2)).toBe('𬭩𬭩');
    expect(append('name', '张', '三丰', 2)).toBe('张三');
  });

  it('never shortens what was there before', () => {
    expect(append('name', '阿卜杜拉', '·', 3)).toBe('阿卜杜拉');
  });

  it('erases one character, not half of one', () => {
    expect(eraseLast('name', '王𬭩')).toBe('王');
    expect(eraseLast('text', '')).toBe('');
    expect(eraseLast('text', 'e\u0301')).toBe('');
  });
});
