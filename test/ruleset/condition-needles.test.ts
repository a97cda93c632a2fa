import { expect, it } from 'vitest';
import type { Condition } from '../../src/contracts/rule-pack.ts';
import { conditionNeedles } from '../../src/ruleset/condition-needles.ts';

const textsOf = (condition: Condition) => conditionNeedles(condition)?.map(({ text }) => text);

it.each<[string, Condition, readonly string[] | undefined]>([
  ['a name by its longest part', { event: 'system/api_retry' }, ['"api_retry"']],
  ['each of several names', { event: ['turn.failed', 'error'] }, ['"turn.failed"', '"error"']],
  ['no names, where one of them has nothing to look for', { event: ['error', '*'] }, undefined],
  ['a key rather than a name that every event has', { event: 'message', where: { is_error: true } }, ['"is_error"']],
  ['a value that is rarer than its key', { where: { status: 'allowed_warning' } }, ['"allowed_warning"']],
  ['the words of a text', { text: '(?i)Credit Balance is too low' }, ['credit balance is too low']],
  ['nothing of a pattern without words', { line: '[0-9]+ .*' }, undefined],
])('looks for %s', (_, condition, texts) => {
  expect(textsOf(condition)).toEqual(texts);
});

it('looks for the rarest of all that must be true together', () => {
  const both = { event: 'error', text: 'You have hit your usage limit' };
  expect(textsOf(both)).toEqual(textsOf({ text: both.text }));
});
