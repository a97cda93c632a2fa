import { expect, it } from 'vitest';
import {
  isAboutWork,
  isWeakStatement,
  saysFailure,
  speaksOfFailure,
} from '../../../src/decode/text/statement-words.ts';

it.each(['Claude run failed', 'FatalError', 'agent gave up', 'ошибка', '请求失败'])(
  '%s speaks of a failure',
  (phrase) => {
    expect(speaksOfFailure(phrase)).toBe(true);
  },
);

it.each(['Model', 'result of the run', 'terrors'])('%s does not', (phrase) => {
  expect(speaksOfFailure(phrase)).toBe(false);
});

it('knows sentences that state a failure, in small letters only behind a phrase or of a worker', () => {
  expect(isWeakStatement('Your session has expired', false)).toBe(true);
  expect(isWeakStatement('Failed to connect', false)).toBe(true);
  expect(isWeakStatement('failed to connect', false)).toBe(false);
  expect(isWeakStatement('failed to connect', true)).toBe(true);
  expect(isWeakStatement('agent died early', false)).toBe(true);
  expect(isWeakStatement('The weather is fine', false)).toBe(false);
});

it('looks for a predicate in short lines only', () => {
  expect(saysFailure('the wheel is broken')).toBe(true);
  expect(saysFailure(`${'x '.repeat(200)}is broken`)).toBe(false);
  expect(saysFailure('all is well')).toBe(false);
  expect(saysFailure('利用制限に達しました。')).toBe(true);
  expect(saysFailure('テストは通りました。')).toBe(false);
});

it('tells the work itself from what runs beside it', () => {
  expect(isAboutWork('failed to start the agent')).toBe(true);
  expect(isAboutWork('failed to write the cache')).toBe(false);
});
