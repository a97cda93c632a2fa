import { expect, it } from 'vitest';
import { streamed } from '../../../src/decode/carriers/streamed.ts';
import { AT, AT_MS, opened } from './opened.ts';

const EVENT = '{"type":"result","is_error":true}';

it.each([
  ['a logger', { level: 30, time: AT_MS, task: 'T-1', stream: 'stdout', msg: EVENT }],
  ['a host with any name', { ts: AT, name: 'executor', stream: 'stdout', msg: EVENT }],
  ['a collector', { timestamp: AT, kubernetes: { pod_name: 'a-1' }, stream: 'stdout', log: EVENT }],
  ['a number of a stream', { ts: AT_MS, fd: 1, data: EVENT }],
  ['a type that is the stream', { time: AT, type: 'agent.stdout', data: EVENT }],
  ['an event that was parsed', { at: AT, channel: 'stdout', event: JSON.parse(EVENT) as unknown }],
])('opens the record of %s', (_, record) => {
  expect(opened(streamed, JSON.stringify(record))).toEqual([{ text: EVENT, stream: 'stdout', timeMs: AT_MS }]);
});

it('opens a line of fields', () => {
  const line = `time=${AT} level=info component=loop stream=stderr msg=${JSON.stringify('Error: "a"')}`;
  expect(opened(streamed, line)).toEqual([{ text: 'Error: "a"', stream: 'stderr', timeMs: AT_MS }]);
});

it.each([
  ['no stream is named', '{"level":30,"msg":"text"}'],
  ['there is no line', '{"stream":"stdout","bytes":12}'],
  ['it is the output of a tool', '{"type":"tool_output","stream":"stderr","text":"Error: 401"}'],
  ['it is named like a tool', '{"name":"bash","stream":"stderr","data":"Error: 401"}'],
  ['its type is a tool’s', '{"type":"toolOutput","stream":"stderr","data":"Error: 401"}'],
  ['it names a tool', '{"stream":"stderr","tool":"bash","text":"Error: 401"}'],
  ['it is a command of an agent', '{"event":"command_output","stream":"stderr","chunk":"Error: 401"}'],
  ['it is prose with a field in it', 'stream=stdout is what the worker says'],
  ['it is no record', 'stdout: text'],
])('has not written it where %s', (_, line) => {
  expect(opened(streamed, line)).toBeUndefined();
});
