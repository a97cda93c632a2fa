import { expect, test } from 'vitest';
import { noticeReading } from '../../src/classify/reading-notice.ts';
import { Notice } from '../../src/contracts/notice.ts';
import { stateWith } from '../support/decisions.ts';
import { T0 } from '../support/messages.ts';

const unread = { what: 'unread_output', message: 'Two lines are no JSON.' } as const;
const unknown = { what: 'unknown_runtime', message: 'No runtime is called clod.' } as const;

test('a problem is reported once for the run, as drift that names the run', () => {
  const first = noticeReading(stateWith(), unread, T0);
  expect(first.effects).toMatchObject([
    {
      kind: 'notice',
      subject: ['a1', 'e1', '1'],
      notice: { kind: 'drift', what: 'unread_output', message: unread.message, agent: 'a1', attempt: 1 },
    },
  ]);
  expect(Notice.safeParse((first.effects[0] as { notice?: unknown }).notice).success).toBe(true);
  expect(noticeReading(first.state, { ...unread, message: 'Now three.' }, T0 + 1)).toEqual({
    state: first.state,
    effects: [],
  });
});

test('another problem of the same run is reported too', () => {
  const { state } = noticeReading(stateWith(), unread, T0);
  const second = noticeReading(state, unknown, T0);
  expect(second.effects).toHaveLength(1);
  expect(second.state.noticed).toEqual(['unread_output', 'unknown_runtime']);
});
