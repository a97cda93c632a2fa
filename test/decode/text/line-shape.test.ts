import { describe, expect, it } from 'vitest';
import { LINE_MAX, shapeLine } from '../../../src/decode/text/line-shape.ts';
import { spentMs } from '../../support/spent.ts';

describe('shapeLine', () => {
  it.each([
    ['plain words', { body: 'plain words', stamped: false, indent: 0 }],
    ['  indented', { body: 'indented', indent: 2 }],
    ['    | mcp.McpError: Connection closed', { body: 'mcp.McpError: Connection closed', indent: 0 }],
    ['    | a row of a table', { body: '| a row of a table', indent: 4 }],
    ['│ ✕ [API Error: x] │', { body: '[API Error: x]', glyph: 'fail' }],
    ['⚠ slow', { body: 'slow', glyph: 'warn' }],
    ['● Retrying', { body: 'Retrying', glyph: 'item' }],
    ['[relay] #ops <- key refused', { body: 'key refused', text: 'key refused', source: '[relay]' }],
    ['[relay] #ops ← key refused', { body: 'key refused' }],
    ['[relay] #ops -> spawn claude', { body: '#ops -> spawn claude' }],
    ['[relay] «key refused»', { body: '«key refused»' }],
    ['#ops <- key refused', { body: '#ops <- key refused' }],
    ['[agent:a] stderr: Error: no', { body: 'Error: no', text: 'Error: no' }],
    ['[relay] stderr: Error: no', { body: 'stderr: Error: no' }],
    ['[STDERR] Error: no', { body: 'Error: no', source: '[STDERR]' }],
    [
      '2026-11-03T10:00:00.1Z ERROR codex_core::session: no',
      { body: 'no', level: 'error', logger: 'codex_core::session:' },
    ],
    ['2026-11-03 10:00:00,114 - litellm.router - WARNING - slow', { body: 'slow', level: 'warn' }],
    ['2026-11-03 10:00:00,114 - runner - ERROR - no', { body: 'no', level: 'error', logger: 'runner' }],
    ['[2026-11-03T10:00:00Z] [INFO] all is well', { body: 'all is well', level: 'info' }],
    ['[2026-11-03T10:00:00Z] [INFO] ERROR: quota used up', { body: 'ERROR: quota used up', stamped: true }],
    ['[2026-11-03T10:00:00Z] [INFO] ❌ login refused', { body: 'login refused', glyph: 'fail', stamped: true }],
    [
      "models failed: 401, message='Unauthorized', url='x'",
      { body: "models failed: 401, message='Unauthorized', url='x'" },
    ],
    ['WARNING:root:fallback', { body: 'fallback', level: 'warn', logger: 'root' }],
    ['[ERROR] no', { body: 'no', level: 'error', stamped: false }],
    ['##[error]Action failed', { body: 'Action failed', level: 'error' }],
    ['::warning file=a.ts,line=1::unused', { body: 'unused', level: 'warn' }],
    ['level=error msg="run failed" err="401 Unauthorized"', { body: 'run failed: 401 Unauthorized', level: 'error' }],
    ['▰▰▱ Failed to open', { body: 'Failed to open' }],
    ['\u001b[31mError: x\u001b[0m', { body: 'Error: x' }],
  ])('takes %s apart', (raw, shape) => {
    expect(shapeLine(raw)).toMatchObject(shape);
  });

  it('gives no level to what a wrapper logs at level info, but a failure begins', () => {
    expect(shapeLine('[2026-11-03T10:00:00Z] [INFO] API Error: 401').level).toBeUndefined();
    expect(shapeLine('10:00:00 INFO {"error":{"message":"no"}}').level).toBeUndefined();
  });

  it('takes a label for no level', () => {
    expect(shapeLine('error: unknown option').level).toBeUndefined();
    expect(shapeLine('ERROR: no').level).toBeUndefined();
  });

  it('reads a long line up to a limit', () => {
    expect(shapeLine('x'.repeat(1_000_000)).body).toHaveLength(LINE_MAX);
  });

  it.each(['│', ' ', '[', '2026-', '⠋', 'a=', 'ERROR '])('stays within bounds on a megabyte of %j', (piece) => {
    expect(spentMs(() => shapeLine(piece.repeat(1_000_000 / piece.length)))).toBeLessThan(500);
  });
});

it('takes a bracket with a name and a time off, and a picture that says nothing', () => {
  expect(shapeLine('[runner 14:02:11] Invalid API key')).toMatchObject({
    source: '[runner 14:02:11]',
    body: 'Invalid API key',
    stamped: false,
  });
  expect(shapeLine('🔐 Not logged in').body).toBe('Not logged in');
  expect(shapeLine('🔐 Not logged in').glyph).toBeUndefined();
  expect(shapeLine('[runner of the day] said it').source).toBeUndefined();
});

