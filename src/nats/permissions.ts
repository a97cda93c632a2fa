import { BUCKETS, BUNDLES, CONSUMERS, STREAMS, type Subjects } from '../contracts/subjects.ts';

/** What a login to NATS is for. Agents and backends are many, each with a name of its own. */
export type NatsRole =
  | { readonly role: 'knell' | 'operator' | 'author' | 'reader' }
  | { readonly role: 'agent' | 'backend'; readonly name: string };

/** The subjects that a login may use, as nats-server's configuration takes them. */
export interface Permissions {
  readonly publish: readonly string[];
  /** Taken from what `publish` allows. */
  readonly denyPublish: readonly string[];
  readonly subscribe: readonly string[];
  /** What its inboxes must begin with (`NATS_INBOX_PREFIX`): a reply is for who asked. */
  readonly inboxPrefix: string;
}

/**
 * What a role needs, and nothing else. Only knell publishes abort commands, failure records and notices; an agent
 * speaks and listens under its own name only. On nats-server 2.9.10 and newer.
 *
 * Agents and backends may not read a stream by message number: that request names its subject in its body, where no
 * permission sees it. They read the last message of a subject, which stands in the request's own subject (ADR-31).
 */
export function permissionsOf(role: NatsRole, subjects: Subjects): Permissions {
  const { role: kind, ...more } = role;
  const owner = [`${subjects.prefix.replaceAll('.', '_')}_${kind}`, ...Object.values(more)];
  const inboxPrefix = `_INBOX.${owner.join('.')}`;
  // A login that may make consumers of a stream must not change or remove those that knell shares its work by.
  const denyPublish = kind === 'knell' || kind === 'agent' ? [] : KNELL_CONSUMERS;
  return { ...rightsOf(role, subjects, `${inboxPrefix}.>`), denyPublish, inboxPrefix };
}

function rightsOf(role: NatsRole, subjects: Subjects, inbox: string): Pick<Permissions, 'publish' | 'subscribe'> {
  const { prefix } = subjects;
  switch (role.role) {
    case 'knell':
      return {
        // A request from another account has its reply subject under `_R_`.
        publish: [`${prefix}.>`, '$JS.API.>', '$JS.ACK.>', '$JS.FC.>', '$KV.>', '$SRV.>', '_INBOX.>', '_R_.>'],
        subscribe: [`${prefix}.>`, '$SRV.>', inbox],
      };
    case 'agent': {
      const { name } = role;
      return {
        publish: [
          `${prefix}.logs.${name}.*.*.*`,
          `${prefix}.runs.${name}.*.*`,
          `${prefix}.acks.${name}.*.*`,
          `$JS.API.DIRECT.GET.${STREAMS.aborts}.${prefix}.aborts.${name}.*.*`,
          `$JS.API.DIRECT.GET.${STREAMS.runs}.${prefix}.runs.${name}.*.*`,
        ],
        subscribe: [`${prefix}.aborts.${name}.*.*`, inbox],
      };
    }
    case 'backend': {
      const consumer = `backend_${role.name}`;
      return {
        publish: [
          subjects.all('acks'),
          subjects.all('runs'),
          subjects.preflightCheck,
          '$JS.API.INFO',
          ...ownConsumer(STREAMS.aborts, consumer, subjects.all('aborts')),
          ...feed(STREAMS.notices),
          `$JS.API.DIRECT.GET.${STREAMS.acks}.${subjects.all('acks')}`,
        ],
        subscribe: [inbox],
      };
    }
    case 'operator':
      return {
        publish: [
          `${prefix}.subscriptions.*`,
          subjects.preflightCheck,
          '$SRV.>',
          '$JS.API.INFO',
          ...[...ALL_STREAMS, `OBJ_${BUNDLES}`].flatMap(readable),
          '$JS.API.STREAM.NAMES',
          ...[BUCKETS.fleet, BUCKETS.subscriptions, BUCKETS.probes].flatMap(writable),
        ],
        subscribe: [subjects.all('aborts'), subjects.all('failures'), subjects.all('notices'), inbox],
      };
    case 'author':
      return {
        publish: [
          '$JS.API.INFO',
          ...[`KV_${BUCKETS.rules}`, `KV_${BUCKETS.workers}`, `OBJ_${BUNDLES}`].flatMap(readable),
          // How right a candidate was: what is recorded of runs and how they ended, and not what they print.
          ...[STREAMS.failures, STREAMS.runs, STREAMS.aborts].flatMap(readable),
          // What no rule knows yet, to draft from.
          ...readable(STREAMS.notices),
          ...writable(BUCKETS.rules),
          `$O.${BUNDLES}.>`,
          // nats.js asks which stream a bundle's parts are in.
          '$JS.API.STREAM.NAMES',
        ],
        subscribe: [inbox],
      };
    case 'reader':
      return {
        publish: ['$JS.API.INFO', ...[STREAMS.aborts, STREAMS.failures, STREAMS.notices].flatMap(readable)],
        subscribe: [subjects.all('aborts'), subjects.all('failures'), subjects.all('notices'), inbox],
      };
  }
}

const KNELL_CONSUMERS = [
  ...Object.values(CONSUMERS),
  'knell_subscriptions_runs',
  'knell_subscriptions_failures',
].flatMap((name) => [
  `$JS.API.CONSUMER.CREATE.*.${name}`,
  `$JS.API.CONSUMER.CREATE.*.${name}.>`,
  `$JS.API.CONSUMER.DELETE.*.${name}`,
]);

const ALL_STREAMS = [...Object.values(STREAMS), ...Object.values(BUCKETS).map((bucket) => `KV_${bucket}`)];

/** A durable pull consumer of one's own: made, asked and acknowledged. */
function ownConsumer(stream: string, consumer: string, filter: string): string[] {
  return [
    `$JS.API.CONSUMER.INFO.${stream}.${consumer}`,
    `$JS.API.CONSUMER.CREATE.${stream}.${consumer}.${filter}`,
    `$JS.API.CONSUMER.DURABLE.CREATE.${stream}.${consumer}`,
    `$JS.API.CONSUMER.MSG.NEXT.${stream}.${consumer}`,
    `$JS.ACK.${stream}.${consumer}.>`,
  ];
}

/** Everything new of a stream, by a consumer that the client makes and forgets. */
function feed(stream: string): string[] {
  return [
    `$JS.API.STREAM.INFO.${stream}`,
    // Only for a consumer without a name: the server refuses a name in the body of this one.
    `$JS.API.CONSUMER.CREATE.${stream}`,
    `$JS.API.CONSUMER.CREATE.${stream}.>`,
    `$JS.API.CONSUMER.DELETE.${stream}.*`,
    `$JS.FC.${stream}.>`,
  ];
}

/** All of a stream or bucket, to look at. */
function readable(stream: string): string[] {
  return [
    ...feed(stream),
    `$JS.API.DIRECT.GET.${stream}`,
    `$JS.API.DIRECT.GET.${stream}.>`,
    `$JS.API.STREAM.MSG.GET.${stream}`,
  ];
}

function writable(bucket: string): string[] {
  return [`$KV.${bucket}.>`];
}
