import { describe, expect, it } from 'vitest';
import { obstacleToPointer } from '../../src/bundles/pointer.ts';
import { newKeyPair, readSigningKey, readTrustedKeys } from '../../src/signing/keys.ts';
import { pointerTo } from '../support/bundles.ts';

const [own, foreign] = [newKeyPair(), newKeyPair()];
const key = readSigningKey(own.privatePem);
const trusted = readTrustedKeys(own.publicKey);
const digest = 'a'.repeat(64);
const signed = pointerTo(digest, {}, 3, key);

describe('a pointer', () => {
  it('is followed where its signature is good and it is not older than the last', () => {
    for (const last of [0, 2, 3]) expect(obstacleToPointer(signed, trusted, last)).toBeUndefined();
  });

  it('needs no signature where no key is trusted', () => {
    expect(obstacleToPointer(pointerTo(digest), undefined, 0)).toBeUndefined();
  });

  it.each([
    ['unsigned', pointerTo(digest, {}, 3)],
    ['signed by another key', pointerTo(digest, {}, 3, readSigningKey(foreign.privatePem))],
    ['to another bundle than was signed', { ...signed, digest: 'b'.repeat(64) }],
    ['a rollback that was signed as a publication', { ...signed, action: 'rollback' as const }],
    ['under another name', { ...signed, name: 'pin.canary' as const }],
    ['with a later serial than was signed', { ...signed, serial: 9 }],
    ['with removals allowed that were not', { ...signed, allow_removals: true as const }],
  ])('is refused when it is %s', (_, pointer) => {
    expect(obstacleToPointer(pointer, trusted, 0)).toMatchObject({ code: 'pointer-untrusted' });
  });

  it('is refused when an old entry is written again, however well it is signed', () => {
    expect(obstacleToPointer(signed, trusted, 4)).toMatchObject({ code: 'pointer-older' });
  });
});
