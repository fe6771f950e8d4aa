/** Arithmetic of what fits: pages of a list, names in a line. */

/**
 * First block of each page, greedily filled.
 *
 * @param heights heights of the blocks, pixels
 * @param gap space between blocks
 * @param room height of a page if all fits on one, and if there must be several (the turning buttons take some)
 */
export function breakPages(
  heights: readonly number[],
  gap: number,
  room: { readonly one: number; readonly several: number },
  withNext: readonly boolean[],
): number[] {
  if (spanOf(heights, gap, 0, heights.length - 1) <= room.one) return [0];
  const starts = [0];
  let used = 0;
  for (const [i, height] of heights.entries()) {
    const start = starts.at(-1) ?? 0;
    const wanted = i === start ? height : used + gap + height;
    if (wanted <= room.several || i === start) {
      used = wanted;
      continue;
    }
    let first = i;
    while (first > start + 1 && withNext[first - 1] === true) first -= 1;
    // Headings that do not fit together with what follows them stay behind.
    while (first < i && spanOf(heights, gap, first, i) > room.several) first += 1;
    starts.push(first);
    used = spanOf(heights, gap, first, i);
  }
  return starts;
}

/** Height of the blocks `first` to `last` on one page. */
function spanOf(heights: readonly number[], gap: number, first: number, last: number): number {
  return heights.slice(first, last + 1).reduce((sum, height) => sum + height, gap * (last - first));
}

/**
 * The widest run of neighbours around `now` that fits, grown by turns to the right and to the left.
 *
 * @param widths widths of the names, pixels
 * @returns [first, end) of the run; the present step is always in it
 */
export function visibleRun(widths: readonly number[], gap: number, room: number, now: number): [number, number] {
  let first = now;
  let end = now + 1;
  let used = widths[now] ?? 0;
  for (;;) {
    const right = widths[end];
    if (right !== undefined && used + gap + right <= room) {
      used += gap + right;
      end += 1;
      const left = widths[first - 1];
      if (left === undefined || used + gap + left > room) continue;
      used += gap + left;
      first -= 1;
      continue;
    }
    const left = widths[first - 1];
    if (left === undefined || used + gap + left > room) return [first, end];
    used += gap + left;
    first -= 1;
  }
}
