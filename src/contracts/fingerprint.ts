import { createHash } from 'node:crypto';

/** The salt of a deployment that sets none with `KNELL_FINGERPRINT_SALT`. */
export const DEFAULT_FINGERPRINT_SALT = 'knell';

/**
 * The salt in an environment such as `process.env`. All who speak of the same token have to use the same one:
 * taps, probes, and backends that ask with a fingerprint.
 */
export function fingerprintSalt(env: Readonly<Record<string, string | undefined>>): string {
  return env.KNELL_FINGERPRINT_SALT || DEFAULT_FINGERPRINT_SALT;
}

/**
 * What tells one token from another without being the token: the first 32 hex digits of SHA-256 over salt, a line feed
 * and the token without the blanks around it. The token itself never leaves the machine that holds it.
 */
export function fingerprintOf(token: string, salt: string = DEFAULT_FINGERPRINT_SALT): string {
  return createHash('sha256').update(`${salt}\n${token.trim()}`).digest('hex').slice(0, 32);
}
