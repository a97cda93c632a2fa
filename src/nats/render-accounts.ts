import type { Subjects } from '../contracts/subjects.ts';
import { type NatsRole, permissionsOf } from './permissions.ts';

/** A login: what it is for, and the public nkey it proves itself by. */
export interface NatsUser {
  readonly role: NatsRole;
  /** `U…`, as `nk -pubout` prints it. */
  readonly nkey: string;
}

/** The account of the service and its streams. */
const KNELL_ACCOUNT = 'KNELL';

/**
 * The account of a login. Only the service is in that of the streams: the server checks no permission on the reply subject of a
 * message, so that its answers may stand on any subject of the asker's account, and only there. A stored message is such
 * an answer: with a backend's login in the account of the streams, an ack of its own making became another run's output.
 */
export function accountOf(role: NatsRole): string {
  if (role.role === 'knell') return KNELL_ACCOUNT;
  const kind = role.role.toUpperCase();
  return 'name' in role ? `${kind}_${role.name}` : kind;
}

/**
 * The accounts as nats-server's configuration has them: their users with what each may do, and what knell's account lets
 * the others use. A subject that a login may publish is a service there, as its replies go back to the login's account.
 */
export function renderAccounts(users: readonly NatsUser[], subjects: Subjects): string {
  const names = [...new Set([KNELL_ACCOUNT, ...users.map(({ role }) => accountOf(role))])];
  const accounts = names.map((name) => ({ name, users: users.filter(({ role }) => accountOf(role) === name) }));
  const others = accounts.filter(({ name }) => name !== KNELL_ACCOUNT);
  return accounts
    .map(({ name, users: own }) => {
      const [first] = own;
      const shared =
        name === KNELL_ACCOUNT
          ? ['jetstream: enabled', ...block('exports', exportsTo(others, subjects))]
          : block('imports', first ? sharedWith(first.role, subjects).map(imported) : []);
      return `${name}: {\n${[
        ...shared,
        ...block(
          'users',
          own.flatMap((user) => renderUser(user, subjects)),
        ),
      ]
        .map((line) => `  ${line}\n`)
        .join('')}}\n`;
    })
    .join('');
}

/** A subject that an account shares: what is published on it comes here (`service`), or goes there (`stream`). */
interface Shared {
  readonly kind: 'service' | 'stream';
  readonly subject: string;
}

/** What the account of a role and knell's have in common. */
function sharedWith(role: NatsRole, subjects: Subjects): Shared[] {
  const { publish, subscribe, inboxPrefix } = permissionsOf(role, subjects);
  // An agent makes no consumers: nothing of knell's account is delivered to its inboxes but answers, which come by themselves.
  const delivered = subscribe.filter((subject) => role.role !== 'agent' || !subject.startsWith(inboxPrefix));
  return [
    ...publish.map((subject) => ({ kind: 'service', subject }) as const),
    ...delivered.map((subject) => ({ kind: 'stream', subject }) as const),
  ];
}

/** What knell's account shares with the others, each subject once. */
function exportsTo(
  accounts: readonly { readonly name: string; readonly users: readonly NatsUser[] }[],
  subjects: Subjects,
): string[] {
  const sharers = new Map<string, string[]>();
  for (const { name, users } of accounts) {
    const [first] = users;
    for (const { kind, subject } of first ? sharedWith(first.role, subjects) : []) {
      const key = `${kind}: ${JSON.stringify(subject)}`;
      sharers.set(key, [...(sharers.get(key) ?? []), name]);
    }
  }
  return [...sharers].map(([key, names]) => {
    // One request for messages has many answers.
    const response = key.startsWith('service') ? ', response: stream' : '';
    return `{ ${key}${response}, accounts: ${list(names)} }`;
  });
}

function imported({ kind, subject }: Shared): string {
  return `{ ${kind}: { account: ${KNELL_ACCOUNT}, subject: ${JSON.stringify(subject)} } }`;
}

function renderUser({ role, nkey }: NatsUser, subjects: Subjects): string[] {
  const { publish, denyPublish, subscribe, inboxPrefix } = permissionsOf(role, subjects);
  const name = 'name' in role ? `${role.role} ${role.name}` : role.role;
  return [
    `# ${name}: NATS_NKEY=<its seed file> NATS_INBOX_PREFIX=${inboxPrefix}`,
    '{',
    `  nkey: ${nkey}`,
    '  permissions: {',
    `    publish: { allow: ${list(publish)}${denyPublish.length > 0 ? `, deny: ${list(denyPublish)}` : ''} }`,
    `    subscribe: { allow: ${list(subscribe)} }`,
    '  }',
    '}',
  ];
}

function list(subjects: readonly string[]): string {
  return `[${subjects.map((subject) => JSON.stringify(subject)).join(', ')}]`;
}

function block(name: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : [`${name}: [`, ...lines.map((line) => `  ${line}`), ']'];
}
