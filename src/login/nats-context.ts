import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { systemErrorWords } from '../contracts/system-error-words.ts';
import { LoginUnusable } from './login.ts';
import type { LoginEnvironment } from './login-variables.ts';

const text = z.string().optional();

/**
 * What the `nats` command line keeps of a server under a name. Empty texts mean "not set".
 * Source: jsm.go `natscontext/context.go`, the settings' JSON names.
 */
const NatsContext = z.object({
  url: text,
  user: text,
  password: text,
  token: text,
  creds: text,
  nkey: text,
  cert: text,
  key: text,
  ca: text,
  nsc: text,
  inbox_prefix: text,
  tls_first: z.boolean().optional(),
});
export type NatsContext = z.infer<typeof NatsContext>;

/**
 * A context of the `nats` command line, by its name.
 * @throws {LoginUnusable} when there is none of that name, or it can't be read
 */
export function readNatsContext(name: string, env: LoginEnvironment): NatsContext {
  if (!/^[^/\\\0]+$/.test(name) || name.startsWith('.')) {
    throw new LoginUnusable(`"${name}" can't name a NATS context: a context is a name, not a path`);
  }
  const config = env.XDG_CONFIG_HOME || join(env.HOME || homedir(), '.config');
  const file = join(config, 'nats', 'context', `${name}.json`);
  let json: unknown;
  try {
    json = JSON.parse(readFileSync(file, 'utf8'));
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    const why =
      code === 'ENOENT'
        ? `there is no ${file}: "nats context ls" lists what there is`
        : `${file} can't be read: ${code === undefined ? 'it is no JSON' : systemErrorWords(cause)}`;
    throw new LoginUnusable(`the NATS context "${name}" can't be used: ${why}`, { cause });
  }
  const parsed = NatsContext.safeParse(json);
  if (!parsed.success) {
    const fields = parsed.error.issues.map((issue) => issue.path.join('.') || 'the whole').join(', ');
    throw new LoginUnusable(`the NATS context "${name}" can't be used: in ${file} these do not fit: ${fields}`);
  }
  if (parsed.data.nsc) {
    throw new LoginUnusable(
      `the NATS context "${name}" looks its login up with nsc, which knell does not: write it to a file with "nsc generate creds" and name that as "creds"`,
    );
  }
  return parsed.data;
}
