import { expect, test } from 'vitest';
import { nextSteps } from '../../src/cli/next-steps.ts';

test('the lines to paste name the address and the command as it is called here', () => {
  const said = nextSteps('nats://127.0.0.1:4222', 'http://127.0.0.1:8322', '.knell/nats', 'node dist/main.cjs');
  expect(said).toContain('\n  export NATS_URL=nats://127.0.0.1:4222\n');
  expect(said).toContain('\n  node dist/main.cjs tap --agent builder --execution e1 --obey -- ');
  expect(said).toContain('The page is at http://127.0.0.1:8322. Ctrl-C ends all of it; the data stays in .knell/nats.');
});

test('a temporary store is said to keep nothing, and a page that is not served is not named', () => {
  expect(nextSteps('nats://127.0.0.1:4222', undefined, undefined, 'knell')).toContain(
    '\n\nCtrl-C ends all of it; nothing is kept.\n',
  );
});
