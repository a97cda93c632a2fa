import { describe, expect, it } from 'vitest';
import { createLogReader, type ReadChunk } from '../../../src/decode/whole-log/log-reader.ts';

const EVENT = '{"type":"error","sessionID":"ses_1","error":"no"}';

function read(bytes: Buffer, size = bytes.length) {
  const reader = createLogReader({ stream: 'stdout' });
  const chunks: ReadChunk[] = [];
  for (let at = 0; at < bytes.length; at += size) chunks.push(...reader.push(bytes.subarray(at, at + size)));
  chunks.push(...reader.end());
  const textOf = (stream: string) =>
    chunks
      .filter((chunk) => chunk.stream === stream)
      .map(({ data }) => data.toString())
      .join('');
  return { stdout: textOf('stdout'), stderr: textOf('stderr'), reading: reader.reading() };
}

describe('createLogReader', () => {
  it('reads a plain log, and tells its runtime and format', () => {
    const { stdout, reading } = read(Buffer.from(`${EVENT}\nprose\n`));
    expect(stdout).toBe(`${EVENT}\nprose\n`);
    expect(reading).toMatchObject({
      runtime: 'opencode',
      format: 'structured',
      carriers: [],
      encoding: 'utf-8',
      lines: 2,
      notUnderstood: 1,
    });
  });

  it('gives the same in pieces of any size', () => {
    const bytes = Buffer.from(`${EVENT}\nä prose\n`);
    for (const size of [1, 3, 7]) expect(read(bytes, size)).toEqual(read(bytes));
  });

  it('reads UTF-16', () => {
    const { stdout, reading } = read(Buffer.from(`\ufeff${EVENT}\nprose\n`, 'utf16le'));
    expect(stdout).toContain(EVENT);
    expect(reading).toMatchObject({ runtime: 'opencode', encoding: 'utf-16le', lines: 2 });
  });

  it("takes docker's json-file off, and gives each line to its stream", () => {
    const row = (stream: string, log: string) => `${JSON.stringify({ log, stream, time: '2026-01-02T03:04:05Z' })}\n`;
    const { stdout, stderr, reading } = read(Buffer.from(row('stdout', `${EVENT}\n`) + row('stderr', 'oops\n')));
    expect([stdout, stderr]).toEqual([`${EVENT}\n`, 'oops\n']);
    expect(reading.carriers).toHaveLength(1);
  });

  it('gives the last line also where no line break ends it', () => {
    expect(read(Buffer.from('a\nb')).stdout).toMatch(/^a\nb\n?$/);
  });

  it('believes the runtime that it is given', () => {
    const reader = createLogReader({ stream: 'stderr', runtime: 'aider' });
    reader.push(Buffer.from(`${EVENT}\n`));
    expect(reader.end().map(({ stream }) => stream)).toEqual(['stderr']);
    expect(reader.reading().runtime).toBe('aider');
  });
});
