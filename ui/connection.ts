/** The one line to the runtime: a WebSocket that comes back by itself, and the throttled signs of life. */
import { signal } from '@preact/signals';
import type { ClientMessage, closeCodes, paths, ServerMessage, seqHeader } from '../runtime/server/protocol.ts';

// Types alone come from the protocol; these are checked against its constants by the compiler.
const socketPath: typeof paths.socket = '/ui/socket';
const picturesPath: typeof paths.pictures = '/ui/pictures';
const seqHeaderName: typeof seqHeader = 'x-window24-seq';
const occupiedCode: typeof closeCodes.occupied = 4001;

const backoffMs = [250, 500, 1000, 2000, 4000];
/** A window that found the terminal occupied asks again this much later. */
const occupiedRetryMs = 10_000;
const activityEveryMs = 2000;

export type Link = 'connecting' | 'open' | 'lost' | 'occupied';
/** `connecting` until the first answer; `lost` while the line is being remade. */
export const link = signal<Link>('connecting');

let socket: WebSocket | undefined;
let attempts = 0;
let lastActivity = Number.NEGATIVE_INFINITY;

/** Random, and the same after a reload of this tab: by it the runtime knows its one client again. */
function clientId(): string {
  const known = sessionStorage.getItem('client');
  if (known !== null) return known;
  const made = crypto.randomUUID();
  sessionStorage.setItem('client', made);
  return made;
}

function socketUrl(): string {
  const url = new URL(socketPath, location.href);
  url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
  url.searchParams.set('client', clientId());
  return url.href;
}

/** Opens the line and keeps it open for the life of the page. `remade` marks the first message after it was lost. */
export function connect(onMessage: (message: ServerMessage, remade: boolean) => void): void {
  const line = new WebSocket(socketUrl());
  socket = line;
  line.addEventListener('message', (event: MessageEvent<string>) => {
    attempts = 0;
    const message: ServerMessage = JSON.parse(event.data);
    const remade = link.value === 'lost';
    link.value = message.type === 'occupied' ? 'occupied' : 'open';
    onMessage(message, remade);
  });
  line.addEventListener('close', (event) => {
    socket = undefined;
    const occupied = event.code === occupiedCode || link.value === 'occupied';
    if (occupied) link.value = 'occupied';
    else link.value = 'lost';
    const wait = occupied ? occupiedRetryMs : (backoffMs[Math.min(attempts, backoffMs.length - 1)] ?? occupiedRetryMs);
    attempts += 1;
    setTimeout(() => connect(onMessage), wait * (0.75 + Math.random() / 2));
  });
}

/** False if the line is down: nothing was sent. */
export function post(message: ClientMessage): boolean {
  if (socket?.readyState !== WebSocket.OPEN) return false;
  socket.send(JSON.stringify(message));
  return true;
}

/** Tells the runtime that somebody is there, at most once in two seconds. */
export function reportActivity(kind: Extract<ClientMessage, { type: 'activity' }>['kind']): void {
  const now = performance.now();
  if (now - lastActivity < activityEveryMs) return;
  if (post({ type: 'activity', kind })) lastActivity = now;
}

export type UploadOutcome = 'taken' | 'stale' | 'tooLarge' | 'notAPicture' | 'failed';
const uploadPatienceMs = 15_000;

/** Sends a picture made on screen `seq`. The runtime answers a good one with the next screen. */
export async function uploadPicture(seq: number, jpeg: Blob): Promise<UploadOutcome> {
  try {
    const answer = await fetch(picturesPath, {
      method: 'POST',
      headers: { 'content-type': 'image/jpeg', [seqHeaderName]: String(seq) },
      body: jpeg,
      signal: AbortSignal.timeout(uploadPatienceMs),
    });
    if (answer.ok) return 'taken';
    if (answer.status === 409) return 'stale';
    if (answer.status === 413) return 'tooLarge';
    return answer.status === 415 || answer.status === 422 ? 'notAPicture' : 'failed';
  } catch {
    return 'failed';
  }
}
