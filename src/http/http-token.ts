import { createHash, timingSafeEqual } from 'node:crypto';

/** The bearer credential in an `Authorization` header (RFC 6750); undefined where there is none. */
export function bearerToken(header: string | undefined): string | undefined {
  return /^bearer +(\S+) *$/i.exec(header ?? '')?.[1];
}

/** Whether two digests are the same. How long it takes does not tell how much of them is. */
export function isSameDigest(one: string, other: string): boolean {
  return timingSafeEqual(Buffer.from(one, 'hex'), Buffer.from(other, 'hex'));
}

/** What tells tokens apart without holding them. */
export function digestOf(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}
