import { expect, it } from 'vitest';
import { hasUnknownEscape, type Surroundings, textNeedles } from '../../../src/ruleset/needles/text-needles.ts';

const textsOf = (pattern: string, surroundings: Surroundings) =>
  textNeedles([pattern], surroundings)?.map(({ text }) => text);

it.each<[string, string, Surroundings, readonly string[] | undefined]>([
  ['words, letters A to Z in lower case', 'Disk Full', 'plain', ['disk full']],
  ['the rarest of several words', 'no .* disk full .* at', 'plain', [' disk full ']],
  ['a text up to what JSON may escape', 'C:\\\\Program/gone missing', 'json', ['gone missing']],
  ['the same in an event’s own text', 'Program/gone missing', 'decoded', ['program/gone missing']],
  ['nothing of a class', '[0-9]{3}', 'plain', undefined],
  ['nothing where an escape is unknown', '\\101 disk full', 'plain', undefined],
  ['another script, as UTF-8 and as escapes', '余', 'json', ['\u00e4\u00bd\u0099', '\\u4f59']],
])('looks for %s', (_, pattern, surroundings, texts) => {
  expect(textsOf(pattern, surroundings)).toEqual(texts);
});

it('looks for each way to write a hyphen, where the text around it is rarer than either side', () => {
  const typographic = ['\u2010', '\u2011'].map((hyphen) => `oom${Buffer.from(hyphen).toString('latin1')}kill`);
  expect(textsOf('oom-kill', 'plain')).toEqual(['oom-kill', ...typographic]);
  expect(textsOf('oom-kill', 'decoded')).toEqual(['oom-kill']);
});

it('has needles for each of several patterns, or none at all', () => {
  expect(textNeedles(['disk full', 'quota gone'], 'plain')?.map(({ text }) => text)).toEqual([
    'disk full',
    'quota gone',
  ]);
  expect(textNeedles(['disk full', '.*'], 'plain')).toBeUndefined();
});

it.each([
  ['\\101', true],
  ['\\cA', true],
  ['\\n\\.', false],
])('the escapes of %s are unknown: %s', (pattern, unknown) => {
  expect(hasUnknownEscape(pattern)).toBe(unknown);
});
