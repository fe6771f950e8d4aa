import { randomBytes } from 'node:crypto';
import { closeSync, fsyncSync, mkdirSync, openSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type CryptoKey, calculateJwkThumbprint, exportJWK, generateKeyPair, importJWK, type JWK } from 'jose';
import { z } from 'zod';
import { Sensitive } from '../../drivers/contract/sensitive.ts';
import { holderHash } from '../uplink/holder.ts';
import { type CentreKeys, centreKeys } from './api.ts';

export const sealing = { alg: 'ECDH-ES+A256KW', enc: 'A256GCM' } as const;
export const signing = 'ES256';

const stored = z.object({
  enc: z.looseObject({ kty: z.literal('EC'), kid: z.string(), d: z.string() }),
  sig: z.looseObject({ kty: z.literal('EC'), kid: z.string(), d: z.string() }),
  holderSalt: z.string().min(16),
});

export interface Keys {
  readonly decrypt: CryptoKey;
  readonly sign: CryptoKey;
  readonly signKid: string;
  readonly published: CentreKeys;
  /** The keyed hash of a number or phone, as terminals send it. */
  hashHolder(number: string): string;
}

/** Loads the centre's keys from `directory`, or makes them on the first start, and writes the public ones beside them. */
export async function loadKeys(directory: string): Promise<{ readonly keys: Keys; readonly keysFile: string }> {
  const secretFile = join(directory, 'centre-secret-keys.json');
  const kept = readStored(secretFile) ?? (await makeKeys());
  writeDurably(secretFile, JSON.stringify(kept));
  const published = centreKeys.parse({
    keys: [
      { ...publicPart(kept.enc), use: 'enc', alg: sealing.alg },
      { ...publicPart(kept.sig), use: 'sig', alg: signing },
    ],
    holderSalt: kept.holderSalt,
  });
  const keysFile = join(directory, 'centre-keys.json');
  writeDurably(keysFile, `${JSON.stringify(published, null, 2)}\n`);
  const keys: Keys = {
    decrypt: await importPrivate(kept.enc, sealing.alg),
    sign: await importPrivate(kept.sig, signing),
    signKid: kept.sig.kid,
    published,
    hashHolder: (number) => holderHash(kept.holderSalt, new Sensitive(number)),
  };
  return { keys, keysFile };
}

function readStored(file: string): z.infer<typeof stored> | null {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch {
    return null;
  }
  // A torn file must not be replaced silently: what was sealed to the old key would be lost.
  return stored.parse(JSON.parse(text));
}

async function makeKeys(): Promise<z.infer<typeof stored>> {
  return stored.parse({
    enc: await makeKey(sealing.alg),
    sig: await makeKey(signing),
    holderSalt: randomBytes(32).toString('base64url'),
  });
}

async function makeKey(alg: string): Promise<JWK> {
  const { privateKey } = await generateKeyPair(alg, { crv: 'P-256', extractable: true });
  const jwk = await exportJWK(privateKey);
  return { ...jwk, kid: await calculateJwkThumbprint(jwk) };
}

function publicPart(jwk: JWK): JWK {
  const { d: _secret, ...rest } = jwk;
  return rest;
}

async function importPrivate(jwk: JWK, alg: string): Promise<CryptoKey> {
  const key = await importJWK(jwk, alg);
  if (key instanceof Uint8Array) throw new Error('the centre key is not an elliptic-curve key');
  return key;
}

/** Writes a file that is whole or not there, whatever happens meanwhile. */
export function writeDurably(file: string, text: string): void {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  const fresh = `${file}.${process.pid}.new`;
  const handle = openSync(fresh, 'w', 0o600);
  try {
    writeFileSync(handle, text);
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
  renameSync(fresh, file);
}
