import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { nkeys } from 'nats';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { modeCommand } from '../../src/cli/mode.ts';
import { createKnellClient, loginFrom } from '../../src/client/client.ts';
import type { Login } from '../../src/login/login.ts';
import type { LoginEnvironment } from '../../src/login/login-variables.ts';
import { createNatsLink } from '../../src/nats/tap-link.ts';
import { type Authority, createAuthority } from '../support/certificates.ts';
import { runCommand } from '../support/command.ts';
import { type ConfiguredServer, startConfiguredServer } from '../support/configured-server.ts';
import { createJwtWorld, seedOf } from '../support/nats-jwt.ts';
import { rulesFrom } from '../support/rules.ts';
import { startTestService } from '../support/service.ts';
import { createTapClock } from '../support/tap-clock.ts';

/** A way to log in: what the server demands, and what is set to get in, and what to be refused. */
interface Way {
  readonly server: () => string;
  readonly url: (port: number) => string;
  readonly env: (port: number) => LoginEnvironment;
  readonly wrong: (port: number) => { readonly url?: string; readonly env?: LoginEnvironment };
}

const work = mkdtempSync(join(tmpdir(), 'knell-ways-'));
let authority: Authority;
const file = (name: string, text: string): string => {
  const path = join(work, name);
  writeFileSync(path, text, { mode: 0o600 });
  return path;
};
const PASSWORD = 'p@ss:w/rd%1';
const userPassword = `authorization { user: bob, password: ${JSON.stringify(PASSWORD)} }`;
const jwt = createJwtWorld();
const [pair, stranger] = [nkeys.createUser(), nkeys.createUser()];
const plain = (port: number): string => `nats://127.0.0.1:${port}`;
const none = () => ({});
const tlsOf = (name: string, names: string, more = '') => {
  const { cert, key } = authority.issue(name, names);
  return `tls { cert_file: "${cert}", key_file: "${key}", ca_file: "${authority.ca}" ${more} }`;
};

const WAYS: Readonly<Record<string, Way>> = {
  'user and password in the address': {
    server: () => userPassword,
    url: (port) => `nats://bob:${encodeURIComponent(PASSWORD)}@127.0.0.1:${port}`,
    env: none,
    wrong: (port) => ({ url: `nats://bob:wr0ngpass@127.0.0.1:${port}` }),
  },
  'user and password in the environment': {
    server: () => userPassword,
    url: plain,
    env: () => ({ NATS_USER: 'bob', NATS_PASSWORD: PASSWORD }),
    wrong: () => ({ env: { NATS_USER: 'bob', NATS_PASSWORD: 'wr0ngpass' } }),
  },
  'a password file': {
    server: () => userPassword,
    url: plain,
    env: () => ({ NATS_USER: 'bob', NATS_PASSWORD_FILE: file('password', `${PASSWORD}\n`) }),
    wrong: () => ({ env: { NATS_USER: 'bob', NATS_PASSWORD_FILE: file('wrong', 'wr0ngpass') } }),
  },
  'a token in the address': {
    server: () => 'authorization { token: "t0ken" }',
    url: (port) => `nats://t0ken@127.0.0.1:${port}`,
    env: none,
    wrong: (port) => ({ url: `nats://wr0ngpass@127.0.0.1:${port}` }),
  },
  'a token file': {
    server: () => 'authorization { token: "t0ken" }',
    url: plain,
    env: () => ({ NATS_TOKEN_FILE: file('token', 't0ken\n') }),
    wrong: () => ({ env: { NATS_TOKEN_FILE: file('wrong-token', 'wr0ngpass') } }),
  },
  'an nkey seed file': {
    server: () => `authorization { users: [ { nkey: ${pair.getPublicKey()} } ] }`,
    url: plain,
    env: () => ({ NATS_NKEY: file('user.nk', `${seedOf(pair)}\n`) }),
    wrong: () => ({ env: { NATS_NKEY: file('stranger.nk', seedOf(stranger)) } }),
  },
  'a credentials file': {
    server: () => jwt.config,
    url: plain,
    env: () => ({ NATS_CREDS: file('user.creds', jwt.creds('bob')) }),
    wrong: () => ({ env: { NATS_CREDS: file('other.creds', createJwtWorld().creds('bob')) } }),
  },
  'a certificate authority': {
    server: () => tlsOf('plain-ca', 'IP:127.0.0.1'),
    url: plain,
    env: () => ({ NATS_CA: authority.ca }),
    wrong: (port) => ({ url: `tls://127.0.0.1:${port}`, env: {} }),
  },
  'a server name': {
    server: () => tlsOf('named', 'DNS:nats.example.test'),
    url: plain,
    env: () => ({ NATS_CA: authority.ca, NATS_TLS_NAME: 'nats.example.test' }),
    wrong: () => ({ env: { NATS_CA: authority.ca } }),
  },
  'a client certificate': {
    server: () => tlsOf('mutual', 'IP:127.0.0.1', ', verify: true'),
    url: plain,
    env: () => {
      const { cert, key } = authority.issue('client', 'DNS:client');
      return { NATS_CA: authority.ca, NATS_CERT: cert, NATS_KEY: key };
    },
    wrong: () => ({ env: { NATS_CA: authority.ca } }),
  },
  'a context of the nats command line': {
    server: () => userPassword,
    url: () => 'context:prod',
    env: (port) => contextEnv({ url: plain(port), user: 'bob', password: PASSWORD }),
    wrong: (port) => ({ env: contextEnv({ url: plain(port), user: 'bob', password: 'wr0ngpass' }) }),
  },
};

