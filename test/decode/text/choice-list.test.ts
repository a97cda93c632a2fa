import { expect, test } from 'vitest';
import { listFrom } from '../../../src/decode/text/choice-list.ts';
import { shapesOf } from './shapes.ts';

const listOf = (text: string) => listFrom(shapesOf(text), 0);

test('the choices of a list are those of one kind, with details between them', () => {
  const found = listOf('Run it?\n ❯ 1. Yes\n      for this time\n   2. No\n\nDone.');
  expect(found).toMatchObject({ first: 1, last: 3 });
  expect(found?.choices).toMatchObject([{ isChosen: true }, { isChosen: false }]);
});

test('a cursor marks a list whose choices have no other mark', () => {
  expect(listOf('Select a model:\n  ❯ larch-2\n    larch-2-mini')).toMatchObject({ first: 1, last: 2 });
});

test('choices may stand in a row', () => {
  expect(listOf('Permission required\n Allow once   Allow always   Reject')).toEqual({
    choices: 'row',
    first: 1,
    last: 1,
  });
});

test.each([
  ['no choice', 'Run it?\nThe tests pass.'],
  ['a code fence first', 'Run it?\n```\n ❯ 1. Yes\n   2. No'],
  ['a choice too far below', `Run it?\n${'x\n'.repeat(20)} ❯ 1. Yes\n   2. No`],
  ['more choices than a screen has', Array.from({ length: 30 }, (_one, at) => ` ${at + 1}. Choice`).join('\n')],
])('there is no list: %s', (_what, text) => {
  expect(listOf(text)).toBeUndefined();
});
