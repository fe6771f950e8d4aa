import { describe, expect, it } from 'vitest';
import { isSignature, lengthOf, type Point, pathOf, pieceOf, type Stroke } from '../../ui/input/strokes.ts';

const line = (from: readonly [number, number], to: readonly [number, number], start = 0, steps = 10): Stroke =>
  Array.from(
    { length: steps + 1 },
    (_, i): Point => [
      from[0] + ((to[0] - from[0]) * i) / steps,
      from[1] + ((to[1] - from[1]) * i) / steps,
      start + i * 20,
    ],
  );

describe('a signature', () => {
  const cross = [line([300, 100], [500, 300]), line([500, 100], [300, 300], 500)];
  const circle: Stroke = Array.from(
    { length: 40 },
    (_, i): Point => [500 + 60 * Math.cos(i / 6), 200 + 60 * Math.sin(i / 6), i * 16],
  );

  it('is a cross or a circle of one who cannot write', () => {
    expect(isSignature(cross)).toBe(true);
    expect(isSignature([circle])).toBe(true);
  });

  it.each<[string, readonly Stroke[]]>([
    ['nothing', []],
    ['empty strokes', [[], []]],
    ['one tap', [[[500, 200, 0]]]],
    ['many taps', Array.from({ length: 30 }, (_, i): Stroke => [[i * 30, (i % 3) * 50, i * 100]])],
    ['one straight line', [line([100, 200], [900, 200])]],
    ['a hand at rest', [Array.from({ length: 50 }, (_, i): Point => [500 + (i % 2), 200 + (i % 3), i * 20])]],
    ['a burst faster than a hand', [cross.flat().map(([x, y]): Point => [x, y, 0])]],
  ])('is not %s', (_, strokes) => {
    expect(isSignature(strokes)).toBe(false);
  });

  it('counts in the units of its pad', () => {
    expect(isSignature(cross, 100_000)).toBe(false);
  });

  it('of the largest size is judged without running out of stack', () => {
    const full = Array.from({ length: 200 }, (_, s) => line([0, s], [1000, s], s * 100_000, 3999));
    expect(isSignature(full)).toBe(true);
  });
});

describe('the line', () => {
  it('is the same drawn at once and piece by piece', () => {
    const stroke = line([10, 20], [110, 220], 0, 7);
    let pieces = pathOf(stroke.slice(0, 1)).replace(/h0$/, '');
    for (let i = 1; i < stroke.length; i++) {
      const [before, point] = [stroke[i - 1], stroke[i]];
      if (before !== undefined && point !== undefined) pieces += pieceOf(before, point, i === 1);
    }
    expect(pathOf(stroke)).toBe(`${pieces}L110 220`);
  });

  it('of one point is a dot, of none nothing', () => {
    expect(pathOf([[5, 6, 0]])).toBe('M5 6h0');
    expect(pathOf([])).toBe('');
    expect(lengthOf([])).toBe(0);
  });
});
