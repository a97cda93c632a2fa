import { expect, it } from 'vitest';
import { z } from 'zod';
import { createSchemaGuide } from '../../../src/ruleset/load/schema-keys.ts';

const guide = createSchemaGuide(
  z.object({
    rules: z.array(z.union([z.object({ a: z.string().describe('the first') }), z.object({ b: z.string() })])),
    names: z.record(z.string(), z.object({ c: z.string() })),
  }),
);

it('knows the keys of an object, of each choice, and of a named one', () => {
  expect(guide.keysAt([])).toEqual(['rules', 'names']);
  expect(guide.keysAt(['rules', 7])).toEqual(['a', 'b']);
  expect(guide.keysAt(['names', 'any'])).toEqual(['c']);
  expect(guide.keysAt(['other', 'x'])).toEqual([]);
});

it('knows what a value is for', () => {
  expect(guide.descriptionAt(['rules', 0, 'a'])).toBe('the first');
  expect(guide.descriptionAt(['rules', 0, 'b'])).toBeUndefined();
});
