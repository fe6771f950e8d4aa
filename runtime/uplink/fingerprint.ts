import { createHash } from 'node:crypto';
import type { CaseEnvelope } from '../centre/api.ts';

type Canonical = string | number | boolean | null | readonly Canonical[] | { readonly [key: string]: Canonical };

/** JSON with object keys in code unit order and no white space: RFC 8785 for values without fractions. */
export function canonicalJson(value: Canonical): string {
  if (Array.isArray(value)) return `[${value.map((each) => canonicalJson(each)).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const entries = Object.entries(value).sort(([left], [right]) => (left < right ? -1 : 1));
  return `{${entries.map(([key, each]) => `${JSON.stringify(key)}:${canonicalJson(each)}`).join(',')}}`;
}

/** SHA-256 in lower-case hexadecimal. */
export function sha256Hex(bytes: Uint8Array | string): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** What the centre's receipt must name: SHA-256 over the canonical envelope, seals and blob hashes included. */
export function fingerprint(envelope: CaseEnvelope): string {
  return sha256Hex(canonicalJson(envelope));
}
