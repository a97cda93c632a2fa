import { expect, it } from 'vitest';
import { lastUsable } from '../../src/bundles/last-usable.ts';
import { pointerTo } from '../support/bundles.ts';

it.each([
  ['the newest', ['old', 'new'], 'new'],
  ['the one before, where the newest is broken', ['old', 'broken'], 'old'],
  ['one that was gone back to', ['old', 'new', 'old'], 'old'],
  ['none, where all are broken', ['broken', 'broken'], undefined],
  ['none, where nothing was active yet', [undefined], undefined],
])('is %s', async (_, past, expected) => {
  const tried: string[] = [];
  const open = async (digest: string) => {
    tried.push(digest);
    return digest === 'broken' ? undefined : digest;
  };
  expect(
    await lastUsable(
      past.map((digest) => pointerTo(digest)),
      open,
    ),
  ).toBe(expected);
  expect(tried).toEqual([...new Set(tried)]);
});
