import { expect, it } from 'vitest';
import { shapeLine } from '../../../src/decode/text/line-shape.ts';
import { isBelowAskedTool, isToolLine, opensToolBlock } from '../../../src/decode/text/tool-blocks.ts';
import { shapesOf } from './shapes.ts';

it.each([
  '$ npm test',
  '⏺ Bash(gh api x)',
  '✗ Run the tests',
  '✗ Shell make all failed',
  '  ⎿  Error: Exit code 1',
  'Error executing tool run_shell_command: x',
  'Observations: Error: 429',
  '─── shell | developer ──────',
  '|  Bash     Runs it',
  'psql: error: connection refused',
  'fatal: [web1]: FAILED! => {}',
  'ERROR 1045 (28000): Access denied for user',
  'PostToolUse:Edit hook failed',
  '> /run npm test',
  'Bash `cargo build`',
  'trace: | Error: 429',
  '👀 OBSERVATION',
  '🎬 ACTION   python a.py',
  '📝 Edit a.ts',
  'running tool shell: alembic upgrade head',
  'I will run the following command: make test (using tool: shell)',
  '✗ Task review the diff',
])('%s opens a block in which a tool speaks', (line) => {
  expect(opensToolBlock(shapeLine(line))).toBe(true);
});

it.each([
  'agent | Error: 429',
  'API Error: 401',
  '+ Exception Group Traceback (most recent call last):',
  '[command]/usr/bin/git fetch origin',
  '● API Error: 500',
  '✗ Execution failed: x',
  '✗ Task failed: no credit',
  'Error executing tool loop: [API Error: x]',
  '✗ Execution of it failed',
  'Attempt 1 failed',
  '📝 Error: HTTP 402',
])('%s does not', (line) => {
  expect(opensToolBlock(shapeLine(line))).toBe(false);
});

it("takes the corner of a screen for a place, not for a tool's word", () => {
  expect(isToolLine(shapeLine('⎿ API Error: 401'))).toBe(false);
  expect(isToolLine(shapeLine('$ false'))).toBe(true);
});

it('knows the call that a client has asked for last, unless that starts an agent', () => {
  const below = (command: string) =>
    isBelowAskedTool(shapesOf(`I will run the following command: ${command} (using tool: shell)\n\nerror: x`), 2);
  expect(below('make test')).toBe(true);
  expect(below('kiro-cli chat "hi"')).toBe(false);
  expect(isBelowAskedTool(shapesOf('I will run the tests\nerror: x'), 1)).toBe(false);
});
