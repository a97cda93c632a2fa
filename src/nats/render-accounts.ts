import type { Subjects } from '../contracts/subjects.ts';
import { type NatsRole, permissionsOf } from './permissions.ts';

/** A login: what it is for, and the public nkey it proves itself by. */
export interface NatsUser {
  readonly role: NatsRole;
  /** `U…`, as `nk -pubout` prints it. */
  readonly nkey: string;
}

/** The account that the service, its streams and the people around it share. */
const KNELL_ACCOUNT = 'KNELL';

/**
 * The account of a login. Each agent name has one of its own: the server checks no permission on the reply subject of a
 * message, so that what it confirms may stand on any subject of the sender's account, and only there.
 */
export function accountOf(role: NatsRole): string {
  return role.role === 'agent' ? `AGENT_${role.name}` : KNELL_ACCOUNT;
}

/**
 * The accounts as nats-server's configuration has them: their users with what each may do, and what knell's account lets
 * an agent's use. A subject that an agent may publish is a service there, as its reply goes back to the agent's account.
 */
export function renderAccounts(users: readonly NatsUser[], subjects: Subjects): string {
  const names = new Set([KNELL_ACCOUNT, ...users.map(({ role }) => accountOf(role))]);
  const accounts = [...names].map((name) => ({ name, users: users.filter(({ role }) => accountOf(role) === name) }));
  const agents = accounts.filter(({ name }) => name !== KNELL_ACCOUNT);
  return accounts
    .map(({ name, users: own }) => {
      const shared =
        name === KNELL_ACCOUNT
          ? [
              'jetstream: enabled',
              ...block(
                'exports',
                agents.flatMap((agent) => sharedWith(agent, subjects, exported)),
              ),
            ]
          : block('imports', sharedWith({ name, users: own }, subjects, imported));
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

type Share = (kind: 'service' | 'stream', subject: string, account: string) => string;

const exported: Share = (kind, subject, account) =>
  `{ ${kind}: ${JSON.stringify(subject)}, accounts: [${JSON.stringify(account)}] }`;
const imported: Share = (kind, subject) =>
  `{ ${kind}: { account: ${KNELL_ACCOUNT}, subject: ${JSON.stringify(subject)} } }`;

/** What an agent's account and knell's have in common, a line each. */
function sharedWith(
  { name, users }: { readonly name: string; readonly users: readonly NatsUser[] },
  subjects: Subjects,
  share: Share,
): string[] {
  const [first] = users;
  if (!first) return [];
  const { publish, subscribe, inboxPrefix } = permissionsOf(first.role, subjects);
  return [
    ...publish.map((subject) => share('service', subject, name)),
    ...subscribe.filter((subject) => !subject.startsWith(inboxPrefix)).map((subject) => share('stream', subject, name)),
  ];
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
