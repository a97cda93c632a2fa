import { expect, test } from 'vitest';
import { readEnvironment, UsageError } from '../../src/service/config.ts';

test.each([
  ['KNELL_PREFIX', 'a.b c'],
  ['KNELL_PREFIX', 'a..b'],
  ['KNELL_ZONE', 'Nowhere'],
  ['KNELL_MODE', 'loud'],
])('%s=%s is refused by its name', (name, value) => {
  expect(() => readEnvironment({ [name]: value })).toThrow(UsageError);
  expect(() => readEnvironment({ [name]: value })).toThrow(name);
});

test.each([
  ['KNELL_PREFIX', 'team.knell-2'],
  ['KNELL_ZONE', 'Europe/Berlin'],
  ['KNELL_ZONE', 'UTC'],
] as const)('%s=%s is taken as it is', (name, value) => {
  expect(readEnvironment({ [name]: value })[name]).toBe(value);
});
