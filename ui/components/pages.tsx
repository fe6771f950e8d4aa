/** Long lists page, they never scroll: a page holds what fits at this text size on this panel. */
import type { ComponentChildren } from 'preact';
import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import { breakPages } from '../layout.ts';
import { draftNumber, keep } from '../state.ts';
import { texts } from '../texts.ts';
import { Button } from './button.tsx';

export interface Block {
  readonly key: string;
  readonly body: ComponentChildren;
  /** Stays on the page of the block after it, as a heading does. */
  readonly withNext?: boolean;
}

export interface PageInfo {
  readonly page: number;
  readonly pages: number;
  readonly last: boolean;
  next(): void;
}

interface PagesProps {
  readonly blocks: readonly Block[];
  /** Name of the page number in the draft. */
  readonly name?: string;
  readonly class?: string;
  /** Told after layout, so that a main button can turn the pages first. */
  onInfo?(info: PageInfo): void;
}

function rowGap(element: Element): number {
  return Number.parseFloat(getComputedStyle(element).rowGap) || 0;
}

export function Pages({ blocks, name = 'page', class: extra = '', onInfo }: PagesProps) {
  const frame = useRef<HTMLDivElement>(null);
  const list = useRef<HTMLDivElement>(null);
  const turner = useRef<HTMLDivElement>(null);
  const [starts, setStarts] = useState<readonly number[]>([0]);
  const [, remeasure] = useState(0);

  useLayoutEffect(() => {
    const box = frame.current;
    if (box === null) return;
    const observer = new ResizeObserver(() => remeasure((n) => n + 1));
    observer.observe(box);
    document.fonts.addEventListener('loadingdone', () => remeasure((n) => n + 1), { once: true });
    return () => observer.disconnect();
  }, []);

  useLayoutEffect(() => {
    if (frame.current === null || list.current === null || turner.current === null) return;
    const gap = rowGap(list.current);
    const heights = [...list.current.children].map((child) => child.getBoundingClientRect().height);
    const whole = frame.current.clientHeight;
    const room = { one: whole, several: whole - turner.current.offsetHeight - rowGap(frame.current) };
    const found = breakPages(
      heights,
      gap,
      room,
      blocks.map((block) => block.withNext ?? false),
    );
    if (found.join() !== starts.join()) setStarts(found);
  });

  const page = Math.min(draftNumber(name), starts.length - 1);
  const from = starts[page] ?? 0;
  const to = starts[page + 1] ?? blocks.length;
  const turn = (to: number) => keep({ [name]: to });
  useLayoutEffect(() => {
    onInfo?.({ page, pages: starts.length, last: page === starts.length - 1, next: () => turn(page + 1) });
  }, [page, starts.length]);

  const words = texts();
  return (
    <div class={`pages ${extra}`} ref={frame}>
      <div class="page-list" ref={list}>
        {blocks.map((block, i) => (
          <div key={block.key} class="block" data-off={i < from || i >= to ? '' : undefined}>
            {block.body}
          </div>
        ))}
      </div>
      <div class="turner" ref={turner} data-off={starts.length === 1 ? '' : undefined}>
        <div data-off={page === 0 ? '' : undefined}>
          <Button icon="back" act="previousPage" onPress={() => turn(page - 1)}>
            {words.previousPage}
          </Button>
        </div>
        <p class="figures" role="img" aria-label={words.page(page + 1, starts.length)}>
          {words.pageShort(page + 1, starts.length)}
        </p>
        <div data-off={page === starts.length - 1 || onInfo !== undefined ? '' : undefined}>
          <Button icon="forward" act="nextPage" onPress={() => turn(page + 1)}>
            {words.nextPage}
          </Button>
        </div>
      </div>
    </div>
  );
}

/** A text as blocks of one sentence each, so that it can be read, and paged, sentence by sentence. */
export function sentences(text: string, key: string): Block[] {
  const segmenter = new Intl.Segmenter(undefined, { granularity: 'sentence' });
  return [...segmenter.segment(text)].map(({ segment }, i) => ({ key: `${key}-${i}`, body: <p>{segment.trim()}</p> }));
}
