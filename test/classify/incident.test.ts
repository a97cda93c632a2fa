import { describe, expect, test } from 'vitest';
import { createIncidentFinder } from '../../src/classify/incident.ts';
import type { AbortCommand } from '../../src/contracts/abort-command.ts';
import { Notice } from '../../src/contracts/notice.ts';
import { formatTime } from '../../src/contracts/time.ts';
import { abortCommand, T0 } from '../support/messages.ts';

const MINUTE = 60_000;
const of = (agent: string, over: Partial<AbortCommand> = {}) =>
  abortCommand({ agent, execution: 'e1', attempt: 1 }, over);

/** What comes of commands, each a second after the one before. */
function add(commands: readonly AbortCommand[], finder = createIncidentFinder()) {
  return commands.map((command, at) => finder.add(command, T0 + at * 1_000));
}

describe('agents that fail alike on one subscription', () => {
  test('are an incident from the third on, said once', () => {
    const found = add(['a1', 'a2', 'a3', 'a4'].map((agent) => of(agent)));
    expect(found.map((incident) => incident?.subject)).toEqual([undefined, undefined, 'team-a', undefined]);
  });

  test('are named in the notice as it stands when it is written, in order and each once', () => {
    const finder = createIncidentFinder();
    const [, , incident] = add(
      ['b', 'c', 'a'].map((agent) => of(agent)),
      finder,
    );
    finder.add(of('d'), T0 + 5_000);
    finder.add({ ...of('d'), execution: 'e2' }, T0 + 6_000);
    const notice = Notice.parse(incident?.notice(T0 + 7_000));
    expect(notice).toMatchObject({
      notice_id: incident?.id,
      kind: 'incident',
      subscription: 'team-a',
      agents: ['a', 'b', 'c', 'd'],
      runs: ['b.e1.1', 'c.e1.1', 'a.e1.1', 'd.e1.1', 'd.e2.1'],
      since: formatTime(T0),
      message: '4 agents on subscription team-a fail alike (auth.token_expired): a, b, c, d.',
    });
    expect(incident?.runs()).toHaveLength(5);
  });

  test('have failed alike where only the causes differ within one family', () => {
    const [, , incident] = add([of('a1'), of('a2', { category: 'auth.token_revoked' }), of('a3')]);
    expect(incident).toBeDefined();
  });

  test('are called by the sharper of their verdicts, and never by another cause', () => {
    const refused = { category: 'auth.invalid_credentials' } as const;
    const [, , incident] = add(['a1', 'a2', 'a3'].map((agent) => of(agent, refused)));
    const category = (verdicts: Parameters<NonNullable<typeof incident>['notice']>[1]) =>
      incident?.notice(T0, verdicts).category;
    expect(category(undefined)).toBe('auth.invalid_credentials');
    expect(category(['runtime.crash', 'auth.token_expired'])).toBe('auth.token_expired');
    expect(category(['runtime.crash'])).toBe('auth.invalid_credentials');
  });
});

describe('there is no incident', () => {
  test.each<[string, AbortCommand[]]>([
    ['in three runs of two agents', [of('a1'), of('a2'), { ...of('a2'), execution: 'e2' }]],
    [
      'on different subscriptions',
      ['t1', 't2', 't3'].map((id) => of(`agent-${id}`, { credential: { kind: 'oauth', subscription: id } })),
    ],
    ['in failures that do not reach beyond the run', ['a1', 'a2', 'a3'].map((agent) => of(agent, { scope: 'run' }))],
    [
      'on credentials that are not known',
      ['a1', 'a2', 'a3'].map((agent) => of(agent, { credential: { kind: 'unknown' } })),
    ],
    ['in failures of different families', [of('a1'), of('a2'), of('a3', { category: 'quota.usage_limit' })]],
  ])('%s', (_what, commands) => {
    expect(add(commands)).toEqual([undefined, undefined, undefined]);
  });

  test('in failures that lie ten minutes apart', () => {
    const finder = createIncidentFinder();
    finder.add(of('a1'), T0);
    finder.add(of('a2'), T0 + 9 * MINUTE);
    expect(finder.add(of('a3'), T0 + 10 * MINUTE)).toBeUndefined();
    expect(finder.add(of('a4'), T0 + 11 * MINUTE)).toBeDefined();
  });
});

test('a subscription is known by a key without a name too', () => {
  const key = { credential: { kind: 'api_key', fingerprint: 'print' } } as const;
  const [, , incident] = add(['a1', 'a2', 'a3'].map((agent) => of(agent, key)));
  expect(incident?.subject).toBe('print');
});

test('the same trouble is a new incident once the one before has been over for ten minutes', () => {
  const finder = createIncidentFinder();
  const [, , first] = add(
    ['a1', 'a2', 'a3'].map((agent) => of(agent)),
    finder,
  );
  const again = ['a1', 'a2', 'a3'].map((agent) =>
    finder.add(of(agent, { command_id: `later-${agent}` }), T0 + 30 * MINUTE),
  );
  expect(again[2]?.id).toBeDefined();
  expect(again[2]?.id).not.toBe(first?.id);
});
