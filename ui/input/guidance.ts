/** What a small grey picture says about the big one: too dark, too bright, covered, moving, or steady. Pure. */

export type Guidance = 'covered' | 'dark' | 'bright' | 'moving' | 'steady';

export interface GreyFrame {
  readonly width: number;
  readonly height: number;
  /** One byte a pixel, 0 black to 255 white. */
  readonly grey: Uint8Array;
}

const coveredMean = 16;
const coveredSpread = 6;
const darkMean = 55;
/** Paper under a lamp is bright as a whole; glare is a part that has lost everything. */
const brightMean = 235;
const movingDifference = 6;

/** Grey from canvas pixels (RGBA), weighted as ITU-R BT.601. */
export function toGrey({ width, height, data }: { width: number; height: number; data: Uint8ClampedArray }): GreyFrame {
  const grey = new Uint8Array(width * height);
  for (let i = 0; i < grey.length; i++) {
    const at = i * 4;
    grey[i] = Math.round(0.299 * (data[at] ?? 0) + 0.587 * (data[at + 1] ?? 0) + 0.114 * (data[at + 2] ?? 0));
  }
  return { width, height, grey };
}

/** Mean absolute difference of two frames of the same size, after taking out a change of the light as a whole. */
export function difference(a: GreyFrame, b: GreyFrame): number {
  if (a.grey.length !== b.grey.length || a.grey.length === 0) return 0;
  const shift = mean(a.grey) - mean(b.grey);
  let sum = 0;
  for (let i = 0; i < a.grey.length; i++) sum += Math.abs((a.grey[i] ?? 0) - (b.grey[i] ?? 0) - shift);
  return sum / a.grey.length;
}

function mean(values: Uint8Array): number {
  let sum = 0;
  for (const value of values) sum += value;
  return sum / values.length;
}

export function judge(frame: GreyFrame, before: GreyFrame | undefined): Guidance {
  const light = mean(frame.grey);
  let spread = 0;
  for (const value of frame.grey) spread += Math.abs(value - light);
  spread /= frame.grey.length;
  if (light < coveredMean && spread < coveredSpread) return 'covered';
  if (light < darkMean) return 'dark';
  if (light > brightMean) return 'bright';
  if (before !== undefined && difference(frame, before) > movingDifference) return 'moving';
  return 'steady';
}
