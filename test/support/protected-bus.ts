import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { nkeys } from 'nats';
import { natsCommand } from '../../src/cli/nats/nats.ts';
import { createSubjects } from '../../src/contracts/subjects.ts';
import type { Login } from '../../src/login/login.ts';
import type { LoginEnvironment } from '../../src/login/login-variables.ts';
import { type NatsRole, permissionsOf } from '../../src/nats/permissions.ts';
import { createAuthority } from './certificates.ts';
import { runCommand } from './command.ts';
import { startConfiguredServer } from './configured-server.ts';
import { seedOf } from './nats-jwt.ts';

/** A real nats-server with TLS, accounts and permissions as `deploy/nats` ships them. */
export interface ProtectedBus<Who extends string> {
  readonly url: string;
  /** How each part logs in. */
  readonly logins: Readonly<Record<Who, Login>>;
  /** The same as variables, for a `knell` that is a process of its own. */
  readonly environments: Readonly<Record<Who, LoginEnvironment>>;
  stop(): Promise<void>;
}

/** @param roles who has a login, and what for */
export async function startProtectedBus<Who extends string>(
  roles: Readonly<Record<Who, NatsRole>>,
): Promise<ProtectedBus<Who>> {
  const work = mkdtempSync(join(tmpdir(), 'knell-protected-'));
  const authority = createAuthority();
  const subjects = createSubjects();
  const seedFile = (who: Who): string => join(work, `${who}.nk`);
  const users = (Object.keys(roles) as Who[]).flatMap((who) => {
    const role: NatsRole = roles[who];
    const pair = nkeys.createUser();
    writeFileSync(seedFile(who), seedOf(pair), { mode: 0o600 });
    return ['--user', `${'name' in role ? `${role.role}:${role.name}` : role.role}=${pair.getPublicKey()}`];
  });
  const printed = await runCommand(natsCommand(), ['nats', 'permissions', ...users]);
  if (printed.code !== 0) throw new Error(printed.err);
  // The configuration that ships, but for the places of this machine.
  const { cert, key } = authority.issue('server', 'IP:127.0.0.1');
  const config = readFileSync(new URL('../../deploy/nats/server.conf', import.meta.url), 'utf8')
    .replace(/^listen:.*$/m, '')
    .replace(/^jetstream \{[^}]*\}$/m, '')
    .replace('/etc/nats/tls/server.pem', cert)
    .replace('/etc/nats/tls/server.key', key);
  const server = await startConfiguredServer(config, { 'accounts.conf': printed.out });
  const url = `tls://127.0.0.1:${server.port}`;
  const inboxOf = (who: Who) => permissionsOf(roles[who], subjects).inboxPrefix;
  const ofEach = <T>(make: (who: Who) => T) =>
    Object.fromEntries((Object.keys(roles) as Who[]).map((who) => [who, make(who)])) as Record<Who, T>;
  return {
    url,
    logins: ofEach((who) => ({
      servers: [`127.0.0.1:${server.port}`],
      nkeyFile: seedFile(who),
      tls: { caFile: authority.ca },
      inboxPrefix: inboxOf(who),
    })),
    environments: ofEach((who) => ({
      NATS_URL: url,
      NATS_NKEY: seedFile(who),
      NATS_CA: authority.ca,
      NATS_INBOX_PREFIX: inboxOf(who),
    })),
    async stop() {
      await server.stop();
      authority.remove();
      rmSync(work, { recursive: true, force: true });
    },
  };
}
