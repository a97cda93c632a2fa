import { createHash } from 'node:crypto';
import { RulesBundle } from '../contracts/rules-bundle.ts';
import { canonicalJson } from '../ruleset/digest.ts';

/** A bundle is some hundred kilobytes; anything this large is none. Bytes. */
export const MAX_BUNDLE_BYTES = 16 * 1024 * 1024;

/** A bundle as it is stored and sent: the same content always has the same bytes, and its name is their digest. */
export interface Archive {
  /** SHA-256 of the bytes, in hex. */
  readonly digest: string;
  readonly bytes: Buffer;
}

/** Why bytes were not taken for a bundle. */
export interface Refusal {
  /** Stable, for machines: e.g. `bundle-tampered`. */
  readonly code: string;
  readonly message: string;
}

/** The bundle in its one canonical form: JSON with sorted keys and nothing between tokens. */
export function archiveOf(bundle: RulesBundle): Archive {
  const bytes = Buffer.from(canonicalJson(bundle), 'utf8');
  return { digest: digestOf(bytes), bytes };
}

/** SHA-256 in hex. */
export function digestOf(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/**
 * Reads an archive, which may come from anywhere. Never throws.
 *
 * @param digest what the bytes must have; left out where the file itself is what is meant
 */
export function openArchive(bytes: Uint8Array, digest?: string): { bundle: RulesBundle } | { refusal: Refusal } {
  if (bytes.length > MAX_BUNDLE_BYTES) {
    return refuse('bundle-too-large', `The bundle has ${bytes.length} bytes; ${MAX_BUNDLE_BYTES} are allowed.`);
  }
  const found = digestOf(bytes);
  if (digest !== undefined && found !== digest) {
    return refuse('bundle-tampered', `The bundle's bytes have the digest ${short(found)}, not ${short(digest)}.`);
  }
  let json: unknown;
  try {
    json = JSON.parse(Buffer.from(bytes).toString('utf8'));
  } catch {
    return refuse('bundle-unreadable', 'The bundle is no JSON.');
  }
  const parsed = RulesBundle.safeParse(json);
  if (!parsed.success) {
    const { path, message } = parsed.error.issues[0] ?? { path: [], message: 'no bundle' };
    return refuse('bundle-unreadable', `The bundle does not fit its schema: ${path.join('.')}: ${message}`);
  }
  // One content must not have two digests: what is compared by digest would otherwise look different.
  if (archiveOf(parsed.data).digest !== found) {
    return refuse('bundle-not-canonical', 'The bundle is not in canonical form: build it with "knell rules build".');
  }
  return { bundle: parsed.data };
}

/** A digest as people read it. */
export function short(digest: string): string {
  return digest.slice(0, 12);
}

function refuse(code: string, message: string): { refusal: Refusal } {
  return { refusal: { code, message } };
}
