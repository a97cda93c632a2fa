import { expect, it } from 'vitest';
import { cri } from '../../../src/decode/carriers/cri.ts';
import { docker } from '../../../src/decode/carriers/docker.ts';
import { createUnwrapper, isBlank } from '../../../src/decode/carriers/unwrapper.ts';
import { AT, AT_MS } from './opened.ts';

const row = (log: string) => Buffer.from(JSON.stringify({ log, stream: 'stderr', time: '2020-01-01T00:00:00Z' }));

it('passes lines on as they are where there is no carrier', () => {
  const unwrapper = createUnwrapper([]);
  expect(unwrapper.push(Buffer.from('text'))).toEqual([{ raw: Buffer.from('text') }]);
  expect(unwrapper.end()).toEqual([]);
});

it('takes the outermost off first, and believes the one nearest to the program', () => {
  const unwrapper = createUnwrapper([docker, cri]);
  expect(unwrapper.push(row(`${AT} stdout F text\n`))).toEqual([
    { raw: Buffer.from('text'), stream: 'stdout', timeMs: AT_MS },
  ]);
});

it('joins pieces, and gives one whose end never came at the end', () => {
  const unwrapper = createUnwrapper([docker]);
  expect(unwrapper.push(row('one '))).toEqual([]);
  expect(unwrapper.push(row('line\n')).map(({ raw }) => raw.toString())).toEqual(['one line']);
  expect(unwrapper.push(row('cut off'))).toEqual([]);
  expect(unwrapper.end().map(({ raw }) => raw.toString())).toEqual(['cut off']);
});

it('takes the inner carrier off a piece whose end never came too', () => {
  const unwrapper = createUnwrapper([docker, cri]);
  unwrapper.push(row(`${AT} stdout F cut off`));
  expect(unwrapper.end().map(({ raw }) => raw.toString())).toEqual(['cut off']);
});

it('counts what a carrier has not written, but no blank lines', () => {
  const unwrapper = createUnwrapper([docker]);
  for (const line of ['text', '', ' \t\r']) expect(unwrapper.push(Buffer.from(line))).toHaveLength(1);
  expect(unwrapper.unopened).toBe(1);
});

it('takes spaces, tabs and carriage returns for blank', () => {
  expect(isBlank(Buffer.from(' \t\r'))).toBe(true);
  expect(isBlank(Buffer.from('\u00a0'))).toBe(false);
});
