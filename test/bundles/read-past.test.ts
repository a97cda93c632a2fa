import { describe, expect, it } from 'vitest';
import { followingOf, previousOf, readPast } from '../../src/bundles/read-past.ts';
import { newKeyPair, readSigningKey, readTrustedKeys } from '../../src/signing/keys.ts';
import { pointerTo } from '../support/bundles.ts';

const pair = newKeyPair();
const key = readSigningKey(pair.privatePem);
const trusted = readTrustedKeys(pair.publicKey);
const [a, b, evil] = ['a', 'b', 'e'].map((letter) => letter.repeat(64)) as [string, string, string];
const first = pointerTo(a, {}, 1, key);
const second = pointerTo(b, { previous: a }, 2, key);
const forged = (serial: number) => pointerTo(b, { previous: evil }, serial);

describe('the past of a pointer', () => {
  it('is all that stands there, where nothing is signed', () => {
    const stored = [pointerTo(a), forged(2)];
    expect(readPast(stored, undefined)).toEqual({
      moves: stored,
      verified: 'not asked for',
      hidden: undefined,
      lastSerial: 2,
    });
  });

  it.each([
    ['an unsigned entry', forged(3), 3],
    ['an entry of the last serial there is', forged(Number.MAX_SAFE_INTEGER), 2],
    ['an entry of another key', pointerTo(evil, {}, 3, readSigningKey(newKeyPair().privatePem)), 3],
    ['an old entry, written again', first, 2],
  ])('leaves out %s, and says so', (_, entry, lastSerial) => {
    const past = readPast([first, second, { ...entry }], trusted);
    expect(past).toMatchObject({ verified: 'by keys', hidden: entry, lastSerial });
    expect(past.moves.at(-1)).toEqual(second);
  });

  it('hides nothing where the newest entry is signed', () => {
    expect(readPast([forged(1), first, second], trusted)).toMatchObject({ moves: [first, second], hidden: undefined });
  });

  it('says where nothing in it is signed', () => {
    expect(readPast([forged(4)], trusted)).toMatchObject({ verified: 'none', lastSerial: 4 });
    expect(readPast([], trusted)).toMatchObject({ moves: [], lastSerial: 0 });
  });
});

describe('what a move follows', () => {
  const past = readPast([first, { ...second, allow_removals: true }], undefined);

  it('is what was active', () => {
    expect(followingOf(past, evil, b)).toEqual({ previous: b });
    expect(followingOf(past, a, undefined)).toEqual({});
  });

  it('of the same rules once more is what they followed, so that they can be gone back from', () => {
    expect(followingOf(past, b, b)).toEqual({ previous: a, allow_removals: true });
    expect(followingOf(past, a, a)).toEqual({});
  });

  it('is nothing that a signer would have to take from unsigned entries', () => {
    expect(followingOf(readPast([forged(1)], trusted), a, b)).toEqual({});
  });

  it('of rules that are gone back to is what they followed, not what they were left for', () => {
    const back = pointerTo(a, { action: 'rollback' }, 3);
    expect(previousOf([first, second, back], a)).toBeUndefined();
    expect(previousOf([first, second, back], b)).toBe(a);
  });
});
