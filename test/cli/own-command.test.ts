import { expect, test } from 'vitest';
import { ownCommand } from '../../src/cli/own-command.ts';

test.each([
  ['/usr/local/bin/knell', '/home/me', 'knell'],
  ['/home/me/knell/dist/main.cjs', '/home/me/knell', 'node dist/main.cjs'],
  ['/home/me/knell/dist/main.cjs', '/tmp', 'node /home/me/knell/dist/main.cjs'],
  [undefined, '/tmp', 'knell'],
])('%s is called from %s as %s', (script, folder, command) => {
  expect(ownCommand(script, folder)).toBe(command);
});
