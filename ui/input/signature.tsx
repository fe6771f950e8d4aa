/** A name written with the finger. What is written belongs to the owner of `strokes`, so that a reload brings it back. */
import { useEffect, useRef, useState } from 'preact/hooks';
import type { Language } from '../../runtime/server/protocol.ts';
import { longestStroke, mostStrokes, type Point, pathOf, pieceOf, type Stroke } from './strokes.ts';
import { inputWords } from './words.ts';
import './signature.css';

export { isSignature, padUnits } from './strokes.ts';

export interface SignaturePadProps {
  readonly strokes: readonly Stroke[];
  /** The pad's own units, in which points are given. */
  readonly width: number;
  readonly height: number;
  readonly language: Language;
  /** After each stroke, undo and clear; points as [x, y, milliseconds since the first]. */
  onStrokes(strokes: [number, number, number][][]): void;
}

/** Points nearer than this, in thousandths of the width, add nothing but bytes. */
const nearest = 1;

export function SignaturePad({ strokes, width, height, language, onStrokes }: SignaturePadProps) {
  const words = inputWords(language);
  const [drawing, setDrawing] = useState(false);
  const live = useRef<SVGPathElement>(null);
  const current = useRef<{ points: Point[]; pointer: number; path: string } | undefined>(undefined);
  /** Moment of the first point, or of what would have been it before a reload. */
  const origin = useRef<number | undefined>(undefined);

  const pad = useRef<SVGSVGElement>(null);
  useEffect(() => {
    // Else the browser takes a stroke for a swipe, and the touch that follows it for the end of that swipe: lost.
    const noGesture = (event: TouchEvent) => event.preventDefault();
    const svg = pad.current;
    svg?.addEventListener('touchstart', noGesture, { passive: false });
    return () => svg?.removeEventListener('touchstart', noGesture);
  }, []);

  /** What stands, also before the owner has drawn it. */
  const standing = useRef(strokes);
  standing.current = strokes;

  const give = (next: readonly Stroke[]) => {
    standing.current = next;
    onStrokes(next.map((stroke) => stroke.map(([x, y, at]): [number, number, number] => [x, y, at])));
  };

  const pointOf = (svg: SVGSVGElement, event: PointerEvent): Point => {
    const box = svg.getBoundingClientRect();
    const within = (value: number, limit: number) => Math.round(Math.min(limit, Math.max(0, value)) * 10) / 10;
    const last = strokes.at(-1)?.at(-1)?.[2] ?? 0;
    origin.current ??= event.timeStamp - (strokes.length === 0 ? 0 : last + 500);
    return [
      within(((event.clientX - box.left) / box.width) * width, width),
      within(((event.clientY - box.top) / box.height) * height, height),
      Math.max(0, Math.round(event.timeStamp - origin.current)),
    ];
  };

  const add = (svg: SVGSVGElement, event: PointerEvent) => {
    const stroke = current.current;
    if (stroke === undefined || stroke.points.length >= longestStroke) return;
    const point = pointOf(svg, event);
    const before = stroke.points.at(-1);
    if (before !== undefined && Math.hypot(point[0] - before[0], point[1] - before[1]) < (nearest * width) / 1000)
      return;
    stroke.points.push(point);
    stroke.path += before === undefined ? pathOf([point]) : pieceOf(before, point, stroke.points.length === 2);
  };

  const end = (event: PointerEvent) => {
    const stroke = current.current;
    if (stroke === undefined || stroke.pointer !== event.pointerId) return;
    current.current = undefined;
    setDrawing(false);
    live.current?.setAttribute('d', '');
    if (stroke.points.length > 0) give([...standing.current, stroke.points]);
  };

  return (
    <div class="signature">
      <svg
        ref={pad}
        class="signature-pad"
        viewBox={`0 0 ${width} ${height}`}
        style={{ '--shape': width / height }}
        role="img"
        aria-label={words.signHere}
        onPointerDown={(event) => {
          if (event.button !== 0 || current.current !== undefined || standing.current.length >= mostStrokes) return;
          event.preventDefault();
          event.currentTarget.setPointerCapture(event.pointerId);
          current.current = { points: [], pointer: event.pointerId, path: '' };
          add(event.currentTarget, event);
          live.current?.setAttribute('d', current.current.path);
          setDrawing(true);
        }}
        onPointerMove={(event) => {
          const stroke = current.current;
          if (stroke?.pointer !== event.pointerId) return;
          // One event may stand for many positions of the finger.
          const between = event.getCoalescedEvents();
          for (const each of between.length === 0 ? [event] : between) add(event.currentTarget, each);
          live.current?.setAttribute('d', stroke.path);
        }}
        onPointerUp={end}
        onPointerCancel={end}
      >
        <path class="signature-line" d={`M${width * 0.06} ${height * 0.8}H${width * 0.94}`} />
        {strokes.map((stroke, i) => (
          <path key={i} class="signature-ink" d={pathOf(stroke)} />
        ))}
        <path ref={live} class="signature-ink" />
      </svg>
      {strokes.length === 0 && !drawing ? <p class="signature-hint">{words.signHere}</p> : null}
      <div class="signature-keys">
        <button type="button" disabled={strokes.length === 0} onClick={() => give(strokes.slice(0, -1))}>
          {words.undo}
        </button>
        <button
          type="button"
          disabled={strokes.length === 0}
          onClick={() => {
            origin.current = undefined;
            give([]);
          }}
        >
          {words.signAgain}
        </button>
      </div>
    </div>
  );
}
