import { sign as signBytes, verify as verifyBytes } from 'node:crypto';
import type { SigningKey, TrustedKeys } from './keys.ts';

/** The header of a signed message: `v1 <id of the key> <signature in base64>`. */
export const SIGNATURE_HEADER = 'Knell-Signature';

/** What a signature says of a message; anything but `good` is no reason to do what the message says. */
export type Verdict = 'good' | 'unsigned' | 'unknown key' | 'wrong';

/**
 * Signs a message for its subject: the same bytes on another subject, which is another run's, are not signed.
 * @returns the header's value
 */
export function sign(subject: string, payload: Uint8Array, { id, key }: SigningKey): string {
  return `v1 ${id} ${signBytes(null, signedBytes(subject, payload), key).toString('base64')}`;
}

/** @param header the header's value; empty or undefined where there is none */
export function verify(
  subject: string,
  payload: Uint8Array,
  header: string | undefined,
  trusted: TrustedKeys,
): Verdict {
  if (!header) return 'unsigned';
  const [version, id = '', signature = ''] = header.split(' ');
  const key = trusted.get(id);
  if (version !== 'v1' || !key) return 'unknown key';
  const isGood = verifyBytes(null, signedBytes(subject, payload), key, Buffer.from(signature, 'base64'));
  return isGood ? 'good' : 'wrong';
}

function signedBytes(subject: string, payload: Uint8Array): Buffer {
  return Buffer.concat([Buffer.from(`knell-signature/v1\n${subject}\n`), payload]);
}
