import { expect, it } from 'vitest';
import { shapeLine } from '../../../src/decode/text/line-shape.ts';
import { isToolLine, opensToolBlock } from '../../../src/decode/text/tool-blocks.ts';

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
