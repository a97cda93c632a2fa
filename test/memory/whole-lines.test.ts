import { expect, test } from 'vitest';
import { wholeLines } from '../../src/memory/whole-lines.ts';

test.each<[string, (string | Uint8Array)[], string[]]>([
  ['strings are whole lines, with a line feed or without', ['a', 'b\n', 'c\nd'], ['a\n', 'b\n', 'c\nd\n']],
  ['bytes wait for the end of their line', [Buffer.from('a\nb'), Buffer.from('c\nd\ne')], ['a\n', 'bc\nd\n', 'e']],
  ['a character that is cut comes out whole', [Buffer.from([0xc3]), Buffer.from([0xa4, 0x0a])], ['ä\n']],
  ['nothing gives nothing', [], []],
  ['an empty line counts', [''], ['\n']],
])('%s', async (_, pieces, chunks) => {
  const found: string[] = [];
  for await (const chunk of wholeLines(pieces)) found.push(chunk.toString());
  expect(found).toEqual(chunks);
});
