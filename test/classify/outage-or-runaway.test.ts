import { describe, expect, test } from 'vitest';
import type { Counted } from '../../src/classify/abort-budget.ts';
import { alikeKey, findAlike } from '../../src/classify/outage-or-runaway.ts';
import type { AbortCommand } from '../../src/contracts/abort-command.ts';
import { formatTime } from '../../src/contracts/time.ts';
import { abortCommand, T0 } from '../support/messages.ts';

const command = (over: Partial<AbortCommand> = {}) => abortCommand(undefined, over);
/** Runs that failed on a subscription, a second apart. */
const failed = (count: number, subscription = 'team-a', over: Partial<AbortCommand> = {}): Counted[] =>
  Array.from({ length: count }, (_, at) => ({
    command: abortCommand(
      { agent: `a${at}`, execution: subscription, attempt: 1 },
      { credential: { kind: 'oauth', subscription }, ...over },
    ),
    atMs: T0 + at * 1_000,
  }));

describe('what may belong to one outage', () => {
  test('is on one credential and of one category', () => {
    expect(alikeKey(command())).toBe(alikeKey(command({ message: 'Said differently.' })));
    const others = [
      command({ category: 'auth.token_revoked' }),
      command({ credential: { kind: 'oauth', subscription: 'team-b' } }),
      command({ credential: { kind: 'oauth', subscription: 'team-a', fingerprint: 'print' } }),
    ];
    expect(new Set([command(), ...others].map(alikeKey)).size).toBe(4);
  });

  test.each<[string, Partial<AbortCommand>, boolean]>([
    ['reaches the provider', { scope: 'provider' }, true],
    ['reaches no further than the run', { scope: 'run' }, false],
    ['reaches the agent', { scope: 'agent' }, false],
    ['rests on text', { grade: 'stated' }, false],
    ['is on a credential that is not known', { credential: { kind: 'unknown' } }, false],
    ['is on a key that is known by its fingerprint', { credential: { kind: 'api_key', fingerprint: 'p' } }, true],
  ])('a failure that %s: %s', (_what, over, expected) => {
    expect(alikeKey(command(over)) !== undefined).toBe(expected);
  });
});

describe('runs that failed alike', () => {
  test('are found from ten on one credential', () => {
    expect(findAlike(failed(9))).toEqual([]);
    const [group] = findAlike(failed(10));
    expect(group).toMatchObject({
      key: alikeKey(failed(1)[0]?.command as AbortCommand),
      credential: { kind: 'oauth' },
    });
    expect(group?.counted).toHaveLength(10);
  });

  test('are left apart where a few others failed on other credentials', () => {
    const groups = findAlike([...failed(10), ...failed(9, 'team-b'), ...failed(12, 'team-c')]);
    expect(groups.map(({ credential, counted }) => [credential.subscription, counted.length])).toEqual([
      ['team-a', 10],
      ['team-c', 12],
    ]);
  });

  test('on more than five credentials have the rule in common, and no outage', () => {
    const on = (count: number) => Array.from({ length: count }, (_, at) => failed(10, `team-${at}`)).flat();
    expect(findAlike(on(5))).toHaveLength(5);
    expect(findAlike(on(6))).toEqual([]);
  });

  test('began with the first failure that was seen, not with the first command', () => {
    const since = (observedMs: number) => {
      const [first] = failed(1)[0]?.command.evidence ?? [];
      const evidence = first ? [{ ...first, observed_at: formatTime(observedMs) }] : [];
      return findAlike(failed(10, 'team-a', { evidence }))[0]?.sinceMs;
    };
    expect(since(T0 - 5_000)).toBe(T0 - 5_000);
    expect(since(T0 + 60_000)).toBe(T0);
    expect(findAlike(failed(10, 'team-a', { evidence: [] }))[0]?.sinceMs).toBe(T0);
  });
});
