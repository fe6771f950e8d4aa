/** Where I am: the journey, "step 3 of 7: the form", and as many step names around the present one as the line holds. */
import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { Chrome } from '../../runtime/server/protocol.ts';
import { Icon } from '../components/icon.tsx';
import { visibleRun } from '../layout.ts';
import { texts } from '../texts.ts';

type Journey = NonNullable<Chrome['journey']>;

function StepNames({ steps, step }: { readonly steps: readonly string[]; readonly step: number }) {
  const list = useRef<HTMLOListElement>(null);
  const [run, setRun] = useState<readonly [number, number]>([0, steps.length]);
  const [, remeasure] = useState(0);

  useLayoutEffect(() => {
    const box = list.current;
    if (box === null) return;
    const observer = new ResizeObserver(() => remeasure((n) => n + 1));
    observer.observe(box);
    return () => observer.disconnect();
  }, []);
  useLayoutEffect(() => {
    const box = list.current;
    if (box === null) return;
    const gap = Number.parseFloat(getComputedStyle(box).columnGap) || 0;
    const widths = [...box.children].map((child) => child.getBoundingClientRect().width);
    const found = visibleRun(widths, gap, box.clientWidth, step);
    if (found[0] !== run[0] || found[1] !== run[1]) setRun(found);
  });

  return (
    <ol class="step-names" ref={list} aria-label={texts().stepsLabel}>
      {steps.map((name, i) => (
        <li
          key={name}
          data-state={i < step ? 'done' : i === step ? 'now' : 'next'}
          data-off={i < run[0] || i >= run[1] ? '' : undefined}
          aria-current={i === step ? 'step' : undefined}
        >
          {i < step ? <Icon name="check" /> : <span class="step-number figures">{i + 1}</span>}
          <span>{name}</span>
        </li>
      ))}
    </ol>
  );
}

export function Header({
  journey,
  notices,
}: {
  readonly journey: Journey | null;
  readonly notices: readonly string[];
}) {
  const words = texts();
  if (journey === null && notices.length === 0) return null;
  return (
    <header class="header">
      {journey === null ? null : (
        <div class="journey">
          <p class="where">
            <strong>{journey.title}</strong>
            <span class="figures">
              {words.step(journey.step + 1, journey.steps.length, journey.steps[journey.step] ?? '')}
            </span>
          </p>
          <StepNames steps={journey.steps} step={journey.step} />
        </div>
      )}
      {notices.map((notice) => (
        <p class="notice" role="status" key={notice}>
          <Icon name="info" />
          <span>{notice}</span>
        </p>
      ))}
    </header>
  );
}
