import { expect, it } from 'vitest';
import { isLaunch, startsOwnScript } from '../../../src/decode/text/launch.ts';

it.each([
  '$ claude -p hi',
  '+ npx -y @openai/codex exec -',
  'Run claude -p "$PROMPT" --max-turns 5',
  'root@b1c7e3:/app# codex exec x',
  'dev@host:~/src$ timeout 60 opencode run x',
  'claude -p hi --max-turns 9',
  '$ echo "sort it" | amp -x',
  '$ echo "sort it" | claude',
  '+ docker run --rm agent:24 claude -p hi',
  '==> agent: claude -p (api key)',
  '$ agent -p --model auto "ping"',
  'cline "port the tests" --yolo',
  'exec claude -p --output-format json',
  "Running command: ['claude', '-p']",
  '➜  notes git:(main) ✗ claude -p hi',
])('%s is the command line of an agent', (text) => {
  expect(isLaunch({ text })).toBe(true);
});

it.each([
  '$ npm test',
  'Run npm ci',
  'root@b1c7e3:/app# ls',
  'claude said hello',
  'Run',
  '$ echo | grep claude',
  '$ agent list',
  'cline "port the tests"',
  '  $ gemini -p review',
])('%s is none', (text) => {
  expect(isLaunch({ text })).toBe(false);
});

it.each([
  ['$ ./agent.sh run a.md', true],
  ['$ LANG=C python3 tools/agent_loop.py --task 4', true],
  ['$ ./build.sh', false],
  ['$ cat agent.sh', false],
  ['./agent.sh run a.md', false],
])('%s starts a script that is named for its agent: %s', (text, expected) => {
  expect(startsOwnScript({ text })).toBe(expected);
});
