import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { type RawData, type WebSocket, WebSocketServer } from 'ws';
import type { Clock } from '../../drivers/contract/clock.ts';
import { type Log, technical } from '../../drivers/contract/log.ts';
import type { Session } from '../session/session.ts';
import type { Guard } from './guard.ts';
import { type ClientMessage, clientMessage, closeCodes, paths, type ServerMessage } from './protocol.ts';

/** A signature is the largest message there is. */
const messageLimit = 512 * 1024;
/** A client that does not read this much is gone or hung. */
const backlogLimit = 1024 * 1024;
const pingMs = 10_000;
/** Messages a client may send: as many at once, and so many a second after that. Fingers are slower. */
const burst = 200;
const perSecond = 50;
/** Policy violation, RFC 6455 §7.4.1. */
const tooMany = 1008;

export interface SocketServer {
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void;
  close(): void;
}

/** The one place in front of the screen: one browser at a time holds it. */
export function createSocketServer(options: {
  readonly session: Session;
  readonly guard: Guard;
  readonly clock: Clock;
  readonly log: Log;
}): SocketServer {
  const { session, guard, clock, log } = options;
  const server = new WebSocketServer({ noServer: true, maxPayload: messageLimit, perMessageDeflate: false });
  server.on('headers', (headers, request) => {
    if (!guard.tokenFits(request)) headers.push(`Set-Cookie: ${guard.setCookie}`);
  });
  let holder: { readonly client: string; readonly socket: WebSocket } | null = null;

  function attach(socket: WebSocket, client: string): void {
    if (holder && holder.client !== client) {
      send(socket, { type: 'occupied' });
      socket.close(closeCodes.occupied);
      return;
    }
    // The same browser after a reload: the old connection may not have noticed yet.
    holder?.socket.close(closeCodes.occupied);
    holder = { client, socket };
    const stopMessages = session.onMessage((message) => send(socket, message));
    const stopPings = keepAlive(socket, clock);
    const allow = createRateLimit(clock);
    socket.on('message', (data, binary) => {
      if (!allow()) return socket.close(tooMany);
      const message = binary ? null : parse(data);
      if (!message) {
        log.warn('ui-message-malformed', {});
        return socket.close(closeCodes.badMessage);
      }
      deliver(session, message);
    });
    socket.on('close', () => {
      stopMessages();
      stopPings();
      if (holder?.socket === socket) holder = null;
    });
    send(socket, session.current());
    const countdown = session.countdown();
    if (countdown) send(socket, countdown);
  }

  return {
    upgrade(request, socket, head) {
      const url = new URL(request.url ?? '/', 'http://terminal');
      const client = url.searchParams.get('client') ?? '';
      if (url.pathname !== paths.socket) return reject(socket, '404 Not Found');
      if (!guard.hostFits(request) || !guard.originFits(request)) return reject(socket, '403 Forbidden');
      if (!/^[\w-]{1,64}$/.test(client)) return reject(socket, '400 Bad Request');
      server.handleUpgrade(request, socket, head, (accepted) => {
        accepted.on('error', (error) => log.warn('ui-socket-failed', { error: technical(error.message) }));
        // The page outlived an earlier process of this runtime; the answer carries the new token for its next try.
        if (!guard.tokenFits(request)) accepted.close(closeCodes.newToken);
        else attach(accepted, client);
      });
    },
    close() {
      for (const each of server.clients) each.terminate();
      server.close();
    },
  };
}

function send(socket: WebSocket, message: ServerMessage): void {
  if (socket.readyState !== socket.OPEN) return;
  if (socket.bufferedAmount > backlogLimit) socket.terminate();
  else socket.send(JSON.stringify(message));
}

function parse(data: RawData): ClientMessage | null {
  try {
    const parsed = clientMessage.safeParse(JSON.parse(String(data)));
    return parsed.success ? parsed.data : null;
  } catch {
    return null;
  }
}

function deliver(session: Session, message: ClientMessage): void {
  if (message.type === 'event') session.event(message);
  else if (message.type === 'draft') session.draft(message.seq, message.data);
  else if (message.type === 'activity') session.activity(message.kind);
  else if (message.type === 'moreTime') session.moreTime();
  else session.preference(message);
}

/** A client that does not answer a ping until the next one is dead; its place becomes free. */
function keepAlive(socket: WebSocket, clock: Clock): () => void {
  let alive = true;
  let cancel = () => {};
  socket.on('pong', () => {
    alive = true;
  });
  const beat = () => {
    if (!alive) return socket.terminate();
    alive = false;
    socket.ping();
    cancel = clock.after(pingMs, beat);
  };
  cancel = clock.after(pingMs, beat);
  return () => cancel();
}

function createRateLimit(clock: Clock): () => boolean {
  let left = burst;
  let at = clock.monotonic();
  return () => {
    const now = clock.monotonic();
    left = Math.min(burst, left + ((now - at) / 1000) * perSecond);
    at = now;
    if (left < 1) return false;
    left -= 1;
    return true;
  };
}

function reject(socket: Duplex, status: string): void {
  socket.on('error', () => {});
  socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
}
