import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { LoginUnusable } from '../../src/login/login.ts';
import { readLogin } from '../../src/login/read-login.ts';

const home = mkdtempSync(join(tmpdir(), 'knell-login-'));
afterAll(() => rmSync(home, { recursive: true, force: true }));
const file = (name: string, text = 'x'): string => {
  const path = join(home, name);
  writeFileSync(path, text);
  return path;
};
mkdirSync(join(home, 'nats/context'), { recursive: true });
const context = (name: string, settings: unknown) =>
  file(`nats/context/${name}.json`, typeof settings === 'string' ? settings : JSON.stringify(settings));

const NONE = { XDG_CONFIG_HOME: home };

describe('a login', () => {
  it('is nothing where neither an address nor the environment names a server', () => {
    expect(readLogin(undefined, { NATS_USER: 'u', NATS_URL: '' })).toBeUndefined();
  });

  it('takes the address that is given before that of the environment', () => {
    expect(readLogin('nats://a', { NATS_URL: 'nats://b' })?.servers).toEqual(['a:4222']);
    expect(readLogin(undefined, { NATS_URL: 'nats://b' })?.servers).toEqual(['b:4222']);
  });

  it('takes who logs in from the address, else from the environment, and never parts of both', () => {
    const env = { NATS_USER: 'env', NATS_PASSWORD: 'env-secret' };
    expect(readLogin('nats://u:p@a', env)).toEqual({ servers: ['a:4222'], user: 'u', password: 'p' });
    expect(readLogin('nats://token@a', env)).toEqual({ servers: ['a:4222'], token: 'token' });
    expect(readLogin('nats://a', env)).toEqual({ servers: ['a:4222'], user: 'env', password: 'env-secret' });
  });

  it.each([
    ['NATS_PASSWORD_FILE', { NATS_USER: 'u' }, 'passwordFile'],
    ['NATS_TOKEN_FILE', {}, 'tokenFile'],
    ['NATS_NKEY', {}, 'nkeyFile'],
    ['NATS_CREDS', {}, 'credsFile'],
  ])('names the file of %s, which has to be readable', (variable, env, field) => {
    const path = file(`${variable}.txt`);
    expect(readLogin('a', { ...env, [variable]: path })).toMatchObject({ [field]: path });
    const missing = join(home, 'missing');
    expect(() => readLogin('a', { ...env, [variable]: missing })).toThrow(
      /missing can't be read: there is no such file/,
    );
  });

  it('asks for TLS where the address, a file, a name or the variable says so', () => {
    const [ca, cert, key] = [file('ca.pem'), file('cert.pem'), file('key.pem')];
    expect(readLogin('a', {})).not.toHaveProperty('tls');
    expect(readLogin('tls://a', {})?.tls).toEqual({});
    expect(readLogin('a', { NATS_CA: ca, NATS_CERT: cert, NATS_KEY: key })?.tls).toEqual({
      caFile: ca,
      certFile: cert,
      keyFile: key,
    });
    expect(readLogin('a', { NATS_TLS_NAME: 'b', NATS_TLS_FIRST: '1' })?.tls).toEqual({ serverName: 'b', first: true });
    expect(() => readLogin('a', { NATS_CERT: cert })).toThrow(/needs both its files: NATS_CERT and NATS_KEY/);
  });

  it('refuses a password without a user', () => {
    expect(() => readLogin('a', { NATS_PASSWORD: 'secret' })).toThrow(/no user: set NATS_USER/);
  });
});

describe('a context of the nats command line', () => {
  it('is found by name, in the variable or as an address, and yields to the environment', () => {
    const creds = file('c.creds');
    context('prod', { url: 'tls://n1:4333', creds, inbox_prefix: '_INBOX_me', user: '', ca: '' });
    const login = { servers: ['n1:4333'], credsFile: creds, inboxPrefix: '_INBOX_me', tls: {} };
    expect(readLogin('context:prod', NONE)).toEqual(login);
    expect(readLogin(undefined, { ...NONE, NATS_CONTEXT: 'prod' })).toEqual(login);
    expect(readLogin('nats://n2', { ...NONE, NATS_CONTEXT: 'prod' })?.servers).toEqual(['n2:4222']);
    expect(readLogin('context:prod', { ...NONE, NATS_TOKEN: 't' })).toMatchObject({ token: 't' });
    expect(readLogin('context:prod', { ...NONE, NATS_TOKEN: 't' })).not.toHaveProperty('credsFile');
  });

  it('lies in the home folder where no other is configured', () => {
    mkdirSync(join(home, '.config/nats/context'), { recursive: true });
    writeFileSync(join(home, '.config/nats/context/x.json'), '{"url":"h"}');
    expect(readLogin('context:x', { HOME: home })?.servers).toEqual(['h:4222']);
  });

  it.each([
    ['missing', undefined, /there is no .*missing.json: "nats context ls" lists/],
    ['broken', '{', /broken.json can't be read: it is no JSON/],
    ['odd', { url: 5 }, /these do not fit: url/],
    ['empty', { url: '' }, /names no server: set its url/],
    ['../prod', undefined, /can't name a NATS context/],
    ['nsc', { url: 'h', nsc: 'nsc://op/acc/user' }, /looks its login up with nsc/],
  ])('that can not be used is named: %s', (name, settings, reason) => {
    if (settings !== undefined) context(name, settings);
    expect(() => readLogin(`context:${name}`, NONE)).toThrow(reason);
    expect(() => readLogin(`context:${name}`, NONE)).toThrow(LoginUnusable);
  });
});
