import { createHmac } from 'node:crypto';
import type { Sensitive } from '../../drivers/contract/sensitive.ts';

/**
 * What stands for a person on the line: HMAC-SHA-256 over the number or phone, keyed with the centre's salt, lower-case
 * hexadecimal. Written forms of one number (spaces, hyphens, full width, a small x) give one hash.
 */
export function holderHash(salt: string, holder: Sensitive<string>): string {
  const plain = holder.reveal().normalize('NFKC').replace(/[\s-]/g, '').toUpperCase();
  return createHmac('sha256', salt).update(plain).digest('hex');
}
