import { expect, it } from 'vitest';
import { unwritten } from '../../../src/ruleset/findings/rule-source.ts';

it('places everything of what was never in a file at its beginning', () => {
  const source = unwritten('made');
  expect(source.file).toBe('made');
  expect(source.locate(['rules', 3], 'key')).toEqual({ line: 1, column: 1 });
});
