import { closeSync, constants, mkdirSync, openSync, readlinkSync, renameSync, symlinkSync, unlinkSync } from 'node:fs';
import { dirname } from 'node:path';
import { ReadStream } from 'node:tty';
import koffi from 'koffi';
import { type Clock, systemClock } from '../contract/clock.ts';
import { createLine, type Line } from './line.ts';

/** The master side of a pseudo-terminal: where a simulated device speaks its bytes. */
export interface PtyMaster {
  /** Symbolic link to the terminal; stable over unplug and replug. */
  readonly link: string;
  readonly plugged: boolean;
  /** Sends bytes to the driver; lost while unplugged. */
  write(bytes: Uint8Array): void;
  onData(listener: (bytes: Uint8Array) => void): () => void;
  /** Destroys the terminal under the driver's hands, as pulling the plug does. */
  unplug(): void;
  replug(): void;
  close(): Promise<void>;
}

/** Room for struct termios on every Linux architecture (60 bytes with glibc). */
const termiosBytes = 256;
const setNow = 0;

/** Above this many bytes waiting on a paced line, the driver's writes block as on a real port. */
const backlogBytes = 1024;

interface Libc {
  openMaster(flags: number): number;
  grant(fd: number): number;
  unlock(fd: number): number;
  slaveName(fd: number, name: Uint8Array, size: number): number;
  getAttributes(fd: number, termios: Uint8Array): number;
  makeRaw(termios: Uint8Array): void;
  setAttributes(fd: number, when: number, termios: Uint8Array): number;
}

let loaded: Libc | null = null;

function libc(): Libc {
  if (!loaded) {
    const library = koffi.load('libc.so.6');
    loaded = {
      openMaster: library.func('int posix_openpt(int flags)'),
      grant: library.func('int grantpt(int fd)'),
      unlock: library.func('int unlockpt(int fd)'),
      slaveName: library.func('int ptsname_r(int fd, _Out_ uint8_t *name, size_t size)'),
      getAttributes: library.func('int tcgetattr(int fd, _Out_ uint8_t *termios)'),
      makeRaw: library.func('void cfmakeraw(_Inout_ uint8_t *termios)'),
      setAttributes: library.func('int tcsetattr(int fd, int when, const uint8_t *termios)'),
    };
  }
  return loaded;
}

function check(outcome: number, call: string): number {
  if (outcome < 0) throw new Error(`${call} failed with errno ${koffi.errno()}`);
  return outcome;
}

interface Terminal {
  readonly stream: ReadStream;
  /** Kept open: without any open slave the terminal dies when the driver closes its end. */
  readonly slave: number;
}

function openTerminal(link: string): Terminal {
  const c = libc();
  const cloexec = 0o2000000;
  const flags = constants.O_RDWR | constants.O_NOCTTY | constants.O_NONBLOCK | cloexec;
  const master = check(c.openMaster(flags), 'posix_openpt');
  check(c.grant(master), 'grantpt');
  check(c.unlock(master), 'unlockpt');
  const name = Buffer.alloc(128);
  check(-c.slaveName(master, name, name.length), 'ptsname_r');
  const path = name.toString('latin1', 0, name.indexOf(0));
  const slave = openSync(path, constants.O_RDWR | constants.O_NOCTTY | cloexec);
  const termios = Buffer.alloc(termiosBytes);
  check(c.getAttributes(slave, termios), 'tcgetattr');
  c.makeRaw(termios);
  check(c.setAttributes(slave, setNow, termios), 'tcsetattr');
  pointLink(link, path);
  return { stream: new ReadStream(master), slave };
}

function pointLink(link: string, target: string): void {
  mkdirSync(dirname(link), { recursive: true });
  const fresh = `${link}.${process.pid}`;
  removeLink(fresh);
  symlinkSync(target, fresh);
  renameSync(fresh, link);
}

function removeLink(link: string): void {
  try {
    readlinkSync(link);
    unlinkSync(link);
  } catch {
    // Nothing there, or not a link of ours: leave it.
  }
}

/**
 * Creates a pseudo-terminal and the symbolic link to it (its folder as well). With `paced`, bytes take the time of a
 * line of `baudRate` in both directions; otherwise they pass at once.
 */
export async function openPty(options: {
  link: string;
  baudRate: number;
  paced: boolean;
  clock?: Clock;
}): Promise<PtyMaster> {
  return new Pty(options.link, options.paced ? options.baudRate : null, options.clock ?? systemClock);
}

class Pty implements PtyMaster {
  readonly link: string;
  readonly #clock: Clock;
  readonly #toDriver: Line | null;
  readonly #toDevice: Line | null;
  readonly #listeners = new Set<(bytes: Uint8Array) => void>();
  #terminal: Terminal | null;
  /** While listeners run: when the bytes they hear were due, so that an answer is timed from there. */
  #moment: number | null = null;

  constructor(link: string, baudRate: number | null, clock: Clock) {
    this.link = link;
    this.#clock = clock;
    this.#toDriver = baudRate ? createLine(baudRate, clock, (bytes) => this.#terminal?.stream.write(bytes)) : null;
    this.#toDevice = baudRate ? createLine(baudRate, clock, (bytes, moment) => this.#hear(bytes, moment)) : null;
    this.#terminal = this.#open();
  }

  get plugged(): boolean {
    return this.#terminal !== null;
  }

  write(bytes: Uint8Array): void {
    if (!this.#terminal) return;
    const copy = Uint8Array.from(bytes);
    if (this.#toDriver) this.#toDriver.send(copy, this.#moment ?? this.#clock.monotonic());
    else this.#terminal.stream.write(copy);
  }

  onData(listener: (bytes: Uint8Array) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  unplug(): void {
    void this.#destroy();
  }

  replug(): void {
    this.#terminal ??= this.#open();
  }

  async close(): Promise<void> {
    await this.#destroy();
    this.#listeners.clear();
  }

  #open(): Terminal {
    const terminal = openTerminal(this.link);
    const { stream } = terminal;
    stream.on('error', () => {});
    stream.on('data', (bytes: Buffer) => this.#receive(bytes));
    return terminal;
  }

  #receive(bytes: Uint8Array): void {
    if (this.#toDevice) this.#toDevice.send(bytes, this.#clock.monotonic());
    else this.#hear(bytes, null);
    if (this.#toDevice && this.#toDevice.waiting > backlogBytes) this.#terminal?.stream.pause();
  }

  #hear(bytes: Uint8Array, moment: number | null): void {
    if (this.#toDevice && this.#toDevice.waiting < backlogBytes / 2) this.#terminal?.stream.resume();
    this.#moment = moment;
    try {
      for (const listener of [...this.#listeners]) listener(bytes);
    } finally {
      this.#moment = null;
    }
  }

  #destroy(): Promise<void> {
    const terminal = this.#terminal;
    if (!terminal) return Promise.resolve();
    this.#terminal = null;
    this.#toDriver?.clear();
    this.#toDevice?.clear();
    removeLink(this.link);
    return new Promise((resolve) => {
      terminal.stream.once('close', () => resolve());
      terminal.stream.destroy();
      closeSync(terminal.slave);
    });
  }
}
