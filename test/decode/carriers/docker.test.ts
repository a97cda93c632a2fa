import { expect, it } from 'vitest';
import { docker } from '../../../src/decode/carriers/docker.ts';
import { AT, AT_MS, opened } from './opened.ts';

const row = (fields: object) => JSON.stringify({ log: 'text\n', stream: 'stderr', time: AT, ...fields });

it('opens a row to its line, stream and time', () => {
  expect(opened(docker, row({}))).toEqual([{ text: 'text', stream: 'stderr', timeMs: AT_MS }]);
});

it('takes a text without a line break for a piece of a line that goes on', () => {
  expect(opened(docker, row({ log: 'one\ntwo' }))).toEqual([
    { text: 'one', stream: 'stderr', timeMs: AT_MS },
    { text: 'two', stream: 'stderr', timeMs: AT_MS, partial: true },
  ]);
});

it('leaves out a stream and a time that cannot be', () => {
  expect(opened(docker, row({ stream: 'stdin', time: 'soon' }))).toEqual([{ text: 'text' }]);
});

it.each([{ log: 1 }, { stream: undefined }, { time: 5 }])('has not written a row with %j', (fields) => {
  expect(opened(docker, row(fields))).toBeUndefined();
});
