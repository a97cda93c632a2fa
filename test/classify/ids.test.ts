import { expect, test } from 'vitest';
import { commandId, noticeId, recordId } from '../../src/classify/ids.ts';
import { RUN } from '../support/messages.ts';

const OTHERS = [
  { ...RUN, agent: 'a2' },
  { ...RUN, execution: 'e2' },
  { ...RUN, attempt: 2 },
];

test('a run has one command id, and another attempt another', () => {
  expect(commandId({ ...RUN })).toBe(commandId(RUN));
  for (const other of OTHERS) expect(commandId(other)).not.toBe(commandId(RUN));
});

test('a record is known by its run and by what it is about', () => {
  expect(recordId({ ...RUN }, 'verdict')).toBe(recordId(RUN, 'verdict'));
  expect(recordId(RUN, 'claude-code/token-expired')).not.toBe(recordId(RUN, 'verdict'));
  for (const other of OTHERS) expect(recordId(other, 'verdict')).not.toBe(recordId(RUN, 'verdict'));
});

test('a notice is known by its kind and all its parts, wherever one part ends', () => {
  expect(noticeId('stall', 'a', 'b')).toBe(noticeId('stall', 'a', 'b'));
  const others = [noticeId('drift', 'a', 'b'), noticeId('stall', 'ab'), noticeId('stall', 'b', 'a')];
  expect(others).not.toContain(noticeId('stall', 'a', 'b'));
});

test('ids that exist already never change: after an update the same command must not go out under another id', () => {
  expect(commandId(RUN)).toBe('abort-5dbc4ebae9dd3fc0b76ea4e314c7c536');
  expect(recordId(RUN, 'verdict')).toBe('failure-8c9de9a06ebd317553206700b5409620');
});
