import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import type { Login } from '../../src/login/login.ts';
import type { LoginEnvironment } from '../../src/login/login-variables.ts';
import type { NatsRole } from '../../src/nats/permissions.ts';
import { newKeyPair } from '../../src/signing/keys.ts';
import { type ProtectedBus, startProtectedBus } from '../support/protected-bus.ts';
import { KNELL } from '../support/tap-process.ts';

/** Who has a login. The attacker has that of `builder`, or one of the others; the runs under attack are of `other`. */
const ROLES = {
  knell: { role: 'knell' },
  operator: { role: 'operator' },
  author: { role: 'author' },
  reader: { role: 'reader' },
  backend: { role: 'backend', name: 'dispatcher' },
  builder: { role: 'agent', name: 'builder' },
  other: { role: 'agent', name: 'other' },
  third: { role: 'agent', name: 'third' },
} as const satisfies Record<string, NatsRole>;
export type Who = keyof typeof ROLES;

/** What the attacks are tried on. */
export interface Target {
  readonly logins: Readonly<Record<Who, Login>>;
  readonly environments: Readonly<Record<Who, LoginEnvironment>>;
  /** Where the service answers HTTP, and the token that it asks for. */
  readonly http: string;
  readonly token: string;
  readonly publicKey: string;
  readonly rulesPublicKey: string;
  readonly pid: number;
}

declare module 'vitest' {
  export interface ProvidedContext {
    target: Target;
  }
}

/**
 * Once for all files: a real nats-server as `deploy/nats` configures it, and a real `knell serve` that signs, asks for a
 * token and follows signed rules only.
 */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const bus = await startProtectedBus(ROLES);
  const work = mkdtempSync(join(tmpdir(), 'knell-attacked-'));
  const [keys, rulesKeys] = [newKeyPair(), newKeyPair()];
  const token = 'correct-horse';
  const file = (name: string, content: string) => {
    writeFileSync(join(work, name), content, { mode: 0o600 });
    return join(work, name);
  };
  const service = await startServe(bus, {
    KNELL_SIGNING_KEY_FILE: file('signing.pem', keys.privatePem),
    KNELL_RULES_PUBLIC_KEYS: rulesKeys.publicKey,
    KNELL_HTTP_TOKEN_FILE: file('token', token),
    KNELL_STATE: work,
  });
  project.provide('target', {
    logins: bus.logins,
    environments: bus.environments,
    http: service.http,
    token,
    publicKey: keys.publicKey,
    rulesPublicKey: rulesKeys.publicKey,
    pid: service.child.pid as number,
  });
  return async () => {
    service.child.kill('SIGKILL');
    await bus.stop();
    rmSync(work, { recursive: true, force: true });
  };
}

async function startServe(
  bus: ProtectedBus<Who>,
  env: NodeJS.ProcessEnv,
): Promise<{ readonly child: ChildProcess; readonly http: string }> {
  const child = spawn(process.execPath, [KNELL, 'serve', '--rules', 'rules', '--http', '127.0.0.1:0'], {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { ...process.env, ...bus.environments.knell, ...env },
  });
  const http = await new Promise<string>((resolve, reject) => {
    let log = '';
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      log += text;
      const url = /http:\/\/127\.0\.0\.1:\d+/.exec(log)?.[0];
      if (url !== undefined && log.includes('knell is listening')) resolve(url);
    });
    child.once('exit', () => reject(new Error(`knell serve ended:\n${log}`)));
  });
  return { child, http };
}
