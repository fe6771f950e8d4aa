import type { AddressInfo } from 'node:net';
import type { Clock } from '../../drivers/contract/clock.ts';
import { type Log, technical } from '../../drivers/contract/log.ts';
import { err, ok, type Result } from '../../drivers/contract/result.ts';
import { type CasePayload, type CaseState, centrePaths } from './api.ts';
import { addOperations, createApp } from './app.ts';
import { createBlobs } from './blobs.ts';
import { type CaseSummary, createCases, type LocalNote } from './cases.ts';
import { openDatabase } from './database.ts';
import { createEvaluations } from './evaluations.ts';
import { createHandlers } from './handlers.ts';
import { loadCatalogue } from './items.ts';
import { loadKeys } from './keys.ts';
import { openApi } from './openapi.ts';
import { openBlob } from './opening.ts';
import type { Refusal } from './problems.ts';
import { addStaffPages } from './staff.ts';
import { createTerminals } from './terminals.ts';
import { createTickets, type TicketSummary } from './tickets.ts';

/** A case with its pictures, opened with the centre's key. */
export interface OpenedCase {
  readonly summary: CaseSummary;
  readonly payload: CasePayload;
  readonly materials: readonly (CasePayload['materials'][number] & { readonly bytes: Uint8Array })[];
}

/** A running one-window centre. */
export interface Centre {
  /** Its address, without a slash at the end; the staff page is there, too. */
  readonly url: string;
  readonly port: number;
  /** Path of the public keys (`centreKeys`) that a terminal needs. */
  readonly keysFile: string;
  /** Makes a terminal known by its public P-256 JWK; throws when it is none. */
  registerTerminal(id: string, publicJwk: object): Promise<void>;
  /** Newest first. Nothing personal. */
  cases(): readonly CaseSummary[];
  /** Numbers taken at terminals, newest first. Nothing personal. */
  tickets(): readonly TicketSummary[];
  /** The case with all that was sealed; null when there is none with this id. */
  openCase(caseId: string): Promise<OpenedCase | null>;
  moveCase(caseId: string, to: CaseState, note: LocalNote | null): Result<void, Refusal>;
  /** Calls back after a case came in or moved, or a number was taken. */
  onChange(listener: () => void): () => void;
  close(): Promise<void>;
}

export interface CentreOptions {
  readonly directory: string;
  readonly host: string;
  /** 0: any free port. */
  readonly port: number;
  readonly itemsDirectory: string;
  readonly clock: Clock;
  readonly log: Log;
  readonly random?: () => number;
}

/** Starts a centre on `host:port` with everything it keeps in `directory`. Rejects when the port is taken. */
export async function startCentre(options: CentreOptions): Promise<Centre> {
  const { log } = options;
  const now = () => Math.trunc(options.clock.now());
  const database = openDatabase(options.directory);
  const { keys, keysFile } = await loadKeys(options.directory);
  const listeners = new Set<() => void>();
  const onChange = () => {
    for (const listener of [...listeners]) listener();
  };
  const catalogue = loadCatalogue(options.itemsDirectory, log);
  const terminals = createTerminals(database, now);
  const blobs = createBlobs(database, now);
  const cases = createCases({ database, keys, terminals, blobs, now, onChange });
  const tickets = createTickets(database, { now, random: options.random ?? Math.random, onChange });
  const evaluations = createEvaluations(database, cases, now);
  const desk = { database, keys, catalogue, blobs, cases, tickets, evaluations, now };

  const app = createApp(log);
  addOperations(app, terminals, createHandlers(desk));
  const description = JSON.stringify(openApi());
  app.get(centrePaths.openapi, (_request, reply) => reply.type('application/json').send(description));
  let port = options.port;
  addStaffPages(app, desk, () => [`http://127.0.0.1:${port}`, `http://localhost:${port}`, `http://[::1]:${port}`]);
  try {
    await app.listen({ host: options.host, port: options.port });
  } catch (error) {
    database.close();
    throw error;
  }
  port = (app.server.address() as AddressInfo).port;
  log.info('centre-open', { port, items: catalogue.items.length, keys: technical(keys.signKid) });

  return {
    url: `http://${options.host.includes(':') ? `[${options.host}]` : options.host}:${port}`,
    port,
    keysFile,
    registerTerminal: (id, jwk) => terminals.register(id, jwk),
    cases: () => cases.list(),
    tickets: () => tickets.list(),
    async openCase(caseId) {
      const summary = cases.find(caseId);
      const payload = cases.payload(caseId);
      if (!summary || !payload) return null;
      const materials = [];
      for (const material of payload.materials) {
        const clear = await openBlob(keys, blobs.read(caseId, material.n) ?? new Uint8Array());
        if (!clear.ok) throw new Error(`a stored material does not open: ${clear.error.detail}`);
        materials.push({ ...material, bytes: clear.value });
      }
      return { summary, payload, materials };
    },
    moveCase(caseId, to, note) {
      const moved = cases.move(caseId, to, note);
      return moved.ok ? ok(undefined) : err(moved.error);
    },
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    async close() {
      await app.close();
      database.close();
    },
  };
}
