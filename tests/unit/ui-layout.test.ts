import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { breakPages, visibleRun } from '../../ui/layout.ts';

const sizes = fc.array(fc.integer({ min: 1, max: 120 }), { minLength: 1, maxLength: 40 });

describe('page breaks', () => {
  it('keeps one page where all fits', () => {
    expect(breakPages([50, 50], 10, { one: 110, several: 80 }, [])).toEqual([0]);
    expect(breakPages([50, 51], 10, { one: 110, several: 80 }, [])).toEqual([0, 1]);
  });

  it('moves a heading to the page of what follows it', () => {
    expect(breakPages([60, 20, 40], 0, { one: 100, several: 80 }, [false, true, false])).toEqual([0, 1]);
  });

  it('puts every block on exactly one page, and no page is too full', () => {
    fc.assert(
      fc.property(sizes, fc.integer({ min: 0, max: 20 }), fc.infiniteStream(fc.boolean()), (heights, gap, flags) => {
        const withNext = heights.map(() => flags.next().value === true);
        const room = { one: 160, several: 120 };
        const starts = breakPages(heights, gap, room, withNext);
        expect(starts[0]).toBe(0);
        for (const [i, start] of starts.entries()) {
          const end = starts[i + 1] ?? heights.length;
          expect(end).toBeGreaterThan(start);
          const used = heights.slice(start, end).reduce((sum, height) => sum + height, 0) + gap * (end - start - 1);
          if (end - start > 1) expect(used).toBeLessThanOrEqual(starts.length === 1 ? room.one : room.several);
        }
      }),
    );
  });
});

describe('visible step names', () => {
  it('always holds the present step, and no more than fits', () => {
    fc.assert(
      fc.property(sizes, fc.nat(), fc.integer({ min: 0, max: 600 }), (widths, pick, room) => {
        const now = pick % widths.length;
        const [first, end] = visibleRun(widths, 5, room, now);
        expect(first).toBeLessThanOrEqual(now);
        expect(end).toBeGreaterThan(now);
        const used = widths.slice(first, end).reduce((sum, width) => sum + width, 0) + 5 * (end - first - 1);
        if (end - first > 1) expect(used).toBeLessThanOrEqual(room);
      }),
    );
  });

  it('shows all where all fit', () => {
    expect(visibleRun([10, 10, 10, 10], 5, 55, 1)).toEqual([0, 4]);
  });
});
