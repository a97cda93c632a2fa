import { expect, it } from 'vitest';
import { describeReading, readingFields } from '../../../src/decode/whole-log/describe-reading.ts';
import { createLogReader } from '../../../src/decode/whole-log/log-reader.ts';

function readingOf(text: string, encoding: BufferEncoding = 'utf8') {
  const reader = createLogReader({ stream: 'stdout' });
  reader.push(Buffer.from(text, encoding));
  reader.end();
  return reader.reading();
}

const EVENT = '{"type":"error","sessionID":"ses_1","error":"no"}';
const DOCKER = JSON.stringify({ log: `${EVENT}\n`, stream: 'stdout', time: '2026-01-02T03:04:05Z' });

it('says what a log was read as', () => {
  expect(describeReading(readingOf(`${EVENT}\n`))).toBe('read as opencode JSON lines: 1 line, 0 not understood');
  expect(describeReading(readingOf(`${DOCKER}\n${DOCKER}\n`))).toMatch(
    /^read as opencode JSON lines in docker.*: 2 lines, 0 not understood$/,
  );
  expect(describeReading(readingOf(`\ufeff${EVENT}\n`, 'utf16le'))).toMatch(/^read as opencode JSON lines in UTF-16/);
});

it('gives the same as fields of a row', () => {
  expect(readingFields('a.log', readingOf(`${EVENT}\nprose\n`))).toEqual({
    file: 'a.log',
    read_as: { runtime: 'opencode', format: 'structured', carriers: [], encoding: 'utf-8' },
    lines: 2,
    not_understood: 1,
  });
});
