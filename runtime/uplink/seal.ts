import { CompactEncrypt, CompactSign, compactVerify } from 'jose';
import { err, ok, type Result } from '../../drivers/contract/result.ts';
import type { Sensitive } from '../../drivers/contract/sensitive.ts';
import { type CaseEnvelope, type CasePayload, type ReceiptClaims, receiptClaims } from '../centre/api.ts';
import { fingerprint } from './fingerprint.ts';
import { type CentreKeyring, suite, type TerminalKey } from './keys.ts';

const utf8 = new TextEncoder();

/** Compact JWE (RFC 7516) to the centre: ECDH-ES+A256KW, A256GCM. Never compressed: length would tell of content. */
function encrypt(bytes: Uint8Array, keyring: CentreKeyring, typ: string): Promise<string> {
  return new CompactEncrypt(bytes)
    .setProtectedHeader({ alg: suite.wrap, enc: suite.encrypt, kid: keyring.seal.kid, typ })
    .encrypt(keyring.seal.key);
}

/** One page, sealed. The signed payload names the hash of its clear bytes, which binds it to its case. */
export async function sealMaterial(bytes: Sensitive<Uint8Array>, keyring: CentreKeyring): Promise<Uint8Array> {
  return utf8.encode(await encrypt(bytes.reveal(), keyring, 'window24-material'));
}

/** The payload, signed by the terminal (ES256), then sealed to the centre. */
export async function sealPayload(
  payload: Sensitive<CasePayload>,
  terminal: TerminalKey,
  keyring: CentreKeyring,
): Promise<string> {
  const signed = await new CompactSign(utf8.encode(JSON.stringify(payload.reveal())))
    .setProtectedHeader({ alg: suite.sign, kid: terminal.kid, typ: 'window24-case' })
    .sign(terminal.privateKey);
  return encrypt(utf8.encode(signed), keyring, 'window24-case');
}

/** `Authorization` of one request: signed over who asks, what for, and the hash of the body. */
export async function authorize(
  terminal: TerminalKey,
  claims: { readonly iss: string; readonly htm: string; readonly htu: string; readonly body: string },
): Promise<string> {
  const token = await new CompactSign(utf8.encode(JSON.stringify(claims)))
    .setProtectedHeader({ alg: suite.sign, kid: terminal.kid, typ: 'window24-request' })
    .sign(terminal.privateKey);
  return `Window24 ${token}`;
}

/** The claims of a receipt that the centre signed for exactly this envelope; otherwise why it is none. */
export async function verifyReceipt(
  receiptJws: string,
  envelope: CaseEnvelope,
  keyring: CentreKeyring,
): Promise<Result<ReceiptClaims, string>> {
  let payload: Uint8Array;
  try {
    const verified = await compactVerify(
      receiptJws,
      ({ kid }) => {
        const key = keyring.verify.get(kid ?? '');
        if (!key) throw new Error('unknown key');
        return key;
      },
      { algorithms: [suite.sign] },
    );
    payload = verified.payload;
  } catch {
    return err('the signature of the receipt does not verify with a key of the centre');
  }
  const claims = receiptClaims.safeParse(parseJson(payload));
  if (!claims.success) return err('the receipt is signed but its claims are outside the contract');
  const { caseId, code, terminal } = claims.data;
  if (caseId !== envelope.caseId || code !== envelope.code || terminal !== envelope.terminal) {
    return err('the receipt is for another case');
  }
  if (claims.data.fingerprint !== fingerprint(envelope)) return err('the receipt is for another content of this case');
  return ok(claims.data);
}

function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    return undefined;
  }
}
