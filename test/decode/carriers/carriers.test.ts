import { expect, it } from 'vitest';
import { CARRIERS } from '../../../src/decode/carriers/carriers.ts';
import { AT, opened } from './opened.ts';

it('names each carrier once', () => {
  expect(new Set(CARRIERS.map(({ name }) => name)).size).toBe(CARRIERS.length);
});

it.each([
  ['cri', `${AT} stdout F text`],
  ['gitlab', '2026-01-29T16:29:20.000000Z 00O text'],
  ['syslog', `${AT} host agent[1]: text`],
])('asks %s before the plain stamp, which would open its lines too', (name, stored) => {
  const names = CARRIERS.filter((carrier) => opened(carrier, stored)).map((carrier) => carrier.name);
  expect(names).toEqual([name, 'stamp']);
});
