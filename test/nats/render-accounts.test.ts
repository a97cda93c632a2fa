import { describe, expect, it } from 'vitest';
import { createSubjects } from '../../src/contracts/subjects.ts';
import type { NatsRole } from '../../src/nats/permissions.ts';
import { accountOf, renderAccounts } from '../../src/nats/render-accounts.ts';

const user = (role: NatsRole) => ({ role, nkey: `U${role.role.toUpperCase()}` });
const config = renderAccounts(
  [
    user({ role: 'knell' }),
    user({ role: 'operator' }),
    user({ role: 'reader' }),
    user({ role: 'agent', name: 'builder' }),
    user({ role: 'backend', name: 'dispatcher' }),
  ],
  createSubjects(),
);
/** What stands in one account. */
const account = (name: string) => new RegExp(`^${name}: \\{\\n([^]*?)^\\}`, 'm').exec(config)?.[1] ?? '';

describe('accounts', () => {
  it.each<[NatsRole, string]>([
    [{ role: 'knell' }, 'KNELL'],
    [{ role: 'operator' }, 'OPERATOR'],
    [{ role: 'author' }, 'AUTHOR'],
    [{ role: 'reader' }, 'READER'],
    [{ role: 'agent', name: 'builder' }, 'AGENT_builder'],
    [{ role: 'backend', name: 'dispatcher' }, 'BACKEND_dispatcher'],
  ])('%j is in %s', (role, name) => {
    expect(accountOf(role)).toBe(name);
  });

  it('only the service is where the streams are, so that answers to others stay among their own', () => {
    expect(account('KNELL').match(/nkey: \w+/g)).toEqual(['nkey: UKNELL']);
    expect(config.match(/jetstream: enabled/g)).toHaveLength(1);
  });

  it('a subject that two of them use is exported once, to both, with as many answers as come', () => {
    expect(account('KNELL')).toContain(
      '{ service: "$JS.API.INFO", response: stream, accounts: ["OPERATOR", "READER", "BACKEND_dispatcher"] }',
    );
  });

  it('what consumers deliver reaches those who may make them, and no agent', () => {
    expect(account('READER')).toContain('{ stream: { account: KNELL, subject: "_INBOX.knell_reader.>" } }');
    expect(account('AGENT_builder')).not.toMatch(/stream: \{ account: KNELL, subject: "_INBOX/);
    expect(account('AGENT_builder')).toContain('{ stream: { account: KNELL, subject: "knell.aborts.builder.*.*" } }');
  });
});
