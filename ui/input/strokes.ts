/** A signature as points, and the smooth line through them. Pure. */

/** [x, y, milliseconds since the first point of the signature]; x and y in the pad's own units. */
export type Point = readonly [number, number, number];
export type Stroke = readonly Point[];

/** The runtime takes no more. */
export const longestStroke = 4000;
export const mostStrokes = 200;

/** The pad's width in its own units, unless a screen chooses another. */
export const padUnits = 1000;

const leastPoints = 8;
/** Of the pad's width: a dot, a slip of the finger or a rest of the hand is no name. */
const leastLength = 0.15;
/** Of the ink's own spread: one straight line is no name either. */
const leastTurning = 1.2;
const leastTimeMs = 150;

/**
 * True when there is enough ink to be somebody's name. A cross or a circle of one who cannot write is enough; taps and
 * a single straight line are not. `width` is that of the pad, in the units of the points.
 */
export function isSignature(strokes: readonly Stroke[], width: number = padUnits): boolean {
  const points = strokes.flat();
  if (points.length < leastPoints) return false;
  const spread = Math.max(spreadOf(points.map(([x]) => x)), spreadOf(points.map(([, y]) => y)));
  const length = strokes.reduce((sum, stroke) => sum + lengthOf(stroke), 0);
  const writing = strokes.reduce((sum, stroke) => sum + (stroke.at(-1)?.[2] ?? 0) - (stroke[0]?.[2] ?? 0), 0);
  return writing >= leastTimeMs && length >= leastLength * width && length >= leastTurning * spread;
}

function spreadOf(values: readonly number[]): number {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const value of values) [low, high] = [Math.min(low, value), Math.max(high, value)];
  return high - low;
}

export function lengthOf(stroke: Stroke): number {
  let sum = 0;
  for (const [i, [x, y]] of stroke.entries()) {
    const before = stroke[i - 1];
    if (before !== undefined) sum += Math.hypot(x - before[0], y - before[1]);
  }
  return sum;
}

const short = (n: number): string => String(Math.round(n * 10) / 10);

/** SVG path data: quadratic curves through the middles of neighbouring points; a lone point is a dot. */
export function pathOf(stroke: Stroke): string {
  const [first] = stroke;
  if (first === undefined) return '';
  let path = `M${short(first[0])} ${short(first[1])}`;
  if (stroke.length === 1) return `${path}h0`;
  for (let i = 1; i < stroke.length; i++) path += pieceOf(stroke[i - 1] ?? first, stroke[i] ?? first, i === 1);
  const last = stroke.at(-1) ?? first;
  return `${path}L${short(last[0])} ${short(last[1])}`;
}

/** The piece that one more point adds, so that a stroke in the making is never drawn anew. */
export function pieceOf(before: Point, point: Point, isFirst: boolean): string {
  const x = short((before[0] + point[0]) / 2);
  const y = short((before[1] + point[1]) / 2);
  return isFirst ? `L${x} ${y}` : `Q${short(before[0])} ${short(before[1])} ${x} ${y}`;
}
