import { expect, it } from 'vitest';
import { vector } from '../../../src/decode/carriers/vector.ts';
import { AT, AT_MS, opened } from './opened.ts';

it('opens an event to its message, stream and time', () => {
  const event = { message: 'text', source_type: 'docker_logs', stream: 'stderr', timestamp: AT };
  expect(opened(vector, JSON.stringify(event))).toEqual([{ text: 'text', stream: 'stderr', timeMs: AT_MS }]);
});

it.each(['{"message":"text"}', '{"source_type":"file"}', '{"message":1,"source_type":"file"}'])(
  'has not written %s',
  (row) => {
    expect(opened(vector, row)).toBeUndefined();
  },
);
