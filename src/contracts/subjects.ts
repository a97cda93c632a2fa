import type { Category } from './categories.ts';
import { parseRunTokens, type Run, runKey, type StreamName } from './run.ts';

/** The JetStream streams knell keeps, and what each holds. */
export const STREAMS = {
  logs: 'KNELL_LOGS',
  runs: 'KNELL_RUNS',
  aborts: 'KNELL_ABORTS',
  acks: 'KNELL_ACKS',
  failures: 'KNELL_FAILURES',
  notices: 'KNELL_NOTICES',
  dead: 'KNELL_DEAD',
} as const;

/** The durable consumers that all workers share, by what they take in. */
export const CONSUMERS = {
  logs: 'knell_workers',
  runs: 'knell_run_workers',
  acks: 'knell_ack_workers',
  fluentd: 'knell_fluentd',
} as const;

/** The key-value buckets knell keeps. */
export const BUCKETS = {
  rules: 'knell_rules',
  workers: 'knell_worker_rules',
  runs: 'knell_runs',
  subscriptions: 'knell_subscriptions',
  fleet: 'knell_fleet',
  probes: 'knell_probes',
} as const;

/** The object store of published rules, each by the digest of its bytes. */
export const BUNDLES = 'knell_bundles';

/** What can be asked of the registry of subscriptions. */
export type SubscriptionVerb = 'list' | 'set' | 'remove';

/** Builds and reads every subject of the contract under one prefix (`knell` unless `KNELL_PREFIX` says otherwise). */
export interface Subjects {
  readonly prefix: string;
  logs(run: Run, stream: StreamName): string;
  runs(run: Run): string;
  aborts(run: Run): string;
  acks(run: Run): string;
  failures(category: Category, run: Run): string;
  notices(kind: string, ...subject: string[]): string;
  /** Where a message goes that could not be handled, from the subject it was published on. */
  dead(subject: string): string;
  readonly preflightCheck: string;
  /** Where subscriptions are looked at and changed: request and reply. */
  subscriptions(verb: SubscriptionVerb): string;
  /** The wildcard that selects everything of a family, e.g. `knell.logs.>`. */
  all(family: keyof typeof STREAMS): string;
  parseLogs(subject: string): { run: Run; stream: StreamName } | undefined;
  parseRuns(subject: string): Run | undefined;
  parseAborts(subject: string): Run | undefined;
  parseAcks(subject: string): Run | undefined;
}

/**
 * @throws {RangeError} when the prefix is not one or more `[A-Za-z0-9_-]` tokens joined by dots
 */
export function createSubjects(prefix = 'knell'): Subjects {
  if (!/^[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*$/.test(prefix)) {
    throw new RangeError(`"${prefix}" can't be a subject prefix: use letters, digits, _ and -, tokens joined by dots`);
  }
  const tokensAfter = (family: string, subject: string): string[] | undefined => {
    const start = `${prefix}.${family}.`;
    return subject.startsWith(start) ? subject.slice(start.length).split('.') : undefined;
  };
  const parseRunOf = (family: string) => (subject: string) => {
    const tokens = tokensAfter(family, subject);
    return tokens?.length === 3 ? parseRunTokens(tokens) : undefined;
  };
  return {
    prefix,
    logs: (run, stream) => `${prefix}.logs.${runKey(run)}.${stream}`,
    runs: (run) => `${prefix}.runs.${runKey(run)}`,
    aborts: (run) => `${prefix}.aborts.${runKey(run)}`,
    acks: (run) => `${prefix}.acks.${runKey(run)}`,
    failures: (category, run) => `${prefix}.failures.${category}.${runKey(run)}`,
    notices: (kind, ...subject) => [prefix, 'notices', kind, ...subject].join('.'),
    dead: (subject) =>
      `${prefix}.dead.${subject.startsWith(`${prefix}.`) ? subject.slice(prefix.length + 1) : subject}`,
    preflightCheck: `${prefix}.preflight.check`,
    subscriptions: (verb) => `${prefix}.subscriptions.${verb}`,
    all: (family) => `${prefix}.${family}.>`,
    parseLogs(subject) {
      const tokens = tokensAfter('logs', subject);
      if (tokens?.length !== 4) return undefined;
      const stream = tokens[3];
      if (stream !== 'stdout' && stream !== 'stderr') return undefined;
      const run = parseRunTokens(tokens);
      return run && { run, stream };
    },
    parseRuns: parseRunOf('runs'),
    parseAborts: parseRunOf('aborts'),
    parseAcks: parseRunOf('acks'),
  };
}
