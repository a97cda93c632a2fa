import { describe, expect, it } from 'vitest';
import { splitLines } from '../../src/decode/split-lines.ts';
import fc from '../support/fast-check.ts';

const texts = (chunk: Buffer): string[] => splitLines(chunk).map((line) => line.toString('latin1'));

describe('splitLines', () => {
  it.each([
    ['an empty chunk has no lines', '', []],
    ['one line break alone is one blank line', '\n', ['']],
    ['a final line break adds no line', 'a\n', ['a']],
    ['a line without a final break counts', 'a\nb', ['a', 'b']],
    ['blank lines between count, for the numbering', 'a\n\n\nb\n', ['a', '', '', 'b']],
    ['a carriage return stays with its line', 'a\r\nb\r', ['a\r', 'b\r']],
    ['a lone carriage return breaks nothing', '10%\r20%\n', ['10%\r20%']],
    ['NUL and high bytes are bytes like others', '\0\xff\n\xfe', ['\0\xff', '\xfe']],
  ])('%s', (_title, chunk, lines) => {
    expect(texts(Buffer.from(chunk, 'latin1'))).toEqual(lines);
  });

  it('returns slices of the chunk, not copies', () => {
    const chunk = Buffer.from('one\ntwo\n');
    expect(splitLines(chunk).every((line) => line.buffer === chunk.buffer)).toBe(true);
  });

  it('gives the same lines wherever the chunk was cut between lines', () => {
    const line = fc
      .uint8Array({ maxLength: 12 })
      .map((bytes) => Buffer.from(bytes.map((byte) => (byte === 10 ? 11 : byte))));
    fc.assert(
      fc.property(fc.array(line, { maxLength: 12 }), fc.nat(12), (lines, at) => {
        const chunk = (some: readonly Buffer[]): Buffer =>
          Buffer.concat(some.flatMap((one) => [one, Buffer.from('\n')]));
        const whole = splitLines(chunk(lines));
        const parts = [...splitLines(chunk(lines.slice(0, at))), ...splitLines(chunk(lines.slice(at)))];
        expect(parts.map((part) => part.toString('hex'))).toEqual(whole.map((one) => one.toString('hex')));
        expect(whole.map((one) => one.toString('hex'))).toEqual(lines.map((one) => one.toString('hex')));
      }),
    );
  });

  it('gives back any bytes when its lines are joined again', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        const chunk = Buffer.from(bytes);
        const joined = Buffer.concat(splitLines(chunk).flatMap((line) => [line, Buffer.from('\n')]));
        const ended = chunk.length > 0 && chunk.at(-1) !== 10 ? Buffer.concat([chunk, Buffer.from('\n')]) : chunk;
        expect(joined.equals(ended)).toBe(true);
      }),
    );
  });
});
