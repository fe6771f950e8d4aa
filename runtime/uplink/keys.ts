import { generateKeyPairSync } from 'node:crypto';
import { chmod, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type CryptoKey, calculateJwkThumbprint, importJWK, type JWK } from 'jose';
import { z } from 'zod';
import { err, ok, type Result } from '../../drivers/contract/result.ts';
import { centreKeys } from '../centre/api.ts';
import { fileCause, isFileError, makeDirectory, syncDirectory, writeDurably } from './durable-files.ts';

/** Algorithms of suite `intl-1`. */
export const suite = { name: 'intl-1', sign: 'ES256', wrap: 'ECDH-ES+A256KW', encrypt: 'A256GCM' } as const;

export interface KeyError {
  readonly code: 'keys';
  readonly cause: string;
}

/** The terminal's signing key. The public part goes to the centre when the terminal is enrolled. */
export interface TerminalKey {
  /** JWK thumbprint (RFC 7638). */
  readonly kid: string;
  readonly privateKey: CryptoKey;
  readonly publicJwk: JWK;
}

export interface CentreKeyring {
  readonly seal: { readonly kid: string; readonly key: CryptoKey };
  /** By `kid`, the centre's keys for receipts. */
  readonly verify: ReadonlyMap<string, CryptoKey>;
  readonly holderSalt: string;
}

const coordinate = z.string().regex(/^[A-Za-z0-9_-]{43}$/);
const publicPoint = z.object({ kty: z.literal('EC'), crv: z.literal('P-256'), x: coordinate, y: coordinate });
const privatePoint = publicPoint.extend({ d: coordinate });

export function terminalKeyPath(stateDirectory: string): string {
  return join(stateDirectory, 'terminal-key.json');
}

/**
 * Loads the terminal's key or, on the first start, makes it. A file that is there and unreadable is an error and stays:
 * the centre knows the terminal by the key in it.
 */
export async function loadTerminalKey(stateDirectory: string): Promise<Result<TerminalKey, KeyError>> {
  const path = terminalKeyPath(stateDirectory);
  try {
    const text = await readIfThere(path);
    if (text !== null) await chmod(path, 0o600);
    const jwk = text === null ? await makeTerminalKey(path) : privatePoint.parse(JSON.parse(text));
    const key = await importTerminalKey(jwk);
    await layPublicKey(stateDirectory, key);
    return ok(key);
  } catch (error) {
    // The words of a parser could quote the key.
    const cause = isFileError(error) ? fileCause(error) : 'not a P-256 private key';
    return err({ code: 'keys', cause: `terminal key ${path}: ${cause}` });
  }
}

async function makeTerminalKey(path: string): Promise<z.infer<typeof privatePoint>> {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const jwk = privatePoint.parse(privateKey.export({ format: 'jwk' }));
  await makeDirectory(dirname(path));
  await writeDurably(path, JSON.stringify(jwk));
  await syncDirectory(dirname(path));
  return jwk;
}

/** Lays the public key down where whoever enrols the terminal takes it from. */
async function layPublicKey(stateDirectory: string, key: TerminalKey): Promise<void> {
  const path = join(stateDirectory, 'terminal-key.public.json');
  const text = JSON.stringify(key.publicJwk);
  if ((await readIfThere(path)) !== text) await writeDurably(path, text);
}

async function importTerminalKey(jwk: z.infer<typeof privatePoint>): Promise<TerminalKey> {
  const { d: _private, ...publicJwk } = jwk;
  const kid = await calculateJwkThumbprint(publicJwk);
  return { kid, privateKey: await importPoint(jwk, suite.sign), publicJwk: { ...publicJwk, kid, alg: suite.sign } };
}

async function importPoint(jwk: JWK, algorithm: string): Promise<CryptoKey> {
  const key = await importJWK(jwk, algorithm);
  if (key instanceof Uint8Array) throw new Error('not an elliptic-curve key');
  return key;
}

/**
 * Reads the centre's public keys each time they are needed, so that a file brought by the technician or renewed by the
 * centre counts at once; unchanged text is not imported again.
 */
export function createCentreKeyring(path: string): () => Promise<Result<CentreKeyring, KeyError>> {
  let known: { readonly text: string; readonly keyring: CentreKeyring } | null = null;
  return async () => {
    try {
      const text = await readFile(path, 'utf8');
      if (known?.text !== text) known = { text, keyring: await importKeyring(text) };
      return ok(known.keyring);
    } catch (error) {
      const cause = isFileError(error) ? fileCause(error) : 'not a JWKS with P-256 keys for "enc" and "sig" and a salt';
      return err({ code: 'keys', cause: `centre keys ${path}: ${cause}` });
    }
  };
}

async function importKeyring(text: string): Promise<CentreKeyring> {
  const { keys, holderSalt } = centreKeys.parse(JSON.parse(text));
  const encrypting = keys.find((key) => key.use === 'enc');
  const signing = keys.filter((key) => key.use === 'sig');
  if (!encrypting || signing.length === 0) throw new Error('a key is missing');
  const verify = new Map<string, CryptoKey>();
  for (const key of signing) verify.set(key.kid, await importPoint(publicPoint.parse(key), suite.sign));
  const key = await importPoint(publicPoint.parse(encrypting), suite.wrap);
  return { seal: { kid: encrypting.kid, key }, verify, holderSalt };
}

async function readIfThere(path: string): Promise<string | null> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw error;
  }
}
