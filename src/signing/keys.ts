import { createHash, createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto';

/** What signs. Its id names the public key that verifies. */
export interface SigningKey {
  readonly id: string;
  readonly key: KeyObject;
}

/** What verifies: the public keys that are trusted, by id. Several, so that a key can be replaced while both are in use. */
export type TrustedKeys = ReadonlyMap<string, KeyObject>;

/** A key that can't be used; the message does not repeat it. */
export class KeyUnusable extends Error {
  readonly code = 'KEY_UNUSABLE';
}

const PREFIX = 'ed25519:';
/** What stands before the 32 bytes of an Ed25519 public key in its DER form (RFC 8410). */
const SPKI = Buffer.from('302a300506032b6570032100', 'hex');

/** A new pair: the private key as PEM (PKCS #8), the public one as one word. */
export function newKeyPair(): { readonly privatePem: string; readonly publicKey: string } {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  return { privatePem: privateKey.export({ type: 'pkcs8', format: 'pem' }) as string, publicKey: wordOf(publicKey) };
}

/** The public key of a private one, as one word. @throws {KeyUnusable} */
export function publicKeyOf(privatePem: string): string {
  return wordOf(createPublicKey(readPrivate(privatePem)));
}

/** @throws {KeyUnusable} when the text is no Ed25519 private key in PEM */
export function readSigningKey(privatePem: string): SigningKey {
  const key = readPrivate(privatePem);
  return { id: idOf(createPublicKey(key)), key };
}

/**
 * Reads public keys, `ed25519:…`, separated by spaces, commas or lines; `#` begins a comment.
 * @throws {KeyUnusable} when one is none, or there is none: trusting nothing by mistake must not look like trusting all
 */
export function readTrustedKeys(text: string): TrustedKeys {
  const words = text
    .replace(/#.*$/gm, '')
    .split(/[\s,]+/)
    .filter(Boolean);
  if (words.length === 0) throw new KeyUnusable('there is no public key in what should name some');
  return new Map(words.map(readPublic).map((key) => [idOf(key), key]));
}

/** What a worker signs with, and whose signatures it takes for its fleet's: its own, and those of keys that are being replaced. */
export interface Signing {
  readonly key: SigningKey;
  readonly trusted: TrustedKeys;
}

export function signingWith(key: SigningKey, alsoTrusted: TrustedKeys = new Map()): Signing {
  return { key, trusted: new Map([...alsoTrusted, [key.id, createPublicKey(key.key)]]) };
}

function readPrivate(pem: string): KeyObject {
  try {
    const key = createPrivateKey(pem);
    if (key.asymmetricKeyType === 'ed25519') return key;
  } catch {
    // Said below.
  }
  throw new KeyUnusable('the signing key is no Ed25519 private key in PEM: make one with "knell keys new"');
}

function readPublic(word: string): KeyObject {
  const bytes = Buffer.from(word.slice(PREFIX.length), 'base64');
  if (!word.startsWith(PREFIX) || bytes.length !== 32) {
    throw new KeyUnusable(
      `"${word.slice(0, 60)}" is no public key: write ed25519: and 44 characters, as "knell keys new" prints it`,
    );
  }
  return createPublicKey({ key: Buffer.concat([SPKI, bytes]), format: 'der', type: 'spki' });
}

function wordOf(key: KeyObject): string {
  return PREFIX + rawOf(key).toString('base64');
}

function idOf(key: KeyObject): string {
  return createHash('sha256').update(rawOf(key)).digest('hex').slice(0, 16);
}

function rawOf(key: KeyObject): Buffer {
  return (key.export({ type: 'spki', format: 'der' }) as Buffer).subarray(SPKI.length);
}
