import { describe, expect, it } from 'vitest';
import { KeyUnusable, newKeyPair, publicKeyOf, readSigningKey, readTrustedKeys } from '../../src/signing/keys.ts';
import { sign, verify } from '../../src/signing/signature.ts';

const [mine, other] = [newKeyPair(), newKeyPair()];
const key = readSigningKey(mine.privatePem);
const both = readTrustedKeys(`# two keys\n${other.publicKey}, ${mine.publicKey}\n`);
const payload = Buffer.from('{"a":1}');
const header = sign('knell.aborts.a.e.1', payload, key);

describe('a signature', () => {
  it.each([
    ['good', 'knell.aborts.a.e.1', payload, header, both],
    ['wrong', 'knell.aborts.a.e.2', payload, header, both],
    ['wrong', 'knell.aborts.a.e.1', Buffer.from('{"a":2}'), header, both],
    ['wrong', 'knell.aborts.a.e.1', payload, header.slice(0, -8), both],
    ['wrong', 'knell.aborts.a.e.1', payload, `v1 ${key.id}`, both],
    ['unknown key', 'knell.aborts.a.e.1', payload, header, readTrustedKeys(other.publicKey)],
    ['unknown key', 'knell.aborts.a.e.1', payload, header.replace('v1', 'v2'), both],
    ['unknown key', 'knell.aborts.a.e.1', payload, 'nonsense', both],
    ['unsigned', 'knell.aborts.a.e.1', payload, '', both],
    ['unsigned', 'knell.aborts.a.e.1', payload, undefined, both],
  ])('is %s for %s', (verdict, subject, data, given, trusted) => {
    expect(verify(subject, data, given, trusted)).toBe(verdict);
  });
});

describe('keys', () => {
  it('know their public half', () => {
    expect(publicKeyOf(mine.privatePem)).toBe(mine.publicKey);
    expect(mine.publicKey).toMatch(/^ed25519:[A-Za-z0-9+/]{43}=$/);
  });

  it.each(['', '# nothing', 'ed25519:short', mine.publicKey.slice(8), 'rsa:x'])(
    'that can not be trusted are refused: %j',
    (text) => {
      expect(() => readTrustedKeys(text)).toThrow(KeyUnusable);
    },
  );

  it('that can not sign are refused, and not repeated', () => {
    expect(() => readSigningKey('s3cr3t')).toThrow(/no Ed25519 private key in PEM/);
    expect(() => readSigningKey('s3cr3t')).not.toThrow(/s3cr3t/);
    expect(() => readSigningKey(mine.publicKey)).toThrow(KeyUnusable);
  });
});
