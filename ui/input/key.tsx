/** One key: answers the finger at once, acts when the finger leaves it upwards, never takes the focus. */
import type { ComponentChildren } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';

const repeatAfterMs = 450;
const repeatEveryMs = 80;

export interface KeyProps {
  readonly children: ComponentChildren;
  /** Spoken name, and what tests find it by. */
  readonly label: string;
  readonly look?: 'plain' | 'quiet' | 'space' | 'done' | 'candidate';
  /** Width in half keys. */
  readonly span?: number;
  /** Half-key column to stand at. */
  readonly column?: number | undefined;
  readonly rows?: number;
  readonly pressed?: boolean | undefined;
  readonly repeats?: boolean;
  readonly disabled?: boolean;
  onPress(): void;
}

export function Key({
  children,
  label,
  look = 'plain',
  span,
  column,
  rows,
  pressed,
  repeats,
  disabled,
  onPress,
}: KeyProps) {
  const [down, setDown] = useState(false);
  const repeat = useRef<{ timer: ReturnType<typeof setTimeout> | undefined; count: number }>({
    timer: undefined,
    count: 0,
  });
  const latest = useRef(onPress);
  latest.current = onPress;

  const stop = () => {
    clearTimeout(repeat.current.timer);
    repeat.current.timer = undefined;
    setDown(false);
  };
  const again = () => {
    repeat.current.count++;
    latest.current();
    repeat.current.timer = setTimeout(again, repeatEveryMs);
  };
  useEffect(() => () => clearTimeout(repeat.current.timer), []);

  return (
    <button
      type="button"
      class="key"
      data-look={look}
      data-down={down ? '' : undefined}
      aria-label={label}
      aria-pressed={pressed}
      disabled={disabled}
      style={{
        gridColumn: `${column ?? 'auto'} / span ${span ?? 1}`,
        gridRow: rows === undefined ? undefined : `span ${rows}`,
      }}
      onMouseDown={(event) => event.preventDefault()}
      onPointerDown={(event) => {
        if (event.button !== 0) return;
        event.currentTarget.setPointerCapture(event.pointerId);
        setDown(true);
        repeat.current.count = 0;
        if (repeats) repeat.current.timer = setTimeout(again, repeatAfterMs);
      }}
      onPointerMove={(event) => {
        if (down && !isInside(event.currentTarget, event)) stop();
      }}
      onPointerUp={(event) => {
        const acts = down && repeat.current.count === 0 && isInside(event.currentTarget, event);
        stop();
        if (acts) onPress();
      }}
      onPointerCancel={stop}
      // A screen reader or the Enter key clicks without a pointer.
      onClick={(event) => event.detail === 0 && onPress()}
    >
      {children}
    </button>
  );
}

function isInside(element: Element, { clientX, clientY }: PointerEvent): boolean {
  const box = element.getBoundingClientRect();
  return clientX >= box.left && clientX <= box.right && clientY >= box.top && clientY <= box.bottom;
}

/** Rows of keys, twenty half keys wide. */
export function Rows<P>({
  rows,
  draw,
}: {
  readonly rows: readonly (readonly P[])[];
  draw(plan: P): ComponentChildren;
}) {
  return (
    <div class="key-rows">
      {rows.map((row, i) => (
        <div class="key-row" key={i}>
          {row.map(draw)}
        </div>
      ))}
    </div>
  );
}

export function EraseKey({ label, span, onPress }: { readonly label: string; readonly span: number; onPress(): void }) {
  return (
    <Key label={label} look="quiet" span={span} repeats onPress={onPress}>
      <Glyph name="erase" />
    </Key>
  );
}

const glyphs = {
  erase: 'M9 5h11v14H9l-6-7zM11.5 9.5l5 5M16.5 9.5l-5 5',
  shift: 'M12 4.5 4.5 12H9v7h6v-7h4.5z',
  previous: 'M14.5 5.5 8 12l6.5 6.5',
  next: 'M9.5 5.5 16 12l-6.5 6.5',
  more: 'M5.5 9 12 15.5 18.5 9',
  fewer: 'M5.5 15.5 12 9l6.5 6.5',
} as const;

export function Glyph({ name }: { readonly name: keyof typeof glyphs }) {
  return (
    <svg class="glyph" viewBox="0 0 24 24" aria-hidden="true" focusable="false">
      <path d={glyphs[name]} />
    </svg>
  );
}
