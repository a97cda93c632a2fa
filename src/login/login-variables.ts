/**
 * The variables of the environment that say where to connect and as whom. Those without `_FILE`, `_TLS_NAME` and
 * `_TLS_FIRST` are the `nats` command line's own (https://docs.nats.io/using-nats/nats-tools/nats_cli, `nats --help`).
 */
export const LOGIN_VARIABLES = [
  'NATS_URL',
  'NATS_CONTEXT',
  'NATS_USER',
  'NATS_PASSWORD',
  'NATS_PASSWORD_FILE',
  'NATS_TOKEN',
  'NATS_TOKEN_FILE',
  'NATS_NKEY',
  'NATS_CREDS',
  'NATS_CA',
  'NATS_CERT',
  'NATS_KEY',
  'NATS_TLS_NAME',
  'NATS_TLS_FIRST',
  'NATS_INBOX_PREFIX',
] as const;

export type LoginVariable = (typeof LOGIN_VARIABLES)[number];

/** The part of an environment that a login is read from. */
export type LoginEnvironment = Readonly<
  Partial<Record<LoginVariable | 'HOME' | 'XDG_CONFIG_HOME', string | undefined>>
>;
