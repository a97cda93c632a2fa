import { z } from 'zod';
import { Early, GoesOn, LOG_HEADERS, LogCodec, StreamFormat } from '../log-headers.ts';
import { createSubjects, type SubscriptionVerb } from '../subjects.ts';
import { EXAMPLES } from './examples.ts';
import { MESSAGES } from './json-schemas.ts';

type MessageName = keyof typeof EXAMPLES;

const RUN_PARAMETERS = {
  agent: { description: 'Who runs: [A-Za-z0-9_-]{1,128}.' },
  execution: { description: 'One dispatched piece of work: [A-Za-z0-9_-]{1,128}.' },
  attempt: { description: 'Which try of it, from 1.' },
};

const TITLES: Readonly<Record<MessageName, string>> = {
  abort: 'The order to end a run',
  failure: 'The durable account of a verdict',
  ack: 'What was done with an abort command',
  run: 'What happens to a run, as its host reports it',
  notice: 'Worth knowing; nothing failed',
  'preflight-request': 'Has a run on this subscription a chance?',
  preflight: 'Whether it has',
  'subscriptions-list': 'Which subscriptions to show',
  'subscriptions-page': 'Some of them',
  'subscriptions-set': 'What an operator knows of a subscription',
  'subscriptions-remove': 'Take a subscription out',
  'subscription-changed': 'The subscription as it is now',
  error: 'Why a request was not met',
};

interface Flow {
  readonly channel: string;
  readonly address: string;
  readonly message: MessageName | 'logs';
  /** What knell does with it. */
  readonly action: 'send' | 'receive';
  readonly summary: string;
  readonly parameters?: Readonly<Record<string, object>>;
  readonly replies?: readonly MessageName[];
}

function flows(prefix: string): Flow[] {
  const run = '{agent}.{execution}.{attempt}';
  const subjects = createSubjects(prefix);
  const registry = (verb: SubscriptionVerb, reply: MessageName, summary: string): Flow => ({
    channel: `subscriptions-${verb}`,
    address: subjects.subscriptions(verb),
    message: `subscriptions-${verb}`,
    action: 'receive',
    summary,
    replies: [reply, 'error'],
  });
  return [
    {
      channel: 'logs',
      address: `${prefix}.logs.${run}.{stream}`,
      message: 'logs',
      action: 'receive',
      summary: "Agents' output, whole lines, as it is printed.",
      parameters: { ...RUN_PARAMETERS, stream: { enum: ['stdout', 'stderr'] } },
    },
    {
      channel: 'runs',
      address: `${prefix}.runs.${run}`,
      message: 'run',
      action: 'receive',
      summary: 'Hosts tell when runs start, live and end.',
      parameters: RUN_PARAMETERS,
    },
    {
      channel: 'acks',
      address: `${prefix}.acks.${run}`,
      message: 'ack',
      action: 'receive',
      summary: 'Backends and taps tell what they did with an abort command.',
      parameters: RUN_PARAMETERS,
    },
    {
      channel: 'aborts',
      address: `${prefix}.aborts.${run}`,
      message: 'abort',
      action: 'send',
      summary: 'A doomed run is to be ended. An attempt has at most one command.',
      parameters: RUN_PARAMETERS,
    },
    {
      channel: 'failures',
      address: `${prefix}.failures.{family}.{cause}.${run}`,
      message: 'failure',
      action: 'send',
      summary: 'What was concluded about a run, and why.',
      parameters: {
        family: { description: 'First token of the category, e.g. auth.' },
        cause: { description: 'Second token of the category, e.g. token_expired.' },
        ...RUN_PARAMETERS,
      },
    },
    {
      channel: 'notices',
      address: `${prefix}.notices.{kind}.{about}`,
      message: 'notice',
      action: 'send',
      summary: 'Expiring subscriptions, drift, incidents and the like.',
      parameters: {
        kind: { description: 'The kind of notice, e.g. subscription_expiring.' },
        about: { description: 'What it is about, in one or more tokens.' },
      },
    },
    {
      channel: 'preflight',
      address: subjects.preflightCheck,
      message: 'preflight-request',
      action: 'receive',
      summary: 'Before a dispatch: answered within 50 ms, never with an error.',
      replies: ['preflight'],
    },
    registry('list', 'subscriptions-page', 'Show what is known of subscriptions.'),
    registry('set', 'subscription-changed', 'Register a subscription, or put down what is known of it.'),
    registry('remove', 'subscription-changed', 'Take a subscription out of the registry.'),
  ];
}

/**
 * The AsyncAPI 3 document of everything on the wire, made from the same schemas that read and write it. Written from
 * knell's side: it receives logs, and sends abort commands.
 *
 * @param version knell's version
 * @throws {RangeError} when the prefix can't be one
 */
