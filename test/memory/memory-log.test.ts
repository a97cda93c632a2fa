import { describe, expect, test } from 'vitest';
import type { StreamName } from '../../src/contracts/run.ts';
import { createMemoryLog } from '../../src/memory/memory-log.ts';

const run = { agent: 'a', execution: 'e', attempt: 1 };

/** A log that keeps about `keepBytes` of a run, and a way to put output into it. */
function logOf(keepBytes: number) {
  const log = createMemoryLog({ keepBytes });
  let seq = 0;
  return {
    log,
    say(text: string, stream: StreamName = 'stdout', codec = 'lines') {
      seq += 1;
      log.append({ run, stream, subject: 's', data: Buffer.from(text), codec, seq, storedMs: seq });
      return seq;
    },
  };
}

describe('a log that keeps only the end of a run', () => {
  test('still knows the first line of each stream', async () => {
    const { log, say } = logOf(0);
    say('\n  \nhello\n');
    say('a warning\n', 'stderr');
    for (let at = 0; at < 200; at += 1) say(`line ${at}\n`);
    expect((await log.opening(run, 'stdout')).lines[0]).toBe('hello');
    expect((await log.opening(run, 'stderr')).lines[0]).toBe('a warning');
  });

  test('still knows the last words of a stream that has long been silent', async () => {
    const { log, say } = logOf(0);
    say('one\ntwo\n\n');
    for (let at = 0; at < 200; at += 1) say(`noise ${at}\n`, 'stderr');
    expect(await log.lastOutput(run, 'stdout')).toMatchObject({ text: 'two', position: { seq: 1, row: 1 } });
    expect(await log.lastOutput(run)).toMatchObject({ text: 'noise 199', stream: 'stderr' });
  });

  test.each([
    ['line feeds', '\n\n'],
    ['a no-break space', '\u00a0\n'],
  ])('does not take %s for last words, but for a sign of life', async (_, blank) => {
    const { log, say } = logOf(0);
    say('words\n');
    say(blank);
    expect(await log.lastOutput(run)).toMatchObject({ text: 'words', atMs: 2 });
  });

  test('says that lines were let go, in their place, and then gives those it has', async () => {
    const { log, say } = logOf(2_000);
    const seq = say('a\nb\n');
    for (let at = 0; at < 50; at += 1) say(`line ${at}\n`);
    const [first, ...rest] = await log.linesAfter(run, { seq, row: 0 }, 100);
    expect(first).toMatchObject({ letGo: true, text: '' });
    expect(rest.at(-1)?.text).toBe('line 49');
    expect(rest.length).toBeLessThan(10);
    expect(rest.some(({ letGo }) => letGo)).toBe(false);
    expect(await log.linesAfter(run, { seq, row: 0 }, 1)).toEqual([first]);
  });

  test('says nothing of lines let go that stand before the position', async () => {
    const { log, say } = logOf(0);
    say('a\n');
    const gone = say('b\nc\n');
    say('d\n');
    expect((await log.linesAfter(run, { seq: gone, row: 0 }, 9)).map(({ letGo }) => letGo)).toEqual([true, undefined]);
    expect((await log.linesAfter(run, { seq: gone, row: 1 }, 9)).map(({ text }) => text)).toEqual(['d']);
  });

  test('knows the streams of lines that came wrapped', async () => {
    const { log, say } = logOf(0);
    say('{"line":"out","stream":"stdout"}\n{"line":"err","stream":"stderr"}', 'stdout', 'ndjson');
    say('{"line":"later"}', 'stdout', 'ndjson');
    expect((await log.opening(run, 'stderr')).lines[0]).toBe('err');
    expect(await log.lastOutput(run)).toMatchObject({ text: 'later' });
  });

  test('holds no more than it was told to, however much is printed', async () => {
    const { log, say } = logOf(64 * 1024);
    for (let at = 0; at < 5_000; at += 1) say(`${'x'.repeat(1_023)}\n`);
    const [first, ...rest] = await log.linesAfter(run, { seq: 0, row: 0 }, 10_000);
    expect(first?.letGo).toBe(true);
    expect(rest.length).toBeGreaterThan(30);
    expect(rest.length * 1_024).toBeLessThan(64 * 1024);
    expect(rest.at(-1)?.position.seq).toBe(5_000);
  });
});
