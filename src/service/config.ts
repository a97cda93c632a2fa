import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { Mode } from '../contracts/failure-record.ts';
import { UnlabelledCodec } from '../contracts/log-headers.ts';
import { WorkerGroup } from '../contracts/rules-pointer.ts';
import { systemErrorWords } from '../contracts/system-error-words.ts';
import { LOGIN_VARIABLES, type LoginVariable } from '../login/login-variables.ts';

const text = z.string().min(1).optional();
const zone = z.string().refine(isZone, 'name a time zone such as UTC or Europe/Berlin');
const SHARE = 'use a number above 0, 1 at most';

function wholeNumber(from: number, to = Number.MAX_SAFE_INTEGER) {
  const words = `use a whole number from ${from}${to < Number.MAX_SAFE_INTEGER ? ` to ${to}` : ''}`;
  return z.coerce.number(words).int(words).min(from, words).max(to, words);
}

/** Where the NATS server is and as whom to log in; `login/read-login.ts` makes sense of them. */
const LoginEnvironment = z.object({
  ...(Object.fromEntries(LOGIN_VARIABLES.map((name) => [name, text])) as Record<LoginVariable, typeof text>),
  HOME: text,
  XDG_CONFIG_HOME: text,
});

/** What the environment may set. Every name is documented in the README. */
const Environment = LoginEnvironment.extend({
  KNELL_PREFIX: z
    .string()
    .regex(/^[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*$/, 'use letters, digits, _ and -, tokens joined by dots')
    .default('knell'),
  KNELL_REPLICAS: wholeNumber(1, 5).default(1),
  KNELL_CODEC: UnlabelledCodec.default('lines'),
  KNELL_RULES: z.string().min(1).default('rules'),
  KNELL_HTTP: z.string().min(1).optional(),
  KNELL_HTTP_TOKEN: text,
  KNELL_HTTP_TOKEN_FILE: text,
  KNELL_HTTP_READ: z.enum(['open', 'local']).default('local'),
  KNELL_SIGNING_KEY: text,
  KNELL_SIGNING_KEY_FILE: text,
  KNELL_PUBLIC_KEYS: text,
  KNELL_PUBLIC_KEYS_FILE: text,
  KNELL_RULES_SIGNING_KEY: text,
  KNELL_RULES_SIGNING_KEY_FILE: text,
  KNELL_RULES_PUBLIC_KEYS: text,
  KNELL_RULES_PUBLIC_KEYS_FILE: text,
  KNELL_RULES_GROUP: WorkerGroup.optional(),
  KNELL_STATE: text,
  XDG_STATE_HOME: text,
  KNELL_MODE: Mode.default('enforce'),
  KNELL_LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('info'),
  KNELL_ZONE: zone.default('UTC'),
  KNELL_STORE: z.string().min(1).optional(),
  KNELL_BUDGET_PER_MINUTE: wholeNumber(1).optional(),
  KNELL_BUDGET_PER_HOUR: wholeNumber(1).optional(),
  KNELL_LAG_MESSAGES: wholeNumber(1).default(100_000),
  KNELL_LAG_SECONDS: z.coerce.number('use a number from 1').min(1, 'use a number from 1').default(60),
  KNELL_RULE_SHARE: z.coerce.number(SHARE).gt(0, SHARE).max(1, SHARE).optional(),
  FLUENT_HOST: z.string().min(1).optional(),
  FLUENT_PORT: wholeNumber(1, 65_535).default(24_224),
  FLUENT_TAG_PREFIX: z.string().min(1).default('knell'),
});
export type Environment = z.infer<typeof Environment>;

/** What a tap takes of it: what is set for the service must not keep an agent from running. */
const TapEnvironment = LoginEnvironment.extend({
  KNELL_PREFIX: Environment.shape.KNELL_PREFIX,
  KNELL_ZONE: zone.optional(),
  KNELL_PUBLIC_KEYS: text,
  KNELL_PUBLIC_KEYS_FILE: text,
});
export type TapEnvironment = z.infer<typeof TapEnvironment>;

/** Whether Node knows the time zone. */
function isZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}

/** Bad usage: what was given can't be worked with. The command line prints the message and exits 2. */
export class UsageError extends Error {
  readonly code = 'USAGE';
}

/**
 * The settings in an environment such as `process.env`. Empty variables count as not set.
 * @throws {UsageError} that names every variable that does not fit, and what it takes
 */
export function readEnvironment(env: Readonly<Record<string, string | undefined>>): Environment {
  return readBy(Environment, env);
}

/** The settings of a tap. @throws {UsageError} as {@link readEnvironment} */
export function readTapEnvironment(env: Readonly<Record<string, string | undefined>>): TapEnvironment {
  return readBy(TapEnvironment, env);
}

function readBy<T extends z.ZodType>(shape: T, env: Readonly<Record<string, string | undefined>>): z.infer<T> {
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== undefined && value !== ''));
  const parsed = shape.safeParse(given);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map((issue) => {
    const allowed = issue.code === 'invalid_value' ? `use one of ${issue.values.join(', ')}` : issue.message;
    return `${issue.path.join('.')}: ${allowed}`;
  });
  throw new UsageError(`the environment does not fit: ${problems.join('; ')}`);
}

/**
 * A secret that is set, or that stands in a file that is named; spaces around it do not count.
 * @throws {UsageError} when both are set, or the file can't be read or is empty
 */
export function readSecret(name: string, value: string | undefined, file: string | undefined): string | undefined {
  if (value !== undefined && file !== undefined) throw new UsageError(`set ${name} or ${name}_FILE, not both`);
  if (file === undefined) return value;
  let secret: string;
  try {
    secret = readFileSync(file, 'utf8').trim();
  } catch (cause) {
    throw new UsageError(`${name}_FILE: ${file} can't be read: ${systemErrorWords(cause)}`, { cause });
  }
  if (secret === '') throw new UsageError(`${name}_FILE: ${file} is empty`);
  return secret;
}

export interface HttpAddress {
  readonly host: string;
  readonly port: number;
}

/**
 * `HOST:PORT`, `:PORT` or `[IPV6]:PORT`.
 * @throws {UsageError} when it is none of these
 */
export function readHttpAddress(text: string): HttpAddress {
  const parts = /^(?:\[([0-9a-fA-F:]+)\]|([^:\s]*)):([0-9]{1,5})$/.exec(text);
  const port = Number(parts?.[3]);
  if (!parts || port > 65_535)
    throw new UsageError(`"${text}" is no HTTP address: write HOST:PORT, e.g. 127.0.0.1:8322`);
  return { host: parts[1] ?? (parts[2] || '127.0.0.1'), port };
}

/** Whether an address can be reached from this machine only. */
export function isLoopback({ host }: HttpAddress): boolean {
  return host === 'localhost' || host === '::1' || /^127(?:\.[0-9]{1,3}){3}$/.test(host);
}
