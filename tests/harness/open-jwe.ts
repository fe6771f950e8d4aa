import {
  createDecipheriv,
  createHash,
  createPrivateKey,
  createPublicKey,
  diffieHellman,
  type JsonWebKey,
  verify,
} from 'node:crypto';

/** A second, independent reading of RFC 7516/7518 on bare primitives: what the terminal seals, others must open. */

const fromBase64 = (text: string) => Buffer.from(text, 'base64url');

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}
const withLength = (bytes: Buffer) => Buffer.concat([uint32(bytes.length), bytes]);

/** RFC 7518, 4.6.2: one round of the Concat KDF of SP 800-56A, 256 bits. */
function concatKdf(secret: Buffer, algorithm: string): Buffer {
  const otherInfo = [
    withLength(Buffer.from(algorithm)),
    withLength(Buffer.alloc(0)),
    withLength(Buffer.alloc(0)),
    uint32(256),
  ];
  return createHash('sha256')
    .update(Buffer.concat([uint32(1), secret, ...otherInfo]))
    .digest();
}

/** RFC 3394, 2.2.2, written out over AES-256 blocks. */
function unwrap(key: Buffer, wrapped: Buffer): Buffer {
  const n = wrapped.length / 8 - 1;
  const registers = Array.from({ length: n }, (_, i) => wrapped.subarray(8 * (i + 1), 8 * (i + 2)));
  let a = BigInt(`0x${wrapped.subarray(0, 8).toString('hex')}`);
  for (let j = 5; j >= 0; j -= 1) {
    for (let i = n; i >= 1; i -= 1) {
      const cipher = createDecipheriv('aes-256-ecb', key, null).setAutoPadding(false);
      const t = a ^ BigInt(n * j + i);
      const block = Buffer.concat([
        Buffer.from(t.toString(16).padStart(16, '0'), 'hex'),
        registers[i - 1] ?? Buffer.alloc(0),
      ]);
      const plain = Buffer.concat([cipher.update(block), cipher.final()]);
      a = BigInt(`0x${plain.subarray(0, 8).toString('hex')}`);
      registers[i - 1] = plain.subarray(8);
    }
  }
  if (a !== 0xa6a6a6a6a6a6a6a6n) throw new Error('key unwrap: integrity check failed');
  return Buffer.concat(registers);
}

/** Opens a compact JWE (ECDH-ES+A256KW, A256GCM, P-256) with the private key. */
export function openJwe(
  jwe: string,
  privateJwk: JsonWebKey,
): { readonly header: Record<string, unknown>; readonly clear: Buffer } {
  const [protectedHeader = '', encryptedKey = '', iv = '', ciphertext = '', tag = ''] = jwe.split('.');
  const header = JSON.parse(fromBase64(protectedHeader).toString()) as Record<string, unknown>;
  const secret = diffieHellman({
    privateKey: createPrivateKey({ key: privateJwk, format: 'jwk' }),
    publicKey: createPublicKey({ key: header.epk as JsonWebKey, format: 'jwk' }),
  });
  const contentKey = unwrap(concatKdf(secret, 'ECDH-ES+A256KW'), fromBase64(encryptedKey));
  const decipher = createDecipheriv('aes-256-gcm', contentKey, fromBase64(iv));
  decipher.setAAD(Buffer.from(protectedHeader)).setAuthTag(fromBase64(tag));
  return { header, clear: Buffer.concat([decipher.update(fromBase64(ciphertext)), decipher.final()]) };
}

/** Payload of a compact JWS by ES256; throws unless the signature is right. */
export function openJws(
  jws: string,
  publicJwk: JsonWebKey,
): { readonly header: Record<string, unknown>; readonly payload: Buffer } {
  const [header = '', payload = '', signature = ''] = jws.split('.');
  const key = createPublicKey({ key: publicJwk, format: 'jwk' });
  const right = verify(
    'sha256',
    Buffer.from(`${header}.${payload}`),
    { key, dsaEncoding: 'ieee-p1363' },
    fromBase64(signature),
  );
  if (!right) throw new Error('signature does not verify');
  return { header: JSON.parse(fromBase64(header).toString()) as Record<string, unknown>, payload: fromBase64(payload) };
}
