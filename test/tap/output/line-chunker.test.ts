import { describe, expect, it } from 'vitest';
import { createLineChunker, type LineChunkerOptions } from '../../../src/tap/output/line-chunker.ts';
import type { LogChunk } from '../../../src/tap/tap-link.ts';
import fc from '../../support/fast-check.ts';
import { createTapClock } from '../../support/tap-clock.ts';

function setUp(options: Partial<LineChunkerOptions> = {}) {
  const clock = createTapClock();
  const chunks: LogChunk[] = [];
  const chunker = createLineChunker({ stream: 'stdout', emit: (chunk) => chunks.push(chunk), clock, ...options });
  const texts = () => chunks.map((chunk) => chunk.payload.toString('utf8'));
  return { clock, chunks, chunker, texts };
}

describe('line chunker', () => {
  it('collects whole lines for 20 ms and then hands them on together', () => {
    const { clock, chunker, texts } = setUp();
    chunker.push(Buffer.from('one\ntw'));
    clock.advance(10);
    chunker.push(Buffer.from('o\nthr'));
    expect(texts()).toEqual([]);
    clock.advance(10);
    expect(texts()).toEqual(['one\ntwo']);
  });

  it('numbers lines from 0 without a gap and names the time of the first line', () => {
    const { clock, chunker, chunks } = setUp();
    const startMs = clock.now();
    chunker.push(Buffer.from('a\nb\n'));
    clock.advance(100);
    chunker.push(Buffer.from('c\n'));
    clock.advance(20);
    expect(chunks.map(({ firstLine, lineCount, atMs }) => [firstLine, lineCount, atMs - startMs])).toEqual([
      [0, 2, 0],
      [2, 1, 100],
    ]);
  });

  it('hands a chunk on before it grows beyond its limit, without waiting', () => {
    const { chunker, texts } = setUp({ maxChunkBytes: 8 });
    chunker.push(Buffer.from('aaa\nbbb\nccc\ndddddddddddd\ne\n'));
    expect(texts()).toEqual(['aaa\nbbb', 'ccc', 'dddddddddddd']);
  });

  it('hands on a last line without a line break at the end only', () => {
    const { clock, chunker, texts } = setUp();
    chunker.push(Buffer.from('whole\nunfinished'));
    clock.advance(1_000);
    expect(texts()).toEqual(['whole']);
    chunker.end();
    expect(texts()).toEqual(['whole', 'unfinished']);
  });

  it('never hands on an empty chunk: a lone blank line waits for company', () => {
    const { clock, chunker, chunks, texts } = setUp();
    chunker.push(Buffer.from('\n'));
    clock.advance(1_000);
    expect(chunks).toEqual([]);
    chunker.push(Buffer.from('after\n'));
    clock.advance(20);
    expect(texts()).toEqual(['\nafter']);
    expect(chunks[0]).toMatchObject({ firstLine: 0, lineCount: 2 });
    chunker.push(Buffer.from('\n'));
    chunker.end();
    expect(texts()).toEqual(['\nafter', '\n']);
    expect(chunks[1]).toMatchObject({ firstLine: 2, lineCount: 1 });
  });

  it('leaves no timer running after the end', () => {
    const { clock, chunker } = setUp();
    chunker.push(Buffer.from('a\n'));
    chunker.end();
    expect(clock.pending).toBe(0);
  });

  it('replaces bytes that are not UTF-8, and only those', () => {
    const { chunker, texts } = setUp();
    chunker.push(Buffer.from([0x61, 0xff, 0x62, 0x0a, 0xc3, 0xa4, 0x0a]));
    chunker.end();
    expect(texts()).toEqual(['a\ufffdb\nä']);
  });

  it('keeps a character whole that is cut between two reads', () => {
    const { chunker, texts } = setUp();
    for (const byte of Buffer.from('naïve “quote” 🚀\n')) chunker.push(Buffer.from([byte]));
    chunker.end();
    expect(texts()).toEqual(['naïve “quote” 🚀']);
  });

  it('finishes a line that is too long with a mark, counts the rest, and goes on with the next line', () => {
    const { chunker, chunks, texts } = setUp({ maxLineBytes: 10 });
    chunker.push(Buffer.from('short\n{"a":1234'));
    chunker.push(Buffer.from('56789012345'));
    chunker.push(Buffer.from('678\nnext\n'));
    chunker.end();
    const lines = texts().join('\n').split('\n');
    expect(lines[1]).toMatch(/^\{"a":12345\t.*left out/);
    expect([lines[0], lines[2], lines.length]).toEqual(['short', 'next', 3]);
    expect(chunker.leftOutBytes).toBe('67890123456 78'.length - 1);
    expect(chunks.reduce((sum, chunk) => sum + chunk.lineCount, 0)).toBe(3);
  });

  it('holds no more than its bound of a stream without any line break', () => {
    const maxLineBytes = 1024 * 1024;
    const { chunker, chunks } = setUp({ maxLineBytes });
    const piece = Buffer.alloc(256 * 1024, 'x');
    for (let i = 0; i < 400; i++) chunker.push(piece);
    chunker.end();
    expect(chunks).toHaveLength(1);
    expect(chunks[0]?.payload.length).toBeLessThan(maxLineBytes + 100);
    expect(chunker.leftOutBytes).toBe(400 * piece.length - maxLineBytes);
  });

  it('gives the same lines, however the bytes are cut and chunked', () => {
    const piece = fc.oneof(fc.constant('\n'), fc.string({ unit: 'binary', maxLength: 12 }));
    fc.assert(
      fc.property(
        fc.array(piece),
        fc.array(fc.nat(40)),
        fc.integer({ min: 1, max: 50 }),
        (pieces, cuts, maxChunkBytes) => {
          const bytes = Buffer.from(pieces.join(''), 'utf8');
          const { chunker, chunks, clock } = setUp({ maxChunkBytes });
          let at = 0;
          for (const cut of cuts) {
            chunker.push(bytes.subarray(at, at + cut));
            at = Math.min(bytes.length, at + cut);
            if (cut % 3 === 0) clock.advance(20);
          }
          chunker.push(bytes.subarray(at));
          chunker.end();

          const expected = bytes.toString('utf8').split('\n');
          if (expected.at(-1) === '') expected.pop();
          const lines: string[] = [];
          for (const chunk of chunks) {
            expect(chunk.firstLine).toBe(lines.length);
            expect(chunk.payload.length).toBeGreaterThan(0);
            const text = chunk.payload.toString('utf8');
            // A blank line alone is the one case that the payload can't tell from two.
            lines.push(...(text === '\n' && chunk.lineCount === 1 ? [''] : text.split('\n')));
            expect(lines.length - chunk.firstLine).toBe(chunk.lineCount);
          }
          expect(lines).toEqual(expected);
        },
      ),
    );
  });
});