export function asyncApiDocument(version: string, prefix = 'knell'): object {
  const all = flows(prefix);
  return {
    asyncapi: '3.0.0',
    info: {
      title: 'knell',
      version,
      description:
        'Ends doomed coding-agent runs. JetStream streams keep logs, runs, aborts, acks, failures and notices; preflight and the registry of subscriptions are a NATS service named knell.',
      license: { name: 'Apache-2.0', url: 'https://www.apache.org/licenses/LICENSE-2.0' },
    },
    defaultContentType: 'application/json',
    servers: {
      nats: { host: '127.0.0.1:4222', protocol: 'nats', description: 'nats-server 2.9.10 or newer, with JetStream' },
    },
    channels: { ...Object.fromEntries(all.map((flow) => [flow.channel, channelOf(flow)])), replies: repliesOf(all) },
    operations: Object.fromEntries(all.map((flow) => [`${flow.action}-${flow.channel}`, operationOf(flow)])),
    components: {
      messages: {
        logs: logsMessage(),
        ...Object.fromEntries((Object.keys(EXAMPLES) as MessageName[]).map((name) => [name, messageOf(name)])),
      },
    },
  };
}

const messageRef = (name: string) => ({ $ref: `#/components/messages/${name}` });

function channelOf({ address, message, summary, parameters }: Flow): object {
  return {
    address,
    summary,
    messages: { [message]: messageRef(message) },
    ...(parameters ? { parameters } : {}),
  };
}

/** Replies go to the inbox that the request names, which has no address of its own. */
function repliesOf(all: readonly Flow[]): object {
  const names = new Set(all.flatMap(({ replies = [] }) => replies));
  return {
    address: null,
    summary: 'The inbox of the asker.',
    messages: Object.fromEntries([...names].map((name) => [name, messageRef(name)])),
  };
}

function operationOf({ channel, message, action, summary, replies }: Flow): object {
  const base = {
    action,
    channel: { $ref: `#/channels/${channel}` },
    summary,
    messages: [{ $ref: `#/channels/${channel}/messages/${message}` }],
  };
  if (!replies) return base;
  return {
    ...base,
    bindings: { nats: { queue: 'knell', bindingVersion: '0.1.0' } },
    reply: {
      channel: { $ref: '#/channels/replies' },
      messages: replies.map((name) => ({ $ref: `#/channels/replies/messages/${name}` })),
    },
  };
}

function messageOf(name: MessageName): object {
  return {
    name,
    title: TITLES[name],
    contentType: 'application/json',
    payload: draft7(MESSAGES[name]),
    examples: Object.entries(EXAMPLES[name]).map(([summary, payload]) => ({ name: slug(summary), summary, payload })),
  };
}

function logsMessage(): object {
  const { runtime, format, subscription, line, time, codec, alone, early, goesOn } = LOG_HEADERS;
  const text = (description: string) => ({ type: 'string', description });
  return {
    name: 'logs',
    title: "Lines of an agent's output",
    contentType: 'text/plain',
    headers: {
      type: 'object',
      description: 'All optional.',
      properties: {
        [runtime]: text('The program that is the agent, e.g. claude-code.'),
        [format]: {
          type: 'string',
          enum: [...StreamFormat.options],
          description: 'How this stream was asked to print. Left out: recognised from its first lines.',
        },
        [subscription]: text('The account whose token the run uses.'),
        [line]: text("Number of the message's first line in its stream, from 0."),
        [time]: text('When its first line was read, RFC 3339.'),
        [alone]: {
          type: 'string',
          enum: ['true'],
          description:
            'The host saw that nobody but the agent had this stream, and wrote anything, when these lines were printed, that no child but servants from its start lived or had just ended, and that none came later than its start.',
        },
        [early]: {
          type: 'string',
          enum: [...Early.options],
          description:
            "Of a shell's line: the host had not seen the agent when it had read these lines (certain), or first saw it then (possible). Lines that are certainly early are looked at when the run exits; others end it after nine idle minutes, not at once.",
        },
        [goesOn]: {
          type: 'string',
          enum: [...GoesOn.options],
          description:
            "What the run's command may still do behind a failure of its agent: further turns of the same agent, or other commands of its shell. The run is then not ended at once for what those may get over.",
        },
        [codec]: {
          type: 'string',
          enum: [...LogCodec.options],
          default: 'lines',
          description: 'How the payload is laid out. A message with any of these headers is never guessed at.',
        },
      },
    },
    payload: text('One or more whole lines, UTF-8, a line feed between them.'),
    examples: [
      {
        name: 'two-lines',
        summary: 'two lines',
        headers: { [runtime]: 'claude-code', [line]: '3' },
        payload: '{"type":"system","subtype":"init"}\n{"type":"system","subtype":"api_retry","error_status":401}\n',
      },
    ],
  };
}

/** AsyncAPI's own schema dialect is a superset of JSON Schema draft 7. */
function draft7(schema: z.ZodType): object {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { target: 'draft-7', io: 'input' });
  return rest;
}

function slug(text: string): string {
  return text.replaceAll(/[^a-z0-9]+/gi, '-');
}
