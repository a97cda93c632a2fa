import { expect, it } from 'vitest';
import { cri } from '../../../src/decode/carriers/cri.ts';
import { AT, AT_MS, opened } from './opened.ts';

it('opens a whole line to its stream and time, its indentation kept', () => {
  expect(opened(cri, `${AT} stderr F   text`)).toEqual([{ text: '  text', stream: 'stderr', timeMs: AT_MS }]);
  expect(opened(cri, `${AT} stdout F`)).toEqual([{ text: '', stream: 'stdout', timeMs: AT_MS }]);
});

it('marks a piece of a line that goes on, whatever tags follow', () => {
  expect(opened(cri, `${AT} stdout P:tag:more text`)).toEqual([
    { text: 'text', stream: 'stdout', timeMs: AT_MS, partial: true },
  ]);
});

it.each([`${AT} stdin F text`, `${AT} stdout X text`, `${AT} text`, `${AT} stdout Ftext`])(
  'has not written %s',
  (line) => {
    expect(opened(cri, line)).toBeUndefined();
  },
);
