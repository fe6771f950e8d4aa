import { type FSWatcher, mkdirSync, readFileSync, watch } from 'node:fs';
import { join } from 'node:path';
import type { Clock } from '../../drivers/contract/clock.ts';
import { type Log, technical } from '../../drivers/contract/log.ts';
import type { Centre } from '../centre/centre.ts';

/** Where a terminal lays down its public key to be enrolled. */
export const publicKeyFile = 'terminal-key.public.json';

/** A look now and then, for file systems whose notices get lost. */
const lookEveryMs = 1000;

export interface Enrolment {
  registered(): boolean;
  close(): void;
}

/**
 * Does what an administrator does in production: carries the public key of the terminal to the centre, whenever there
 * is a new one.
 */
export function watchEnrolment(options: {
  readonly stateDirectory: string;
  readonly terminal: string;
  readonly centre: Pick<Centre, 'registerTerminal'>;
  readonly clock: Clock;
  readonly log: Log;
  readonly onChange: () => void;
}): Enrolment {
  const { stateDirectory, log } = options;
  mkdirSync(stateDirectory, { recursive: true, mode: 0o700 });
  let known = '';
  let registered = false;
  let closed = false;
  let cancel = () => {};

  async function look(): Promise<void> {
    const text = readKey(join(stateDirectory, publicKeyFile));
    if (text === null || text === known) return;
    known = text;
    try {
      await options.centre.registerTerminal(options.terminal, JSON.parse(text) as object);
      registered = true;
      options.onChange();
    } catch (error) {
      log.warn('terminal-key-unusable', { cause: technical(error instanceof Error ? error.name : 'error') });
    }
  }
  function repeat(): void {
    void look();
    if (!closed) cancel = options.clock.after(lookEveryMs, repeat);
  }

  let watcher: FSWatcher | null = null;
  try {
    watcher = watch(stateDirectory, () => void look());
    watcher.on('error', () => watcher?.close());
  } catch {
    log.warn('state-directory-not-watched');
  }
  repeat();
  return {
    registered: () => registered,
    close() {
      closed = true;
      cancel();
      watcher?.close();
    },
  };
}

function readKey(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return null;
  }
}
