import type { Subjects } from '../contracts/subjects.ts';
import { type NatsRole, permissionsOf } from './permissions.ts';

/** A login: what it is for, and the public nkey it proves itself by. */
export interface NatsUser {
  readonly role: NatsRole;
  /** `U…`, as `nk -pubout` prints it. */
  readonly nkey: string;
}

/** The users of an account as nats-server's configuration has them, with what each may do. */
export function renderUsers(users: readonly NatsUser[], subjects: Subjects): string {
  return `users = [\n${users.map((user) => renderUser(user, subjects)).join('\n')}\n]\n`;
}

function renderUser({ role, nkey }: NatsUser, subjects: Subjects): string {
  const { publish, denyPublish, subscribe, inboxPrefix } = permissionsOf(role, subjects);
  const name = 'name' in role ? `${role.role} ${role.name}` : role.role;
  return `  # ${name}: NATS_NKEY=<its seed file> NATS_INBOX_PREFIX=${inboxPrefix}
  {
    nkey: ${nkey}
    permissions: {
      publish: { allow: ${list(publish)}${denyPublish.length > 0 ? `, deny: ${list(denyPublish)}` : ''} }
      subscribe: { allow: ${list(subscribe)} }
    }
  }`;
}

function list(subjects: readonly string[]): string {
  return `[\n${subjects.map((subject) => `        ${JSON.stringify(subject)}`).join('\n')}\n      ]`;
}
