import type { DatabaseSync } from 'node:sqlite';
import { type CryptoKey, compactVerify, decodeJwt, importJWK, type JWK } from 'jose';
import { z } from 'zod';
import { err, ok, type Result } from '../../drivers/contract/result.ts';
import { signing } from './keys.ts';
import { type Refusal, refusal } from './problems.ts';

const publicKey = z.object({
  kty: z.literal('EC'),
  crv: z.literal('P-256'),
  x: z.string().regex(/^[A-Za-z0-9_-]{43}$/),
  y: z.string().regex(/^[A-Za-z0-9_-]{43}$/),
});
const claims = z.object({
  iss: z.string().max(40),
  htm: z.string().max(10),
  htu: z.string().max(300),
  body: z.string().regex(/^[0-9a-f]{64}$/),
});

/** A request that a registered terminal signed; its body must still hash to `body`. */
export interface Signed {
  readonly terminal: string;
  readonly body: string;
}

export interface Terminals {
  /** Makes a terminal known, or gives a known one a new key. Throws on anything but a public P-256 key. */
  register(id: string, jwk: object): Promise<void>;
  keyOf(id: string): Promise<CryptoKey | null>;
  /** Checks the `Authorization` of a request before its body is read. */
  authenticate(header: string | undefined, method: string, path: string): Promise<Result<Signed, Refusal>>;
}

export function createTerminals(database: DatabaseSync, now: () => number): Terminals {
  const keys = new Map<string, CryptoKey>();
  const insert = database.prepare(
    `INSERT INTO terminals (id, jwk, registered_at) VALUES (?, ?, ?)
     ON CONFLICT (id) DO UPDATE SET jwk = excluded.jwk, registered_at = excluded.registered_at`,
  );
  const select = database.prepare('SELECT jwk FROM terminals WHERE id = ?');

  async function keyOf(id: string): Promise<CryptoKey | null> {
    const known = keys.get(id);
    if (known) return known;
    const row = select.get(id);
    if (!row) return null;
    const key = await importPublic(publicKey.parse(JSON.parse(String(row.jwk))));
    keys.set(id, key);
    return key;
  }

  return {
    keyOf,
    async register(id, jwk) {
      const clean = publicKey.parse(jwk);
      const key = await importPublic(clean);
      insert.run(id, JSON.stringify(clean), now());
      keys.set(id, key);
    },
    async authenticate(header, method, path) {
      const token = /^Window24 ([A-Za-z0-9_.-]{1,4000})$/.exec(header ?? '')?.[1];
      if (!token) return err(refusal('unauthorised', 'no Window24 authorization'));
      try {
        const iss = decodeJwt(token).iss;
        const key = iss ? await keyOf(iss) : null;
        if (!key) return err(refusal('unauthorised', 'terminal not registered'));
        const { payload } = await compactVerify(token, key, { algorithms: [signing] });
        const claimed = claims.parse(JSON.parse(new TextDecoder().decode(payload)));
        if (claimed.iss !== iss || claimed.htm !== method || claimed.htu !== path)
          return err(refusal('unauthorised', 'signed for another request'));
        return ok({ terminal: claimed.iss, body: claimed.body });
      } catch {
        return err(refusal('unauthorised', 'signature or claims do not hold'));
      }
    },
  };
}

async function importPublic(jwk: JWK): Promise<CryptoKey> {
  const key = await importJWK(jwk, signing);
  if (key instanceof Uint8Array) throw new Error('not an elliptic-curve key');
  return key;
}
