/** The built citizen UI behind a scripted socket: shows any screen message without a runtime. */
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';
import { WebSocketServer } from 'ws';
import {
  type ClientMessage,
  clientMessage,
  paths,
  type ServerMessage,
  seqHeader,
} from '../../runtime/server/protocol.ts';

const root = fileURLToPath(new URL('../../ui', import.meta.url));
const contentTypes: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.woff2': 'font/woff2',
  '.json': 'application/json',
};

/** A page of typing, as a stand-in for a photograph. */
const picture = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 210 297"><path fill="#fff" d="M0 0h210v297H0z"/>
<path stroke="#333" stroke-width="5" d="M60 34h90M24 66h150M24 84h162M24 102h140M24 120h158M24 138h110M24 174h162M24 192h120"/>
<circle cx="150" cy="240" r="26" fill="none" stroke="#981d0d" stroke-width="4"/></svg>`;

export interface Gallery {
  readonly url: string;
  /** What the UI sent, oldest first. */
  readonly received: ClientMessage[];
  /** Pictures that came up, with their headers. */
  readonly uploads: { readonly seq: string; readonly type: string; readonly bytes: number }[];
  /** How the next pictures are answered; 200 until told otherwise. */
  answerUploads(status: number): void;
  /** Sends to every window, and to each that connects later the last `screen` message. */
  show(message: ServerMessage): void;
  /** Cuts every line; the next ones are let in again. */
  cut(): void;
  close(): Promise<void>;
}

/** Builds the citizen's page into `outDir`, without the simulator panel. */
export async function buildUi(outDir: string): Promise<void> {
  await build({
    configFile: false,
    root,
    logLevel: 'error',
    oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
    build: {
      outDir,
      emptyOutDir: true,
      target: 'chrome140',
      assetsInlineLimit: 0,
      rollupOptions: { input: join(root, 'index.html') },
    },
  });
}

async function fileOf(folder: string, path: string): Promise<{ type: string; body: Buffer } | null> {
  const name = normalize(path === '/' ? '/index.html' : path);
  try {
    return {
      type: contentTypes[extname(name)] ?? 'application/octet-stream',
      body: await readFile(join(folder, name)),
    };
  } catch {
    return null;
  }
}

/** Serves the UI built into `folder`. */
export async function startGallery(folder: string): Promise<Gallery> {
  const uploads: { seq: string; type: string; bytes: number }[] = [];
  let uploadStatus = 200;
  const server = createServer(async (request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://gallery');
    if (request.method === 'POST' && pathname === paths.pictures) {
      let bytes = 0;
      for await (const chunk of request) bytes += (chunk as Buffer).length;
      const { [seqHeader]: seq, 'content-type': type } = request.headers;
      uploads.push({ seq: String(seq), type: String(type), bytes });
      response.writeHead(uploadStatus, { 'content-type': 'application/json' }).end('{"id":"shot-1"}');
      return;
    }
    if (pathname.startsWith(paths.pictures)) {
      response.writeHead(200, { 'content-type': 'image/svg+xml' }).end(picture);
      return;
    }
    const file = await fileOf(folder, pathname);
    if (file === null) response.writeHead(404).end();
    else response.writeHead(200, { 'content-type': file.type }).end(file.body);
  });
  const sockets = new WebSocketServer({ server, path: paths.socket });
  const received: ClientMessage[] = [];
  let last: ServerMessage | null = null;
  sockets.on('connection', (socket) => {
    socket.on('message', (data) => received.push(clientMessage.parse(JSON.parse(String(data)))));
    if (last !== null) socket.send(JSON.stringify(last));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/`,
    received,
    uploads,
    answerUploads(status) {
      uploadStatus = status;
    },
    show(message) {
      if (message.type === 'screen') last = message;
      for (const socket of sockets.clients) socket.send(JSON.stringify(message));
    },
    cut() {
      for (const socket of sockets.clients) socket.terminate();
    },
    async close() {
      for (const socket of sockets.clients) socket.terminate();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
