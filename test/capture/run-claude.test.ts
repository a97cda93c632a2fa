import { expect, it } from 'vitest';
import { prepareClaude } from './run-claude.ts';

it('there is no scene where the CLI is not in the cache', async () => {
  expect(await prepareClaude({ version: '0.0.0-none' })).toBeUndefined();
});
