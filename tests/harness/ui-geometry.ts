/** What a ruler finds wrong with the page as it stands. Runs inside the browser: nothing from outside may be used. */

/**
 * Texts and controls that leave the panel, are cut off by a box, run over each other, or are too small to touch.
 *
 * @param pixelsPerMm scale of the panel
 * @returns one sentence a fault
 */
export function findGeometryFaults(pixelsPerMm: number): string[] {
  const faults: string[] = [];
  const leastTarget = 20 * pixelsPerMm - 0.5;
  const slack = 1.5;
  const top = document.querySelector('.overlay') ?? document.querySelector('.shell') ?? document.body;
  const nameOf = (element: Element) =>
    `${element.tagName.toLowerCase()}.${element.getAttribute('class') ?? ''} "${(element.textContent ?? '').trim().slice(0, 24)}"`;
  const visible = (element: Element) => element.checkVisibility({ visibilityProperty: true, opacityProperty: true });
  const unseen = (element: Element) => element.closest('.unseen') !== null;

  const clippers = (element: Element): Element[] => {
    const found: Element[] = [];
    for (let box = element.parentElement; box !== null; box = box.parentElement) {
      const { overflowX, overflowY } = getComputedStyle(box);
      if (overflowX !== 'visible' || overflowY !== 'visible') found.push(box);
    }
    return found;
  };
  const sticksOut = (inner: DOMRect, outer: { left: number; top: number; right: number; bottom: number }, by: number) =>
    inner.left < outer.left - by ||
    inner.top < outer.top - by ||
    inner.right > outer.right + by ||
    inner.bottom > outer.bottom + by;

  // Each line of text, where it is drawn.
  const walker = document.createTreeWalker(top, NodeFilter.SHOW_TEXT);
  const panel = { left: 0, top: 0, right: innerWidth, bottom: innerHeight };
  while (walker.nextNode() !== null) {
    const node = walker.currentNode;
    const holder = node.parentElement;
    if (holder === null || (node.textContent ?? '').trim() === '' || !visible(holder) || unseen(holder)) continue;
    if (holder.closest('svg, textarea') !== null) continue;
    const range = document.createRange();
    range.selectNodeContents(node);
    for (const rect of range.getClientRects()) {
      if (rect.width === 0) continue;
      if (sticksOut(rect, panel, slack)) faults.push(`text off the panel: ${nameOf(holder)}`);
      // Line boxes are taller than glyphs; what counts is cut letters.
      const tolerance = rect.height * 0.2;
      const cut = clippers(holder).find((box) => sticksOut(rect, box.getBoundingClientRect(), tolerance));
      if (cut !== undefined) faults.push(`text cut off by ${nameOf(cut).slice(0, 40)}: ${nameOf(holder)}`);
      const boxed = holder.closest('button, .block, .say, .work, .row, .header, .bar, .stage > .actions');
      if (boxed !== null && sticksOut(rect, boxed.getBoundingClientRect(), tolerance)) {
        faults.push(`text outside its ${nameOf(boxed).slice(0, 40)}: ${nameOf(holder)}`);
      }
    }
  }

  const targets = [...top.querySelectorAll('button, textarea, input, a[href], .signature-pad')].filter(visible);
  const rects = targets.map((target) => target.getBoundingClientRect());
  for (const [i, target] of targets.entries()) {
    const rect = rects[i];
    if (rect === undefined) continue;
    if (rect.width < leastTarget || rect.height < leastTarget) {
      const mm = (pixels: number) => (pixels / pixelsPerMm).toFixed(1);
      faults.push(`target of ${mm(rect.width)} × ${mm(rect.height)} mm: ${nameOf(target)}`);
    }
    if (sticksOut(rect, panel, 0.5)) faults.push(`target off the panel: ${nameOf(target)}`);
    const cut = clippers(target).find((box) => sticksOut(rect, box.getBoundingClientRect(), 4 * pixelsPerMm));
    if (cut !== undefined) faults.push(`target cut off by ${nameOf(cut).slice(0, 40)}: ${nameOf(target)}`);
    const part = target.parentElement?.closest('.say, .work, .actions, .bar');
    if (part && sticksOut(rect, part.getBoundingClientRect(), slack))
      faults.push(`target leaves ${part.className}: ${nameOf(target)}`);
    for (const [j, other] of rects.entries()) {
      if (j <= i) continue;
      const across = Math.min(rect.right, other.right) - Math.max(rect.left, other.left);
      const down = Math.min(rect.bottom, other.bottom) - Math.max(rect.top, other.top);
      const second = targets[j];
      if (across > 0.5 && down > 0.5 && second !== undefined)
        faults.push(`${nameOf(target)} overlaps ${nameOf(second)}`);
    }
  }

  // The big parts of a screen never run into each other.
  const parts = ['.header', '.say', '.work', '.stage > .actions', '.bar']
    .map((selector) => top.querySelector(selector))
    .filter((part) => part !== null);
  for (const part of parts) {
    const box = part.getBoundingClientRect();
    if (part.matches('.work, .say')) {
      for (const child of part.children) {
        if (!visible(child) || unseen(child)) continue;
        if (sticksOut(child.getBoundingClientRect(), box, slack))
          faults.push(`${nameOf(child)} leaves ${part.className}`);
      }
    }
    for (const other of parts) {
      if (part === other || part.compareDocumentPosition(other) !== Node.DOCUMENT_POSITION_FOLLOWING) continue;
      const b = other.getBoundingClientRect();
      const across = Math.min(box.right, b.right) - Math.max(box.left, b.left);
      const down = Math.min(box.bottom, b.bottom) - Math.max(box.top, b.top);
      if (across > 1 && down > 1) faults.push(`${part.className} runs into ${other.className}`);
    }
  }
  // A page of a list holds what it shows.
  for (const list of top.querySelectorAll('.page-list')) {
    const box = list.getBoundingClientRect();
    for (const block of list.querySelectorAll(':scope > .block:not([data-off])')) {
      if (sticksOut(block.getBoundingClientRect(), box, slack)) faults.push(`page too full: ${nameOf(block)}`);
    }
  }
  return [...new Set(faults)];
}
