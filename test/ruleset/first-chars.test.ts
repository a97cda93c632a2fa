import { expect, it } from 'vitest';
import type { PatternNode } from '../../src/patterns/parse-pattern.ts';
import { firstChars } from '../../src/ruleset/first-chars.ts';

const literal = (text: string) => ({ kind: 'literal', text }) as PatternNode;
const optional = (node: PatternNode) => ({ kind: 'repeat', node, min: 0, max: 1 }) as unknown as PatternNode;
const sequence = (...nodes: PatternNode[]) => ({ kind: 'sequence', nodes }) as PatternNode;

it.each([
  ['a literal, in either case', literal('ab'), ['a', 'A']],
  ['what may be missing, and what is behind it', sequence(optional(literal('a')), literal('b')), ['a', 'A', 'b', 'B']],
  ['nothing behind what must be there', sequence(literal('a'), literal('b')), ['a', 'A']],
  ['a choice', { kind: 'choice', nodes: [literal('a'), literal('1')] } as PatternNode, ['a', 'A', '1']],
  ['an empty match', optional(literal('a')), undefined],
  ['any character', { kind: 'class' } as PatternNode, undefined],
])('%s', (_, node, chars) => {
  expect(firstChars(node)).toEqual(chars && new Set(chars));
});
