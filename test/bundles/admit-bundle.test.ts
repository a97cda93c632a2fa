import { expect, it } from 'vitest';
import { obstaclesTo, obstaclesToFirst } from '../../src/bundles/admit-bundle.ts';
import { bundleWith, loaded } from '../support/bundles.ts';

const large = loaded(bundleWith({ version: '1.2.0', more: ['second', 'third'] })).packs;
const small = loaded(bundleWith({ version: '1.3.0', more: ['second'] })).packs;
const old = loaded(bundleWith({ version: '1.1.9', more: ['second', 'third'] })).packs;

it('lets one follow that is newer and lacks nothing', () => {
  expect(obstaclesTo({ action: 'publish' }, large, old)).toEqual([]);
});

it('names what is gone, unless that is meant', () => {
  const [obstacle, ...others] = obstaclesTo({ action: 'publish' }, small, large);
  expect(obstacle).toMatchObject({ code: 'bundle-smaller', message: expect.stringContaining('lacks acme/third:') });
  expect(others).toEqual([]);
  expect(obstaclesTo({ action: 'publish', allow_removals: true }, small, large)).toEqual([]);
});

it('refuses an older pack, also where removals are meant', () => {
  for (const meant of [{}, { allow_removals: true as const }]) {
    expect(obstaclesTo({ action: 'publish', ...meant }, old, large)).toMatchObject([{ code: 'bundle-older' }]);
  }
});

it.each(['rollback', 'pin'] as const)('lets a %s go back', (action) => {
  expect(obstaclesTo({ action }, old, small)).toEqual([]);
});

it('lets the first that is published have other rules than a folder, but not lack its packs unsaid', () => {
  const acme = [{ pack: 'acme' }];
  expect(obstaclesToFirst({ action: 'publish' }, small, acme)).toEqual([]);
  const folder = [...acme, { pack: 'codex' }, { pack: 'goose' }];
  expect(obstaclesToFirst({ action: 'publish' }, small, folder)).toMatchObject([
    { code: 'bundle-smaller', message: expect.stringContaining('lacks codex, goose,') },
  ]);
  expect(obstaclesToFirst({ action: 'publish', allow_removals: true }, small, folder)).toEqual([]);
  expect(obstaclesToFirst({ action: 'pin' }, small, folder)).toEqual([]);
});
