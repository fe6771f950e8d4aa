import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Clock } from '../../drivers/contract/clock.ts';
import type { LineMode } from '../server/protocol.ts';

/** The village line of `slow`: each way this much later, and no faster than this. */
export const slowLine = { latencyMs: 200, bytesPerSecond: 32_000 } as const;
const segmentBytes = 1460;

/** The line between terminal and centre, as a person with cutters has it in hand. */
export interface CentreLine {
  readonly port: number;
  mode(): LineMode;
  setMode(mode: LineMode): void;
  onChange(listener: () => void): () => void;
  close(): Promise<void>;
}

export interface LineOptions {
  readonly host: string;
  /** 0: any free port. */
  readonly port: number;
  readonly target: { readonly host: string; readonly port: number };
  readonly clock: Clock;
}

/**
 * A TCP proxy that can fail like a line. `cut` resets what is open and every new attempt; `slow` delays and throttles;
 * `nonsense` answers in the centre's place, as a captive portal or a broken gateway does; `stall` takes the connection
 * and never says a word. Between `up` and `slow` open connections live on; any other change breaks them.
 */
export async function startLine(options: LineOptions): Promise<CentreLine> {
  const open = new Set<Socket>();
  const listeners = new Set<() => void>();
  let mode: LineMode = 'up';
  let nonsense = 0;

  function keep(socket: Socket): void {
    open.add(socket);
    socket.on('error', () => {});
    socket.on('close', () => open.delete(socket));
  }

  const server = createServer({ allowHalfOpen: true }, (terminal) => {
    keep(terminal);
    if (mode === 'cut') terminal.resetAndDestroy();
    else if (mode === 'nonsense') answerNonsense(terminal, nonsense++);
    else if (mode !== 'stall') {
      const centre = connect({ ...options.target, allowHalfOpen: true });
      keep(centre);
      void join(terminal, centre, options.clock, () => mode === 'slow');
    }
  });
  server.listen(options.port, options.host);
  await once(server, 'listening');

  return {
    port: (server.address() as AddressInfo).port,
    mode: () => mode,
    setMode(next) {
      if (next === mode) return;
      const gentle = (each: LineMode) => each === 'up' || each === 'slow';
      if (!gentle(mode) || !gentle(next)) for (const socket of [...open]) socket.resetAndDestroy();
      mode = next;
      for (const listener of [...listeners]) listener();
    },
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    async close() {
      for (const socket of [...open]) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

/** Passes bytes both ways until either end breaks; then both do. */
async function join(terminal: Socket, centre: Socket, clock: Clock, isSlow: () => boolean): Promise<void> {
  try {
    await Promise.all([
      pipeline(terminal, throttle(clock, isSlow), centre),
      pipeline(centre, throttle(clock, isSlow), terminal),
    ]);
  } catch {
    // One end broke: the other must learn of it, as on a real line.
    terminal.resetAndDestroy();
    centre.resetAndDestroy();
  }
}

function throttle(clock: Clock, isSlow: () => boolean): Transform {
  let cancel = () => {};
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      if (!isSlow()) return done(null, chunk);
      const send = (from: number) => {
        this.push(chunk.subarray(from, from + segmentBytes));
        if (from + segmentBytes >= chunk.length) return done();
        wait(from + segmentBytes, 0);
      };
      const wait = (from: number, extraMs: number) => {
        const bytes = Math.min(segmentBytes, chunk.length - from);
        cancel = clock.after(extraMs + (bytes * 1000) / slowLine.bytesPerSecond, () => send(from));
      };
      wait(0, slowLine.latencyMs);
    },
    destroy(error, done) {
      cancel();
      done(error);
    },
  });
}

const portal = '<!doctype html><title>Welcome</title><p>Please accept the terms to use this network.</p>';
const answers: readonly string[] = [
  `HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: ${portal.length}\r\nConnection: close\r\n\r\n${portal}`,
  'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 900\r\nConnection: close\r\n\r\n{"receipt":"eyJhbGciOiJFUzI1NiIsImtpZCI6',
  'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 15\r\nConnection: close\r\n\r\n{"status":"no"}',
  'SSH-2.0-OpenSSH_9.2\r\n',
];

/** Answers the first request of a connection with the next kind of nonsense, then hangs up. */
function answerNonsense(terminal: Socket, turn: number): void {
  let head = '';
  terminal.on('end', () => terminal.end());
  terminal.on('data', (bytes: Buffer) => {
    head = `${head}${bytes.toString('latin1')}`.slice(-4096);
    if (!head.includes('\r\n\r\n')) return;
    terminal.removeAllListeners('data');
    terminal.resume();
    terminal.end(answers[turn % answers.length] ?? '');
  });
}
