import { expect, it } from 'vitest';
import { isLaunch } from '../../../src/decode/text/launch.ts';

it.each([
  '$ claude -p hi',
  '+ npx -y @openai/codex exec -',
  'Run claude -p "$PROMPT" --max-turns 5',
  'root@b1c7e3:/app# codex exec x',
  'dev@host:~/src$ timeout 60 opencode run x',
  'claude -p hi --max-turns 9',
])('%s is the command line of an agent', (text) => {
  expect(isLaunch({ text })).toBe(true);
});

it.each(['$ npm test', 'Run npm ci', 'root@b1c7e3:/app# ls', 'claude said hello', 'Run'])('%s is none', (text) => {
  expect(isLaunch({ text })).toBe(false);
});
