import { isRecord } from './context.ts';

/** Thickness of the line, in thousandths of the pad's width. */
const penWidth = 6;

/**
 * The strokes of SIGNED {width, height, strokes} as an SVG document; null where there are none. Only numbers go in, so
 * that nothing a client sends can become markup.
 */
export function signatureSvg(value: unknown): string | null {
  if (!isRecord(value) || !Array.isArray(value.strokes) || value.strokes.length === 0) return null;
  const width = Number(value.width);
  const height = Number(value.height);
  if (!(width > 0) || !(height > 0)) return null;
  const paths = value.strokes.map((stroke: unknown) => `<path d="${pathOf(stroke)}"/>`);
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${round(width)} ${round(height)}">`,
    `<g fill="none" stroke="#000" stroke-linecap="round" stroke-linejoin="round" stroke-width="${round((width * penWidth) / 1000)}">`,
    ...paths,
    '</g></svg>',
  ].join('');
}

function pathOf(stroke: unknown): string {
  const points: readonly unknown[] = Array.isArray(stroke) ? stroke : [];
  const steps = points.map((point, n) => {
    const [x, y] = Array.isArray(point) ? point : [];
    return `${n === 0 ? 'M' : 'L'}${round(Number(x))} ${round(Number(y))}`;
  });
  // A dot is a stroke of one point; without a second one nothing would be drawn.
  return steps.length === 1 ? `${steps[0]}h0` : steps.join('');
}

function round(value: number): number {
  return Number.isFinite(value) ? Math.round(value * 10) / 10 : 0;
}
