import { createHash, randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CompactEncrypt, CompactSign, type CryptoKey, exportJWK, generateKeyPair, importJWK, type JWK } from 'jose';
import type { Clock } from '../../drivers/contract/clock.ts';
import { silentLog } from '../../drivers/contract/log.ts';
import { type CaseEnvelope, type CasePayload, type CentreKeys, centreKeys } from '../../runtime/centre/api.ts';
import { type Centre, startCentre } from '../../runtime/centre/centre.ts';
import { checkCharacter } from '../../runtime/uplink/iso7064.ts';

export const taskCode = '11370800MB285591843370117002011';
const text = (zh: string, en: string) => ({ 'zh-CN': zh, en });

export const sampleItem = {
  taskCode,
  version: 3,
  title: text('居住证首次申领', 'First residence permit'),
  summary: text('摘要', 'Summary'),
  icon: 'home',
  theme: text('户籍', 'Residence'),
  audience: 'person',
  trips: 0,
  fee: { amount: 0, note: text('免费', 'Free') },
  promiseDays: 10,
  legalDays: 15,
  basis: text('居住证暂行条例', 'Residence permit rules'),
  office: text('公安局', 'Police'),
  phone: '0537-110',
  result: text('居住证', 'Permit'),
  scenarios: [
    {
      id: 'reason',
      ask: text('理由', 'Reason'),
      options: [
        { id: 'work', title: text('就业', 'Work') },
        { id: 'study', title: text('就读', 'Study') },
      ],
    },
  ],
  form: [{ name: 'address', label: text('住址', 'Address'), kind: 'address' }],
  materials: [{ id: 'lease', title: text('租赁合同', 'Lease'), maxPages: 2 }],
  declaration: text('属实', 'True'),
  delivery: [{ id: 'window', title: text('窗口领取', 'At the window') }],
};

/** A clock that stands until it is told to move. */
export function handClock(start: number): Clock & { set(at: number): void; add(ms: number): void } {
  let at = start;
  return {
    now: () => at,
    monotonic: () => at,
    after: () => () => {},
    set: (to) => {
      at = to;
    },
    add: (ms) => {
      at += ms;
    },
  };
}

export interface Stand {
  readonly directory: string;
  readonly centre: Centre;
  readonly keys: CentreKeys;
  /** Closes the centre and opens it again on the same directory. */
  restart(): Promise<void>;
  close(): Promise<void>;
}

export function freshDirectory(): string {
  return mkdtempSync(join(tmpdir(), 'window24-centre-'));
}

export function writeItems(directory: string): string {
  const items = join(directory, 'items');
  mkdirSync(items, { recursive: true });
  writeFileSync(join(items, 'sample.json'), JSON.stringify(sampleItem));
  return items;
}

