import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { modeCommand } from '../../src/cli/mode.ts';
import { connectWith } from '../../src/login/connect.ts';
import { explainForbidden } from '../../src/login/connect-error.ts';
import type { Login } from '../../src/login/login.ts';
import { createNatsLink } from '../../src/nats/tap-link.ts';
import { type Authority, createAuthority } from '../support/certificates.ts';
import { runCommand } from '../support/command.ts';
import { type ConfiguredServer, startConfiguredServer } from '../support/configured-server.ts';
import { rulesFrom } from '../support/rules.ts';
import { startTestService } from '../support/service.ts';
import { createTapClock } from '../support/tap-clock.ts';

let authority: Authority;
let server: ConfiguredServer | undefined;
beforeAll(() => {
  authority = createAuthority();
});
afterEach(() => server?.stop());
afterAll(() => authority.remove());

async function start(config: string): Promise<string> {
  server = await startConfiguredServer(config);
  return `127.0.0.1:${server.port}`;
}

const tls = (name: string, names: string, days = 30): string => {
  const { cert, key } = authority.issue(name, names, days);
  return `tls { cert_file: "${cert}", key_file: "${key}" }`;
};

describe('why there is no connection', () => {
  const failure = (login: Login) =>
    connectWith(login, { timeout: 30_000 }).then(
      () => expect.fail('it was let in'),
      (error: { code: string; message: string }) => error,
    );

  it.each([
    [
      'a login that is refused',
      () => 'authorization { user: u, password: p }',
      (): Partial<Login> => ({ user: 'u', password: 'wr0ng' }),
      'NATS_LOGIN_REFUSED',
      /refused the login: check user and password/,
    ],
    [
      'an authority that is unknown',
      () => tls('unknown', 'IP:127.0.0.1'),
      (): Partial<Login> => ({ tls: {} }),
      'NATS_TLS_FAILED',
      /authority that is unknown here: name its file with NATS_CA/,
    ],
    [
      'a certificate for another name',
      () => tls('other', 'DNS:other.example.test'),
      (): Partial<Login> => ({ tls: { caFile: authority.ca } }),
      'NATS_TLS_FAILED',
      /is for another name.*other\.example\.test.*NATS_TLS_NAME/,
    ],
    [
      'a certificate that has expired',
      () => tls('expired', 'IP:127.0.0.1', -1),
      (): Partial<Login> => ({ tls: { caFile: authority.ca } }),
      'NATS_TLS_FAILED',
      /certificate has expired: renew it/,
    ],
    [
      'TLS where the server has none',
      () => '',
      (): Partial<Login> => ({ tls: {} }),
      'NATS_TLS_FAILED',
      /TLS is asked for, but the NATS server speaks none/,
    ],
  ])('names %s', async (_what, config, login, code, message) => {
    const where = await start(config());
    const error = await failure({ servers: [where], ...login() });
    expect(error).toMatchObject({ code, message: expect.stringMatching(message) });
    expect(error.message).toContain(where);
    expect(error.message).not.toContain('wr0ng');
  });

  it('names a server that takes no more connections', async () => {
    const where = await start('max_connections: 1');
    const only = await connectWith({ servers: [where] }, {});
    const login = { servers: [where] };
    const error = await connectWith(login, { timeout: 1_000 }).then(
      () => expect.fail('it was let in'),
      (refused: { code: string; message: string }) => refused,
    );
    await only.close();
    expect(error).toMatchObject({
      code: 'NATS_UNREACHABLE',
      message: `the NATS server at ${where} takes no more connections (its max_connections is reached): close some, or raise it in its configuration`,
    });
  });

  it('names a host that does not exist', async () => {
    expect(await failure({ servers: ['nowhere.invalid:4222'] })).toMatchObject({
      code: 'NATS_UNREACHABLE',
      message: expect.stringMatching(/the name of the NATS server is unknown at nowhere\.invalid:4222/),
    });
  });
});

describe('a right that is missing is named with its subject', () => {
  const LIMITED = `authorization { users: [ { user: u, password: p, permissions: {
    publish: { allow: ["$JS.API.STREAM.INFO.>", "$JS.API.STREAM.CREATE.>", "$JS.API.INFO", "knell.runs.>"] }, subscribe: ["_INBOX.>"] } } ] }`;
  const login = (where: string): Login => ({ servers: [where], user: 'u', password: 'p' });

  it('by a command', async () => {
    const where = await start(LIMITED);
    const { code, err } = await runCommand(modeCommand(), ['mode', '--nats', `nats://u:p@${where}`]);
    expect(err).toMatch(/does not allow this login to publish to \$JS\.API\.\S+: "knell nats permissions"/);
    expect(code).toBe(3);
  });

  it('by the service', async () => {
    const where = await start(LIMITED);
    const starting = startTestService('', rulesFrom('rules: []'), undefined, { nats: login(where) });
    await expect(starting).rejects.toMatchObject({
      code: 'NATS_FORBIDDEN',
      message: expect.stringMatching(/does not allow this login to (publish|subscribe) to \S+/),
    });
  });

  it('by a tap', async () => {
    const where = await start(LIMITED);
    const clock = createTapClock();
    const link = createNatsLink({ login: login(where), run: { agent: 'a', execution: 'e', attempt: 1 }, clock });
    link.publishLog({ stream: 'stdout', firstLine: 0, lineCount: 1, atMs: 0, payload: Buffer.from('x') });
    // It was refused when the link waits to try again, beside the word that nothing has reached knell.
    await expect.poll(() => clock.pending, { interval: 5 }).toBe(2);
    const closing = link.close(1_000);
    clock.advance(1_000);
    const { problem } = await closing;
    expect(problem).toMatch(/does not allow this login to publish to knell\.logs\.a\.e\.1\.stdout/);
  });

  it('is none where the error is about something else', () => {
    expect(explainForbidden(new Error('boom'))).toBeUndefined();
  });
});
