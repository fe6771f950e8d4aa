import { once } from 'node:events';
import { WebSocket } from 'ws';
import { err, ok, type Result } from '../../drivers/contract/result.ts';
import { type ClientMessage, paths, type ScreenMessage, type ServerMessage, seqHeader } from '../server/protocol.ts';

/** Why the person could not go on: the line to the terminal broke, or nothing new came in time. */
export type PersonTrouble = { readonly code: 'disconnected' | 'tooLong' | 'refused'; readonly cause: string };

/**
 * Somebody in front of the terminal, without a browser: speaks the screen protocol over the real socket, sees only what
 * a screen would show, and measures how long the machine keeps them standing.
 */
export class Person {
  readonly #base: string;
  readonly #cookie: string;
  readonly #socket: WebSocket;
  #screen: ScreenMessage | null = null;
  #arrivedAt = 0;
  #lost = false;
  #wake: () => void = () => {};
  /** Told of every screen, waits included. */
  onScreen: (screen: ScreenMessage) => void = () => {};

  private constructor(base: string, cookie: string, socket: WebSocket) {
    this.#base = base;
    this.#cookie = cookie;
    this.#socket = socket;
    socket.on('message', (data) => this.#hear(JSON.parse(String(data)) as ServerMessage));
    socket.on('close', () => {
      this.#lost = true;
      this.#wake();
    });
    socket.on('error', () => {});
  }

  /** Walks up to the terminal at `base`, e.g. http://127.0.0.1:2424. */
  static async walkUp(base: string): Promise<Result<Person, PersonTrouble>> {
    try {
      const page = await fetch(base, { signal: AbortSignal.timeout(5000) });
      const cookie = (page.headers.get('set-cookie') ?? '').split(';')[0] ?? '';
      await page.arrayBuffer();
      const url = `${base.replace(/^http/, 'ws')}${paths.socket}?client=rehearsal`;
      const socket = new WebSocket(url, { origin: base, headers: { cookie } });
      const person = new Person(base, cookie, socket);
      await once(socket, 'open', { signal: AbortSignal.timeout(5000) });
      return ok(person);
    } catch (error) {
      return err({ code: 'disconnected', cause: error instanceof Error ? error.message : String(error) });
    }
  }

  screen(): ScreenMessage | null {
    return this.#screen;
  }

  send(message: ClientMessage): void {
    if (this.#socket.readyState === WebSocket.OPEN) this.#socket.send(JSON.stringify(message));
  }

  /** Uploads a picture made on the screen with this seq. */
  async show(seq: number, jpeg: Uint8Array): Promise<Result<void, PersonTrouble>> {
    try {
      const answer = await fetch(`${this.#base}${paths.pictures}`, {
        method: 'POST',
        headers: { 'content-type': 'image/jpeg', [seqHeader]: String(seq), cookie: this.#cookie, origin: this.#base },
        body: jpeg.slice().buffer,
        signal: AbortSignal.timeout(10_000),
      });
      await answer.arrayBuffer();
      return answer.ok ? ok(undefined) : err({ code: 'refused', cause: `picture answered ${answer.status}` });
    } catch (error) {
      return err({ code: 'disconnected', cause: error instanceof Error ? error.message : String(error) });
    }
  }

  /** The next screen with a higher seq that wants something of the person, with the moment it arrived. */
  async nextQuestion(
    afterSeq: number,
    withinMs: number,
  ): Promise<Result<{ readonly screen: ScreenMessage; readonly at: number }, PersonTrouble>> {
    const deadline = performance.now() + withinMs;
    for (;;) {
      const screen = this.#screen;
      if (screen && screen.seq > afterSeq && asksSomething(screen)) return ok({ screen, at: this.#arrivedAt });
      if (this.#lost) return err({ code: 'disconnected', cause: 'the terminal is gone' });
      const left = deadline - performance.now();
      if (left <= 0)
        return err({ code: 'tooLong', cause: `still on ${screen?.screen ?? 'nothing'} after ${withinMs} ms` });
      await this.#change(left);
    }
  }

  /** Resolves at the next message, when the line breaks, or after `ms`. */
  #change(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  /** Walks away; what was sent before still arrives. */
  async leave(): Promise<void> {
    if (this.#lost) return;
    this.#socket.close();
    await once(this.#socket, 'close', { signal: AbortSignal.timeout(2000) }).catch(() => this.#socket.terminate());
  }

  #hear(message: ServerMessage): void {
    if (message.type === 'screen') {
      this.#screen = message;
      this.#arrivedAt = performance.now();
      this.onScreen(message);
    }
    this.#wake();
  }
}

/** Whether the machine waits for the person now, rather than the person for the machine. */
function asksSomething(screen: ScreenMessage): boolean {
  if (screen.screen === 'wait') return false;
  if (screen.screen === 'presentCard') return screen.props.state !== 'reading';
  if (screen.screen === 'findCase') return screen.props.cardState !== 'reading';
  return true;
}
