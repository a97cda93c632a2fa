import { Command, InvalidArgumentError } from 'commander';
import { Token } from '../../contracts/run.ts';
import { createSubjects } from '../../contracts/subjects.ts';
import { type NatsRole, permissionsOf } from '../../nats/permissions.ts';
import { accountOf, type NatsUser, renderAccounts } from '../../nats/render-accounts.ts';
import { readTapEnvironment } from '../../service/config.ts';

interface PermissionsOptions {
  readonly user: readonly NatsUser[];
  readonly json?: true;
}

/** `knell nats permissions`: what each login may do, for nats-server's configuration. */
export function permissionsCommand(): Command {
  return new Command('permissions')
    .description("print what each login needs and may do, for the nats-server's configuration")
    .requiredOption(
      '--user <role[:name]=key>',
      'a login: knell, operator, author, reader, agent:NAME or backend:NAME, and its public nkey (repeat it)',
      user,
    )
    .option('--json', 'print it as JSON')
    .addHelpText(
      'after',
      `
Only the login of knell may publish abort commands, failure records and notices. An agent speaks and listens under its own name.
Each agent, each backend and each other role has an account of its own. The output is for the inside of "accounts { … }".
Subjects begin with KNELL_PREFIX. Make a key pair with "nk -gen user -pubout", or nsc.

Examples:
  knell nats permissions --user knell=UB… --user agent:builder=UC… --user backend:dispatcher=UD… > accounts.conf`,
    )
    .action(({ user: users, json }: PermissionsOptions) => {
      const subjects = createSubjects(readTapEnvironment(process.env).KNELL_PREFIX);
      const rows = users.map(({ role, nkey }) => ({
        ...role,
        nkey,
        account: accountOf(role),
        ...permissionsOf(role, subjects),
      }));
      process.stdout.write(json ? `${JSON.stringify(rows)}\n` : renderAccounts(users, subjects));
    });
}

function user(text: string, before: readonly NatsUser[] = []): NatsUser[] {
  const [, role = '', name, nkey = ''] = /^([a-z]+)(?::([^=]*))?=(U[A-Z2-7]{55})$/.exec(text) ?? [];
  if (nkey === '') {
    throw new InvalidArgumentError('Write role=KEY or role:name=KEY; a public nkey is U and 55 letters or digits.');
  }
  return [...before, { role: roleOf(role, name), nkey }];
}

function roleOf(role: string, name: string | undefined): NatsRole {
  if (role === 'agent' || role === 'backend') {
    if (!Token.safeParse(name).success) throw new InvalidArgumentError(`Write ${role}:NAME, letters, digits, _ and -.`);
    return { role, name: name as string };
  }
  if (role !== 'knell' && role !== 'operator' && role !== 'author' && role !== 'reader') {
    throw new InvalidArgumentError(`"${role}" is none of knell, operator, author, reader, agent:NAME, backend:NAME.`);
  }
  return { role };
}
