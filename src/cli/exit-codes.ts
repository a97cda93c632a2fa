/** The exit codes of every command, as the contract fixes them. */
export const EXIT = {
  done: 0,
  /** It found something: a failure in the log, a bad rule, a refused preflight. */
  found: 1,
  usage: 2,
  unreachable: 3,
} as const;

const UNREACHABLE_CODES = new Set([
  'NATS_UNREACHABLE',
  'NATS_LOGIN_REFUSED',
  'NATS_TLS_FAILED',
  'NATS_FORBIDDEN',
  'NATS_SERVER_MISSING',
  'NATS_SERVER_FAILED',
  'JETSTREAM_DISABLED',
  'JETSTREAM_AWAY',
  'STREAM_UNFIT',
  'CONSUMER_MISFIT',
  'STREAM_REFUSED',
  'STREAM_MISSING',
  'PROVIDER_UNREACHABLE',
  'CONNECTION_REFUSED',
  'TIMEOUT',
]);
const USAGE_CODES = new Set([
  'USAGE',
  'NATS_LOGIN_UNUSABLE',
  'KEY_UNUSABLE',
  // What was named is not there.
  'NOT_FOUND',
  'ENOENT',
  'EACCES',
  'EISDIR',
  'ENOTDIR',
  'EADDRINUSE',
  'EADDRNOTAVAIL',
  'ENOTFOUND',
  'ERULES',
]);

/** The exit code for a failure that ended a command; undefined for a fault of the program itself. */
export function exitCodeOf(error: unknown): number | undefined {
  const code = (error as { code?: unknown } | undefined)?.code;
  if (typeof code !== 'string') return undefined;
  if (UNREACHABLE_CODES.has(code)) return EXIT.unreachable;
  if (USAGE_CODES.has(code)) return EXIT.usage;
  if (code === 'RULES_RACED' || code === 'RULES_SERIAL') return EXIT.found;
  return undefined;
}