function contextEnv(settings: object): LoginEnvironment {
  const folder = mkdtempSync(join(work, 'config-'));
  mkdirSync(join(folder, 'nats/context'), { recursive: true });
  writeFileSync(join(folder, 'nats/context/prod.json'), JSON.stringify(settings));
  return { XDG_CONFIG_HOME: folder };
}

beforeAll(() => {
  authority = createAuthority();
});
afterAll(() => {
  authority.remove();
  rmSync(work, { recursive: true, force: true });
});

describe.each(Object.entries(WAYS))('%s', (_name, way) => {
  let server: ConfiguredServer;
  let [given, env]: [string, LoginEnvironment] = ['', {}];
  let [wrongUrl, wrongEnv]: [string, LoginEnvironment] = ['', {}];
  beforeAll(async () => {
    server = await startConfiguredServer(way.server());
    const { port } = server;
    [given, env] = [way.url(port), way.env(port)];
    const { url, env: other } = way.wrong(port);
    [wrongUrl, wrongEnv] = [url ?? given, other ?? env];
  });
  afterAll(() => server.stop());
  const login = () => loginFrom(given, env) as Login;
  const wrong = () => loginFrom(wrongUrl, wrongEnv) as Login;
  const refused = (error: { code?: string; message: string }) => {
    expect(['NATS_LOGIN_REFUSED', 'NATS_TLS_FAILED']).toContain(error.code);
    expect(error.message).not.toMatch(/wr0ngpass|start one/);
  };

  test('serve', async () => {
    const service = await startTestService('', rulesFrom('rules: []'), undefined, { nats: login() });
    expect((await fetch(`${service.httpUrl}/readyz`)).status).toBe(200);
    await service.stop();
    const starting = startTestService('', rulesFrom('rules: []'), undefined, { nats: wrong() });
    refused(
      await starting.then(
        () => expect.fail('it was let in'),
        (error) => error,
      ),
    );
  });

  test('a command', async () => {
    const { code, err } = await runCommand(modeCommand(), ['mode', '--nats', given], env);
    expect(`${code} ${err}`).toBe('0 ');
    const other = await runCommand(modeCommand(), ['mode', '--nats', wrongUrl], wrongEnv);
    expect(other.code).toBe(3);
    expect(other.err).not.toMatch(/wr0ngpass|start one/);
  });

  test('client', async () => {
    const client = await createKnellClient({ nats: login(), by: 'test' });
    const run = { agent: 'a', execution: 'e', attempt: 1 };
    await client.publishRunStarted(run);
    await client.close();
    refused(
      await createKnellClient({ nats: wrong(), by: 'test' }).then(
        () => expect.fail('it was let in'),
        (error) => error,
      ),
    );
  });

  test('tap', async () => {
    const run = { agent: 'a', execution: 'e2', attempt: 1 };
    const chunk = { stream: 'stdout', firstLine: 0, lineCount: 1, atMs: 0, payload: Buffer.from('x') } as const;
    const link = createNatsLink({ login: login(), run });
    link.publishLog(chunk);
    expect(await link.close(120_000)).toMatchObject({ unsentLines: 0, droppedLines: 0 });
    const clock = createTapClock();
    const other = createNatsLink({ login: wrong(), run, clock });
    other.publishLog(chunk);
    // Its first try has failed when it waits for the next one, beside the word that nothing has reached knell.
    await expect.poll(() => clock.pending, { interval: 5 }).toBe(2);
    const closing = other.close(1_000);
    clock.advance(1_000);
    const losses = await closing;
    expect(losses.unsentLines).toBe(1);
    expect(losses.problem).toMatch(/refused|authority that is unknown|another name|client certificate/);
    expect(losses.problem).not.toMatch(/wr0ngpass/);
  });
});
