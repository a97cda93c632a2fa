import { expect, it } from 'vitest';
import { logger } from '../../../src/decode/carriers/logger.ts';
import { opened } from './opened.ts';

const LINES = [
  '[2026-11-11, 03:56:46 UTC] {subprocess.py:93} INFO - text',
  '[2026-11-22 14:38:07,093: INFO/ForkPoolWorker-2] text',
  'I, [2026-11-12T20:47:14.969580 #7775]  INFO -- : text',
  '2026-11-23 19:37:04.986  INFO 24621 --- [pool-2-thread-1] c.a.agents.ProcessRunner       : text',
  '2026-11-17 23:45:01 INFO  [AgentProcess] text',
  '2026-11-18 17:34:16,814 - agent.runner - INFO - text',
  '2026-11-20T10:41:21.142805Z  INFO agentd::child: text',
  '[15:24:03 INF] text',
  '03:02:13.471 [info] text',
  '@acme/agent:review: text',
  '  NX   text',
  '(0) text',
  '3:coder 16:54:57 text',
  '{"level":"info","message":"text","service":"pool","timestamp":"2026-11-06T10:18:33.884Z"}',
  '{"level":30,"time":1764246201001,"pid":46201,"hostname":"box","msg":"text"}',
  'time=2026-11-18T15:03:23Z level=info component=agent msg="text"',
];

it.each(LINES)('takes its own words off %s', (line) => {
  expect(opened(logger, line)).toEqual([{ text: 'text' }]);
});

it.each([
  '[2026-11-11, 03:56:46 UTC] {subprocess.py:93} ERROR - text',
  '2026-11-17 23:45:01 ERROR [AgentProcess] text',
  '[15:24:03 ERR] text',
  '{"level":"error","message":"text"}',
  '{"level":"info","message":"text","error":"no"}',
  'level=info msg="text" err=no',
  'INFO text',
  'text',
])('has not written %s', (line) => {
  expect(opened(logger, line)).toBeUndefined();
});

it('keeps what is indented behind its one space, and what is empty', () => {
  expect(opened(logger, '[15:24:10 INF]   ⎿  Read 3 lines')).toEqual([{ text: '  ⎿  Read 3 lines' }]);
  expect(opened(logger, '[2026-11-22 14:38:07,093: INFO/ForkPoolWorker-2]')).toEqual([{ text: '' }]);
});

it('is one logger that writes all lines', () => {
  const fits = (lines: readonly string[]) => logger.fitTogether?.(lines.map((line) => Buffer.from(line)));
  const one = '2026-11-17 23:45:01 INFO  [AgentProcess] ';
  expect(fits([`${one}a`, `${one}b`])).toBe(true);
  expect(fits([`${one}a`, '2026-11-17 23:45:01 INFO  [Scheduler] b'])).toBe(false);
  expect(fits([`${one}a`])).toBe(false);
});
