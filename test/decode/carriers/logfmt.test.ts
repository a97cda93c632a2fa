import { expect, it } from 'vitest';
import { readFields } from '../../../src/decode/carriers/logfmt.ts';

it('reads bare and quoted values', () => {
  expect(readFields('time=10:00 level=info msg="a \\"b\\"\\n" empty=')).toEqual({
    time: '10:00',
    level: 'info',
    msg: 'a "b"\n',
    empty: '',
  });
});

it('knows the escapes of Go', () => {
  expect(readFields('msg="\\x1b[0m a"')).toEqual({ msg: 'x1b[0m a' });
});

it.each(['a = 1', 'level=info and more', 'msg="open', 'text', ''])('%j is more than fields', (line) => {
  expect(readFields(line)).toBeUndefined();
});
