import { expect, it } from 'vitest';
import { LineCounter, parseDocument } from 'yaml';
import { createYamlSource } from '../../../src/ruleset/load/yaml-source.ts';

const lines = new LineCounter();
const document = parseDocument('pack: p\nrules:\n  - id: one\n    text: a\n', { lineCounter: lines });
const source = createYamlSource('a.yaml', document, lines);

it.each([
  ['a value', ['rules', 0, 'text'], undefined, 4, 11],
  ['its key', ['rules', 0, 'text'], 'key', 4, 5],
  ['the nearest ancestor that is written', ['rules', 0, 'other'], undefined, 3, 5],
  ['the document', [], undefined, 1, 1],
] as const)('finds %s', (_, path, key, line, column) => {
  expect(source.locate(path, key)).toEqual({ line, column });
});
