import { expect, test } from 'vitest';
import { observe } from '../../src/classify/observe.ts';
import { claude } from '../support/claude-lines.ts';
import { contextAt, occurrenceOf, stateWith } from '../support/decisions.ts';
import { T0 } from '../support/messages.ts';
import { rulesFrom } from '../support/rules.ts';

const rules = rulesFrom(`
rules:
  - id: used
    action: notice
    notice: quota_warning
    title: The window is nearly used
    match: [{ event: result, text: 'window at 90' }]
`);

test('a notice is one for a subscription and an hour, and changes nothing of the run', () => {
  const state = stateWith({ credential: { kind: 'oauth', subscription: 'team-a' } });
  const notice = (atMs: number, of = state) => {
    const outcome = observe(of, occurrenceOf(rules, claude.fails('window at 90 %', 500), { atMs }), contextAt(atMs));
    expect(outcome.state).toEqual(of);
    return outcome.effects[0] as unknown as { subject: string[]; notice: { notice_id: string; message: string } };
  };
  const first = notice(T0);
  expect(first).toMatchObject({
    kind: 'notice',
    subject: ['team-a'],
    notice: { kind: 'quota_warning', rule: 'test/used' },
  });
  expect(first.notice.message).toBe('The window is nearly used. The run said: "window at 90 %".');
  expect(notice(T0 + 3_599_999).notice.notice_id).toBe(first.notice.notice_id);
  expect(notice(T0 + 3_600_000).notice.notice_id).not.toBe(first.notice.notice_id);
  expect(notice(T0, stateWith()).subject).toEqual(['a1']);
});