/** A centre on a free port with one item; reproducible walk-ins. */
export async function openStand(clock: Clock): Promise<Stand> {
  const directory = freshDirectory();
  const itemsDirectory = writeItems(directory);
  const open = () =>
    startCentre({
      directory: join(directory, 'centre'),
      host: '127.0.0.1',
      port: 0,
      itemsDirectory,
      clock,
      log: silentLog,
      random: () => 0.5,
    });
  let centre = await open();
  const { readFileSync } = await import('node:fs');
  const keys = centreKeys.parse(JSON.parse(readFileSync(centre.keysFile, 'utf8')));
  return {
    directory,
    get centre() {
      return centre;
    },
    keys,
    async restart() {
      await centre.close();
      centre = await open();
    },
    async close() {
      await centre.close();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

const utf8 = new TextEncoder();
export const sha256 = (bytes: Uint8Array | string) => createHash('sha256').update(bytes).digest('hex');

/** A terminal as an integrator would write it from the contract alone. */
export class ContractTerminal {
  readonly id: string;
  readonly publicJwk: JWK;
  readonly #key: CryptoKey;

  private constructor(id: string, key: CryptoKey, publicJwk: JWK) {
    this.id = id;
    this.#key = key;
    this.publicJwk = publicJwk;
  }

  static async create(id = 'test-terminal'): Promise<ContractTerminal> {
    const { publicKey, privateKey } = await generateKeyPair('ES256', { extractable: true });
    return new ContractTerminal(id, privateKey, await exportJWK(publicKey));
  }

  sign(payload: Uint8Array): Promise<string> {
    return new CompactSign(payload).setProtectedHeader({ alg: 'ES256' }).sign(this.#key);
  }

  async authorization(method: string, path: string, body: Uint8Array | string): Promise<string> {
    const claims = { iss: this.id, htm: method, htu: path, body: sha256(body) };
    return `Window24 ${await this.sign(utf8.encode(JSON.stringify(claims)))}`;
  }

  /** Sends a request of the contract; `headers` override. */
  async send(
    centre: string,
    method: string,
    path: string,
    body?: Uint8Array | object,
    headers: Record<string, string> = {},
  ): Promise<Response> {
    const bytes = body === undefined ? '' : body instanceof Uint8Array ? body : JSON.stringify(body);
    const type = body instanceof Uint8Array ? 'application/octet-stream' : 'application/json';
    return fetch(centre + path, {
      method,
      headers: {
        authorization: await this.authorization(method, path, bytes),
        ...(body === undefined ? {} : { 'content-type': type, 'idempotency-key': uuid7() }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: bytes as BodyInit }),
    });
  }
}

/** RFC 9562 version 7. */
export function uuid7(): string {
  const bytes = randomBytes(16);
  bytes.writeUIntBE(Date.now(), 0, 6);
  bytes[6] = 0x70 | ((bytes[6] ?? 0) & 0x0f);
  bytes[8] = 0x80 | ((bytes[8] ?? 0) & 0x3f);
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}

let running = 0;
export function nextCode(): string {
  const body = `${taskCode}261123001${(running++).toString(36).toUpperCase().padStart(3, '0')}`;
  return body + checkCharacter(body);
}

export async function seal(keys: CentreKeys, bytes: Uint8Array): Promise<string> {
  const jwk = keys.keys.find((key) => key.use === 'enc');
  const key = await importJWK(jwk as JWK, 'ECDH-ES+A256KW');
  return new CompactEncrypt(bytes).setProtectedHeader({ alg: 'ECDH-ES+A256KW', enc: 'A256GCM' }).encrypt(key);
}

export interface MadeCase {
  readonly envelope: CaseEnvelope;
  readonly payload: CasePayload;
  readonly blobs: readonly Uint8Array[];
  readonly pictures: readonly Uint8Array[];
}

/** A case with `pages` pictures. `change` spoils the payload before it is signed. */
export async function makeCase(
  stand: Pick<Stand, 'keys'>,
  terminal: ContractTerminal,
  options: { pages?: number; holder?: string; change?: (payload: CasePayload) => object } = {},
): Promise<MadeCase> {
  const pictures = Array.from({ length: options.pages ?? 2 }, () => Uint8Array.from(randomBytes(900)));
  const blobs = await Promise.all(pictures.map(async (each) => utf8.encode(await seal(stand.keys, each))));
  const caseId = uuid7();
  const code = nextCode();
  const payload: CasePayload = {
    caseId,
    code,
    taskCode,
    itemVersion: 3,
    holder: { source: 'card', name: '王<b>伟', number: options.holder ?? '11010519491231002X' },
    scenario: { reason: 'work' },
    form: { address: '清河路1号"><script>alert(1)</script>' },
    delivery: { id: 'window' },
    materials: pictures.map((each, n) => ({
      id: 'lease',
      page: n + 1,
      n,
      contentType: 'image/jpeg',
      sha256: sha256(each),
      source: 'camera' as const,
    })),
    language: 'zh-CN',
  };
  const signed = await terminal.sign(utf8.encode(JSON.stringify(options.change?.(payload) ?? payload)));
  const envelope: CaseEnvelope = {
    caseId,
    code,
    terminal: terminal.id,
    suite: 'intl-1',
    flow: 'apply@1.0.0',
    sealed: await seal(stand.keys, utf8.encode(signed)),
    blobs: blobs.map((each, n) => ({ n, sha256: sha256(each), bytes: each.length })),
    createdWall: '2026-11-23T10:00:00Z',
  };
  return { envelope, payload, blobs, pictures };
}

export async function putBlobs(centre: string, terminal: ContractTerminal, made: MadeCase): Promise<void> {
  for (const [n, blob] of made.blobs.entries()) {
    const answer = await terminal.send(centre, 'PUT', `/v1/cases/${made.envelope.caseId}/blobs/${n}`, blob);
    if (answer.status !== 200) throw new Error(`blob ${n}: ${answer.status} ${await answer.text()}`);
  }
}

export function putCase(centre: string, terminal: ContractTerminal, envelope: CaseEnvelope): Promise<Response> {
  const { caseId } = envelope;
  return terminal.send(centre, 'PUT', `/v1/cases/${caseId}`, envelope, { 'idempotency-key': caseId });
}
