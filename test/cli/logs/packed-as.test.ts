import { expect, test } from 'vitest';
import { PACKING_BYTES, packedAs } from '../../../src/cli/logs/packed-as.ts';

const tar = Buffer.alloc(512);
tar.write('ustar', 257);

test.each([
  ['zstd', Buffer.from('28b52ffd2442', 'hex')],
  ['xz', Buffer.from('fd377a585a0000', 'hex')],
  ['bzip2', Buffer.from('BZh91AY&SY')],
  ['lz4', Buffer.from('04224d1864', 'hex')],
  ['zip', Buffer.from('504b03040a00', 'hex')],
  ['tar', tar.subarray(0, PACKING_BYTES)],
])('%s is told by its first bytes', (name, head) => {
  expect(packedAs(head)?.name).toBe(name);
});

test.each([['Error: BZh'], [''], ['PK'], ['{"type":"system"}']])('%j is in none of these forms', (text) => {
  expect(packedAs(Buffer.from(text))).toBeUndefined();
});
