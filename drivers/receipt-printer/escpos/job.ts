import { automaticStatus, concat, feedAndCut, initialise, inOrderProbe, rasterHeader } from './commands.ts';

/**
 * A slip as it goes over the wire. Each segment ends with an in-order probe and then with the head of a picture of
 * two blank rows that the next segment completes. So the printer confirms each segment, and whoever stops sending
 * between two segments leaves the printer inside a command: a later process sees that no in-order answer comes, and
 * knows that a torn slip hangs there. The cut goes last, by itself, after all else has been confirmed.
 */
export interface PrintJob {
  readonly segments: readonly Uint8Array[];
  /** Completes the last blank rows, feeds, cuts, probes. */
  readonly cut: Uint8Array;
}

/** Largest picture command, and thus the largest segment but for its frame: well below any receive buffer. */
export const mostPictureBytes = 2000;
const segmentBytes = 700;

/** Two blank rows as wide as the narrowest paper: room for the questions of several later processes. */
const openWidthBytes = 48;
const openRows = 2;

/** Head of a blank picture; what a later process asks disappears in it and does not complete it. */
export const openPicture = rasterHeader(0, openWidthBytes, openRows);
const closePicture = new Uint8Array(openWidthBytes * openRows);

/** Dots of white between the last line and the cutting edge. */
const tailDots = 40;

/** Groups whole commands into segments; see `PrintJob`. */
export function createJob(pieces: readonly Uint8Array[]): PrintJob {
  const segments: Uint8Array[] = [];
  let parts: Uint8Array[] = [initialise, automaticStatus];
  let length = 0;
  const finish = () => {
    segments.push(concat([...parts, inOrderProbe, openPicture]));
    parts = [closePicture];
    length = 0;
  };
  for (const piece of pieces) {
    if (length > 0 && length + piece.length > segmentBytes) finish();
    parts.push(piece);
    length += piece.length;
  }
  finish();
  return { segments, cut: concat([closePicture, feedAndCut(tailDots), inOrderProbe]) };
}
