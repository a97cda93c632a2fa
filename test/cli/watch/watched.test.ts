import { expect, test } from 'vitest';
import { isWanted, readEvent } from '../../../src/cli/watch/watched.ts';
import { abortCommand } from '../../support/messages.ts';

const run = { agent: 'builder', execution: 'e1', attempt: 1 };
const command = { ...abortCommand(run), category: 'auth.token_expired' as const };
const notice = {
  schema: 'knell.notice/v1' as const,
  kind: 'gap' as const,
  at: '2026-11-28T12:00:00.000Z',
  message: 'm',
};

test.each([
  [{}, true, true],
  [{ agent: 'builder' }, true, false],
  [{ agent: 'build' }, false, false],
  [{ category: 'auth' }, true, false],
  [{ category: 'auth.token_expired' }, true, false],
  [{ category: 'aut' }, false, false],
])('%j wants the command: %s, the notice: %s', (filter, wantsCommand, wantsNotice) => {
  expect([isWanted(command, filter), isWanted(notice, filter)]).toEqual([wantsCommand, wantsNotice]);
});

test('what is no message of the contract is no event', () => {
  const bytes = (value: unknown) => Buffer.from(JSON.stringify(value));
  expect(readEvent('aborts', bytes(command))).toEqual(command);
  expect(readEvent('failures', bytes(command))).toBeUndefined();
  expect(readEvent('notices', Buffer.from('{'))).toBeUndefined();
});
