import { type Loggable, technical } from '../../drivers/contract/log.ts';

const frames = 3;

/** Name and place of a thrown error. Its text is left out: it may quote what it choked on, and that may be personal. */
export function faultOf(error: unknown): Loggable {
  if (!(error instanceof Error)) return technical(typeof error);
  const places = (error.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line));
  return technical([error.name, ...places.slice(0, frames).map((line) => line.trim())].join(' '));
}
