import { expect, it } from 'vitest';
import { isClientProse, isHeader, isUnspoken, PROGRESS } from '../../../src/decode/text/client-headers.ts';
import { shapeLine } from '../../../src/decode/text/line-shape.ts';

it.each([
  'Model: large',
  'To sign in, visit https://lane.test/device and enter code 8KQ1-22ZZ',
  'Authenticated as lane account (Pro)',
  'YOLO mode is enabled.',
  'Loaded cached credentials.',
  '[runner] starting agent claude-code',
  '[agent-7f] repo cloned, 41 files',
  '##[group]Run some/action@v2',
  '▸ Edit internal/cache/lru.go (+18 -3)',
  'lane=backend result=failed',
  'TurnBegin',
  '=== story 3 of 9 ===',
  '> [!CAUTION]',
  '⛬ Session 0e51-4c77 started (model: larch)',
  '$ claude -p hi',
])('%s is a header', (line) => {
  expect(isHeader(shapeLine(line))).toBe(true);
});

it.each(['I looked at the log.', 'Output', '[agent-7f] I looked at it.', '[worker-3] Dear customer,'])(
  '%s is none',
  (line) => {
    expect(isHeader(shapeLine(line))).toBe(false);
  },
);

it("knows a client's words from prose that reads alike", () => {
  expect(
    isUnspoken(shapeLine('Warning for openai/x: Unknown context window size and costs, using sane defaults.')),
  ).toBe(true);
  expect(isUnspoken(shapeLine('[cron] job=weekly-digest starting'))).toBe(true);
  expect(isUnspoken(shapeLine('The warning for it is about the size of the context.'))).toBe(false);
  expect(isClientProse(shapeLine('These errors are often related to connection or authentication'))).toBe(true);
  expect(isClientProse(shapeLine('These errors are old'))).toBe(false);
  expect(PROGRESS.test('Running Claude Code via SDK…')).toBe(true);
  expect(PROGRESS.test('Running it again')).toBe(false);
  expect(PROGRESS.test('The context window has overflowed, summarizing the history...')).toBe(true);
  expect(PROGRESS.test('The parser has grown, summarizing the rules...')).toBe(false);
});

it.each(['The API provider has rate limited you.', '### [ERROR] API Request Failed', 'https://aider.chat/docs/a.html'])(
  '%s is said by a client around its failure',
  (line) => {
    expect(isClientProse(shapeLine(line))).toBe(true);
  },
);

it.each([
  ['step "agent" started: opencode run --format json', true],
  ['step "build" started: make all', false],
  ['[bridge] 收到消息，正在启动会话…', true],
  ['收到消息，正在启动会话…', false],
  ['[bridge] 我先看一下这些日志里写了什么…', false],
  ['[assistant] 收到消息，正在启动会话…', false],
])('%s is a word of the host: %s', (line, expected) => {
  expect(isUnspoken(shapeLine(line))).toBe(expected);
});
