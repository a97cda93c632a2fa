import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import {
  isLoopback,
  readEnvironment,
  readHttpAddress,
  readSecret,
  readTapEnvironment,
  UsageError,
} from '../../src/service/config.ts';

const folder = mkdtempSync(join(tmpdir(), 'knell-config-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const file = (name: string, text: string): string => {
  writeFileSync(join(folder, name), text);
  return join(folder, name);
};

describe('a secret', () => {
  it('is taken from the variable or from the file, never from both', () => {
    expect(readSecret('X', undefined, undefined)).toBeUndefined();
    expect(readSecret('X', 'a', undefined)).toBe('a');
    expect(readSecret('X', undefined, file('token', ' b\n'))).toBe('b');
    expect(() => readSecret('X', 'a', 'f')).toThrow('set X or X_FILE, not both');
    expect(() => readSecret('X', undefined, file('empty', '\n'))).toThrow(/is empty/);
    expect(() => readSecret('X', undefined, join(folder, 'missing'))).toThrow(/can't be read: there is no such file/);
  });
});

describe('an HTTP address', () => {
  it.each([
    [':8322', '127.0.0.1', true],
    ['localhost:1', 'localhost', true],
    ['[::1]:1', '::1', true],
    ['0.0.0.0:1', '0.0.0.0', false],
    ['[::]:1', '::', false],
    ['127.0.0.1.evil.test:1', '127.0.0.1.evil.test', false],
  ])('%s is on this machine only where it says so', (text, host, local) => {
    expect(readHttpAddress(text).host).toBe(host);
    expect(isLoopback(readHttpAddress(text))).toBe(local);
  });
});

it('a tap reads what is its own, whatever else is set', () => {
  const env = { KNELL_MODE: 'perhaps', NATS_URL: 'nats://h', KNELL_ZONE: '' };
  expect(readTapEnvironment(env)).toEqual({ NATS_URL: 'nats://h', KNELL_PREFIX: 'knell' });
  expect(() => readTapEnvironment({ KNELL_ZONE: 'Nowhere' })).toThrow('KNELL_ZONE: name a time zone');
  expect(() => readEnvironment(env)).toThrow(/KNELL_MODE/);
});

it.each([
  ['KNELL_PREFIX', 'a.b c'],
  ['KNELL_PREFIX', 'a..b'],
  ['KNELL_ZONE', 'Nowhere'],
  ['KNELL_MODE', 'loud'],
])('%s=%s is refused by its name', (name, value) => {
  expect(() => readEnvironment({ [name]: value })).toThrow(UsageError);
  expect(() => readEnvironment({ [name]: value })).toThrow(name);
});

it.each([
  ['KNELL_PREFIX', 'team.knell-2'],
  ['KNELL_ZONE', 'Europe/Berlin'],
  ['KNELL_ZONE', 'UTC'],
] as const)('%s=%s is taken as it is', (name, value) => {
  expect(readEnvironment({ [name]: value })[name]).toBe(value);
});

it.each([
  ['KNELL_REPLICAS', 'x', 'KNELL_REPLICAS: use a whole number from 1 to 5'],
  ['KNELL_REPLICAS', '6', 'KNELL_REPLICAS: use a whole number from 1 to 5'],
  ['KNELL_LAG_MESSAGES', '1.5', 'KNELL_LAG_MESSAGES: use a whole number from 1'],
  ['KNELL_LAG_SECONDS', '0', 'KNELL_LAG_SECONDS: use a number from 1'],
  ['KNELL_RULE_SHARE', 'half', 'KNELL_RULE_SHARE: use a number above 0, 1 at most'],
  ['KNELL_HTTP_READ', 'all', 'KNELL_HTTP_READ: use one of open, local'],
])('%s=%s says what is allowed', (name, value, message) => {
  expect(() => readEnvironment({ [name]: value })).toThrow(`the environment does not fit: ${message}`);
});
