import { type CryptoKey, compactDecrypt, compactVerify, decodeProtectedHeader } from 'jose';
import { err, ok, type Result } from '../../drivers/contract/result.ts';
import { type CaseEnvelope, type CasePayload, casePayload } from './api.ts';
import { type Keys, sealing, signing } from './keys.ts';
import { type Refusal, refusal } from './problems.ts';

const decryption = { keyManagementAlgorithms: [sealing.alg], contentEncryptionAlgorithms: [sealing.enc] };

/** Opens what was sealed to the centre: compact JWE as text or as its bytes. Compressed ones are refused (bombs). */
async function open(keys: Keys, sealed: string): Promise<Result<Uint8Array, Refusal>> {
  try {
    if (decodeProtectedHeader(sealed).zip !== undefined) return err(refusal('unreadable', 'compressed JWE'));
    const { plaintext } = await compactDecrypt(sealed, keys.decrypt, decryption);
    return ok(plaintext);
  } catch {
    return err(refusal('unreadable', 'not a JWE to the key of this centre'));
  }
}

/** Opens one sealed material. */
export function openBlob(keys: Keys, body: Uint8Array): Promise<Result<Uint8Array, Refusal>> {
  return open(keys, Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString('latin1'));
}

/** Opens the payload of an envelope and checks the terminal's signature, the schema, and that it is this case's. */
export async function openPayload(
  keys: Keys,
  envelope: CaseEnvelope,
  terminalKey: CryptoKey,
): Promise<Result<CasePayload, Refusal>> {
  const opened = await open(keys, envelope.sealed);
  if (!opened.ok) return opened;
  let clear: unknown;
  try {
    const signed = new TextDecoder('utf-8', { fatal: true }).decode(opened.value);
    const { payload } = await compactVerify(signed, terminalKey, { algorithms: [signing] });
    clear = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(payload));
  } catch {
    return err(refusal('unreadable', 'the sealed part is not signed by this terminal'));
  }
  const parsed = casePayload.safeParse(clear);
  if (!parsed.success) {
    // Paths only: a value in here may be personal.
    const paths = parsed.error.issues.slice(0, 5).map((issue) => issue.path.map(String).join('.') || '(whole)');
    return err(refusal('unreadable', `payload outside the contract at ${paths.join(', ')}`));
  }
  return belongsTogether(envelope, parsed.data);
}

function belongsTogether(envelope: CaseEnvelope, payload: CasePayload): Result<CasePayload, Refusal> {
  if (payload.caseId !== envelope.caseId || payload.code !== envelope.code)
    return err(refusal('code-invalid', 'id or code inside and outside the seal differ'));
  if (payload.taskCode !== envelope.code.slice(0, 31))
    return err(refusal('code-invalid', 'task code inside the seal is not that of the case code'));
  const sent = new Set(envelope.blobs.map((blob) => blob.n));
  const named = new Set(payload.materials.map((material) => material.n));
  if (sent.size !== envelope.blobs.length || named.size !== payload.materials.length)
    return err(refusal('unreadable', 'a blob is named twice'));
  if (sent.size !== named.size || [...named].some((n) => !sent.has(n)))
    return err(refusal('unreadable', 'materials inside and blobs outside the seal differ'));
  return ok(payload);
}
