import { describe, expect, it } from 'vitest';
import { type AskedBy, obstacleToActing, obstacleToReading } from '../../src/http/access.ts';
import { createTokenGuard } from '../../src/http/token-guard.ts';

const asked = (more: Partial<AskedBy> = {}): AskedBy => ({
  address: '192.0.2.1',
  authorization: undefined,
  host: '127.0.0.1:8322',
  origin: undefined,
  fetchSite: undefined,
  ...more,
});
const local = { tokens: undefined, isLoopback: true, readsOpen: false };
const withToken = { ...local, tokens: createTokenGuard('correct-horse') };
const right = { authorization: 'Bearer correct-horse' };

describe('reading', () => {
  it.each([
    ['this machine, by a name of its own', local, asked(), undefined],
    ['localhost', local, asked({ host: 'localhost:8322' }), undefined],
    ['IPv6', local, asked({ host: '[::1]:8322' }), undefined],
    ['a name that another site pointed here', local, asked({ host: 'evil.example:8322' }), 'NO_TOKEN_SET'],
    ['no name', local, asked({ host: undefined }), 'NO_TOKEN_SET'],
    ['a network, without a token', { ...local, isLoopback: false }, asked(), 'NO_TOKEN_SET'],
    ['a network, without the token', { ...withToken, isLoopback: false }, asked(), 'TOKEN_WANTED'],
    ['a network, with the token', { ...withToken, isLoopback: false }, asked(right), undefined],
    ['a network that may read', { ...local, isLoopback: false, readsOpen: true }, asked(), undefined],
    ['another name, with the token', withToken, asked({ ...right, host: 'knell.example' }), undefined],
  ])('from %s', (_what, rules, by, code) => {
    expect(obstacleToReading(rules, by)?.code).toBe(code);
  });
});

describe('acting', () => {
  it.each([
    ['without a token set', local, asked(right), 'NO_TOKEN_SET'],
    ['without the token', withToken, asked(), 'TOKEN_WANTED'],
    ['with a wrong token', withToken, asked({ authorization: 'Bearer wrong' }), 'TOKEN_WANTED'],
    ['with the token, from no browser', withToken, asked(right), undefined],
    [
      'from the page',
      withToken,
      asked({ ...right, origin: 'http://127.0.0.1:8322', fetchSite: 'same-origin' }),
      undefined,
    ],
    ['from another site', withToken, asked({ ...right, origin: 'https://evil.example' }), 'OTHER_ORIGIN'],
    ['from another port', withToken, asked({ ...right, origin: 'http://127.0.0.1:9999' }), 'OTHER_ORIGIN'],
    ['from a sandboxed frame', withToken, asked({ ...right, origin: 'null' }), 'OTHER_ORIGIN'],
    ['from a sister site', withToken, asked({ ...right, fetchSite: 'same-site' }), 'OTHER_ORIGIN'],
    [
      'behind a proxy with TLS',
      withToken,
      asked({ ...right, host: 'knell.example', origin: 'https://knell.example' }),
      undefined,
    ],
    ['where reads are open', { ...withToken, readsOpen: true }, asked(), 'TOKEN_WANTED'],
  ])('%s', (_what, rules, by, code) => {
    expect(obstacleToActing(rules, by)?.code).toBe(code);
  });
});
