import { expect, it } from 'vitest';
import { PERMANENT } from '../../../src/ruleset/statements/permanent-categories.ts';

it('no retry mends a refused credential, and one may mend what is overloaded', () => {
  expect(PERMANENT.has('auth.invalid_credentials')).toBe(true);
  expect(PERMANENT.has('provider.overloaded')).toBe(false);
});
