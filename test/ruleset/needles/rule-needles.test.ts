import { expect, it } from 'vitest';
import { allNeedles, type NeedleSources } from '../../../src/ruleset/needles/rule-needles.ts';
import { packOf } from '../build.ts';

const needlesOf = (conditions: readonly Record<string, unknown>[], changes: Partial<NeedleSources> = {}) =>
  allNeedles({
    rules: packOf(conditions.map((one) => ({ match: [one] }))).rules,
    signals: [],
    errorLiterals: [],
    ...changes,
  });
const textsOf = (...given: Parameters<typeof needlesOf>) => needlesOf(...given)?.map(({ needle }) => needle.text);

it('has each text once, however many conditions look for it', () => {
  const values = Array.from({ length: 50 }, (_, i) => ({ event: '*', where: { error_status: 400 + i } }));
  expect(textsOf(values)).toEqual(['"error_status"']);
  const [merged] = needlesOf(values) ?? [];
  const passes = (line: string) => merged?.needle.value?.passes(Buffer.from(line), 0);
  expect([passes(': 400}'), passes(':449}'), passes(':450}')]).toEqual([true, true, false]);
});

it('asks for no value where one of the conditions does not', () => {
  const [merged] = needlesOf([{ where: { error_status: 401 } }, { where: { error_status: { exists: true } } }]) ?? [];
  expect(merged?.needle.text).toBe('"error_status"');
  expect(merged?.needle.value?.passes(Buffer.from(':null'), 0)).toBe(false);
  expect(merged?.needle.value?.passes(Buffer.from(':7'), 0)).toBe(true);
});

it('guards a needle only where all that look for it have a guard', () => {
  const guards = (conditions: readonly Record<string, unknown>[]) => needlesOf(conditions)?.[0]?.guards?.length;
  expect(guards([{ line: 'disk full' }])).toBe(1);
  expect(guards([{ line: 'disk full' }, { text: 'disk full' }])).toBeUndefined();
});

it('is nothing at all where one condition has nothing to look for', () => {
  expect(needlesOf([{ line: '[0-9]+' }, { text: 'disk full' }])).toBeUndefined();
  expect(needlesOf([], { lines: ['[0-9]+'] })).toBeUndefined();
  expect(textsOf([{ line: '[0-9]+' }, { text: 'disk full' }], { eventsOnly: true })).toEqual(['disk full']);
});

it('takes a literal of an error claim apart, since spaces may stand around its colon', () => {
  const [found] = needlesOf([], { errorLiterals: ['"is_error":true'] }) ?? [];
  expect(found?.needle.text).toBe('"is_error"');
  expect(found?.needle.value?.passes(Buffer.from(' : true'), 0)).toBe(true);
  expect(found?.needle.value?.passes(Buffer.from(':false'), 0)).toBe(false);
  expect(textsOf([], { errorLiterals: ['"type":"turn.failed"', 'Plain'] })).toEqual(['"turn.failed"', 'plain']);
});
