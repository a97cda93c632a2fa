import { describe, expect, test } from 'vitest';
import { parseRunKey, runKey } from '../../src/contracts/run.ts';
import { createSubjects } from '../../src/contracts/subjects.ts';
import fc from '../support/fast-check.ts';

const subjects = createSubjects();
const run = { agent: 'a1', execution: 'e-1', attempt: 3 };
const token = fc.stringMatching(/^[A-Za-z0-9_-]{1,128}$/);
const anyRun = fc.record({ agent: token, execution: token, attempt: fc.integer({ min: 1 }) });

test('a run is found again in every subject that names it', () => {
  fc.assert(
    fc.property(anyRun, (any) => {
      expect(subjects.parseLogs(subjects.logs(any, 'stderr'))).toEqual({ run: any, stream: 'stderr' });
      expect(subjects.parseRuns(subjects.runs(any))).toEqual(any);
      expect(subjects.parseAborts(subjects.aborts(any))).toEqual(any);
      expect(subjects.parseAcks(subjects.acks(any))).toEqual(any);
      expect(parseRunKey(runKey(any))).toEqual(any);
    }),
  );
});

test('no text at all makes a parser throw', () => {
  fc.assert(
    fc.property(fc.string(), (text) => void [subjects.parseLogs(text), subjects.parseRuns(text), parseRunKey(text)]),
  );
});

describe('a subject that does not fit is none', () => {
  test.each([
    'knell.logs.a.e.1',
    'knell.logs.a.e.1.stdout.x',
    'knell.logs.a.e.01.stdout',
    'knell.logs.a.e.0.stdout',
    'knell.logs.a.e.-1.stdout',
    'knell.logs.a.e.1e3.stdout',
    'knell.logs..e.1.stdout',
    'knell.logs.a b.e.1.stdout',
    'knell.logs.a.e.1.stdin',
    'other.logs.a.e.1.stdout',
    'knell.logsx.a.e.1.stdout',
  ])('%s', (subject) => {
    expect(subjects.parseLogs(subject)).toBeUndefined();
  });
});

test('a prefix may have several tokens, and everything moves below it', () => {
  const deep = createSubjects('acme.prod');
  expect(deep.aborts(run)).toBe('acme.prod.aborts.a1.e-1.3');
  expect(deep.parseAborts('acme.prod.aborts.a1.e-1.3')).toEqual(run);
  expect(deep.parseAborts('knell.aborts.a1.e-1.3')).toBeUndefined();
});

test.each(['', 'a..b', '.a', 'a.', 'a b', 'a.>', '*'])('the prefix "%s" is refused', (prefix) => {
  expect(() => createSubjects(prefix)).toThrow(RangeError);
});

test('a category makes two tokens, so that a family can be selected', () => {
  expect(subjects.failures('auth.token_expired', run)).toBe('knell.failures.auth.token_expired.a1.e-1.3');
});
