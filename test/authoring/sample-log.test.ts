import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { readSample } from '../../src/authoring/sample-log.ts';
import { claude } from '../support/claude-lines.ts';

test('a log is one stream of one run, and its first line tells which agent printed it', () => {
  const data = Buffer.from(`${claude.init()}\nmore\n`);
  expect(readSample(data, 'stdout')).toEqual([{ runtime: 'claude-code', stream: 'stdout', data }]);
  expect(readSample(data, 'stderr', 'codex')).toEqual([{ runtime: 'codex', stream: 'stderr', data }]);
  expect(readSample(Buffer.alloc(0), 'stdout')).toEqual([]);
});

test('whole runs are told apart, a row each, with both streams and with or without times', () => {
  const rows = [
    { runtime: 'codex', stdout: [], stderr: ['one', 'two'] },
    { runtime: 'pi', stdout: [{ ms: 5, line: 'three' }], stderr: [] },
  ];
  const sample = readSample(Buffer.from(rows.map((row) => JSON.stringify(row)).join('\n')), 'stdout');
  expect(sample.map(({ runtime, stream, data }) => [runtime, stream, data.toString()])).toEqual([
    ['codex', 'stderr', 'one\ntwo\n'],
    ['pi', 'stdout', 'three\n'],
  ]);
});

test('the sample that comes with knell is of many runtimes', () => {
  const runtimes = new Set(readSample(readFileSync('rules/samples/healthy.jsonl'), 'stdout').map((log) => log.runtime));
  expect(runtimes.size).toBeGreaterThanOrEqual(8);
});