it.each([
  ['claude(stdout): Error: no', 'claude(stdout):'],
  ['agent[stderr]: Error: no', 'agent[stderr]:'],
  ['claude-runner[1182]: Error: no', 'claude-runner[1182]:'],
  ['0|agent  | Error: no', '0|agent  |'],
  ['agent-1  | Error: no', 'agent-1  |'],
  ['agent   | Error: no', 'agent   |'],
  ['step-2 stderr| Error: no', 'step-2 stderr|'],
  ['[worker-3] agent-1  | Error: no', '[worker-3]'],
  ['[lane run-4] Error: no', '[lane run-4]'],
  ['[id=4] Error: no', '[id=4]'],
  ['boxer> Error: no', 'boxer'],
  ['worker 4: Error: no', 'worker 4:'],
  ['[slot 2] Error: no', '[slot 2]'],
  ['agent[refactor-3] Error: no', 'agent[refactor-3]'],
  ['agent-runner  Error: no', 'agent-runner'],
  ['host | Error: no', 'host |'],
])('takes the name of a program that a wrapper passes on off %s', (raw, source) => {
  expect(shapeLine(raw)).toMatchObject({ source, body: 'Error: no' });
});

it.each([
  'node[1182]: Error: no',
  'agent[7]: Error: no',
  'agent | Error: no',
  'trace: | Error: no',
  'a table  of words | Error: no',
  'agent(stdin): Error: no',
  'agent-1  | ',
  '[lane of four] Error: no',
  '[tool lane] Error: no',
  'sqlite> Error: no',
  'assistant> Error: no',
])('takes nothing for such a name in %s', (raw) => {
  expect(shapeLine(raw).source).toBeUndefined();
});

it('reads a level that stands before the time, and none in other brackets', () => {
  expect(shapeLine('[ERROR][2026-11-28 10:55:58][stream.py:838] - no')).toMatchObject({
    level: 'error',
    stamped: true,
    body: 'no',
  });
  expect(shapeLine('[INFO][2026-11-28T10:55:58.120] no')).toMatchObject({ level: 'info', stamped: true, body: 'no' });
  expect(shapeLine('[Error][2026-11-28 10:55:58] no').stamped).toBe(false);
  expect(shapeLine('[ERROR][stream.py:838] no').stamped).toBe(false);
});

it("takes off the time that an image's build writes before each line", () => {
  expect(shapeLine('#12 3.456 Error: no')).toMatchObject({ stamped: true, body: 'Error: no' });
  expect(shapeLine('#12 ERROR: no')).toMatchObject({ stamped: false, body: '#12 ERROR: no' });
  expect(shapeLine('#12 3.4567 Error: no').stamped).toBe(false);
});

it('takes a raised hand for a picture that says nothing, and a waving one for a word', () => {
  expect(shapeLine('🖐 Not logged in').body).toBe('Not logged in');
  expect(shapeLine('👋 Not logged in').body).toBe('👋 Not logged in');
});

it.each([
  ['🤖 WARN     no', 'warn', 'no'],
  ['E agent.py:219] no', 'error', 'no'],
  ['claude-runner ERROR no', 'error', 'no'],
  ['claude-runner STDOUT no', undefined, 'no'],
  ['lane-7 CRITICAL [graph] no', 'fatal', 'no'],
  [
    '2026/10/02 07:00:01 ERRO Agent run failed n=2 err="Post \\"https://x\\": no"',
    'error',
    'Agent run failed: Post "https://x": no',
  ],
  ['10:00:01 ERROR Failed to start MCP agent error="no"', 'error', 'Failed to start MCP agent error="no"'],
  ['▲ no', undefined, 'no'],
  ['Thu Aug  6 03:11:52 UTC 2026 no', undefined, 'no'],
])('reads %s', (raw, level, body) => {
  const shape = shapeLine(raw);
  expect([shape.level, shape.body]).toEqual([level, body]);
});

it('takes what a record passes on for a line of a log without a level', () => {
  const shape = shapeLine('{"level":"error","msg":"claude stderr: Login expired"}');
  expect(shape).toMatchObject({ stamped: true, text: 'Login expired', body: 'Login expired' });
  expect(shape.level).toBeUndefined();
});

it('takes no exception for a logger', () => {
  expect(shapeLine('10:00:00 google.auth.exceptions.RefreshError: no')).toMatchObject({
    body: 'google.auth.exceptions.RefreshError: no',
  });
});

it("reads Python's logging without a time, where a module's path stands first", () => {
  expect(shapeLine('app.core.http - ERROR - no')).toMatchObject({
    level: 'error',
    logger: 'app.core.http',
    body: 'no',
  });
  expect(shapeLine('app - ERROR - no').level).toBeUndefined();
});

it("takes a failure's mark behind a log's level for one", () => {
  expect(shapeLine('🏃 INFO     ❌ Failed on x: y')).toMatchObject({ glyph: 'fail', body: 'Failed on x: y' });
});

it('takes an empty row of what a host relays for empty', () => {
  const row = '2026-10-06T14:21:33+08:00 WARN  [editor::acp] agent stderr:';
  expect(shapeLine(row)).toMatchObject({ body: '', stamped: true });
  expect(shapeLine(row).level).toBeUndefined();
  expect(shapeLine(`${row} Error: no`).body).toBe('Error: no');
});
