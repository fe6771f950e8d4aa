import { randomBytes, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

const cookieName = 'window24';

/** Who may talk to this server: the page that it served itself, in a browser on this machine. */
export interface Guard {
  /** Value of a Set-Cookie header. */
  readonly setCookie: string;
  /** The request names this server as its host: a foreign name that resolves to loopback does not get in. */
  hostFits(request: IncomingMessage): boolean;
  /** The request was made by this server's own page. */
  originFits(request: IncomingMessage): boolean;
  tokenFits(request: IncomingMessage): boolean;
}

/** `authority`: host and port as a browser writes them, known once the server listens. */
export function createGuard(authority: () => { readonly host: string; readonly port: number }): Guard {
  const token = randomBytes(32).toString('base64url');
  const names = () => {
    const { host, port } = authority();
    const own = host.includes(':') ? `[${host}]` : host;
    return [own, 'localhost', '127.0.0.1'].map((name) => `${name}:${port}`);
  };
  return {
    setCookie: `${cookieName}=${token}; HttpOnly; SameSite=Strict; Path=/`,
    hostFits: ({ headers }) => names().includes(headers.host ?? ''),
    originFits: ({ headers }) => names().some((name) => headers.origin === `http://${name}`),
    tokenFits({ headers }) {
      const given = cookieOf(headers.cookie ?? '');
      return given.length === token.length && timingSafeEqual(Buffer.from(given), Buffer.from(token));
    },
  };
}

function cookieOf(header: string): string {
  for (const part of header.split(';')) {
    const [name, value = ''] = part.trim().split('=');
    if (name === cookieName) return /^[\w-]*$/.test(value) ? value : '';
  }
  return '';
}
