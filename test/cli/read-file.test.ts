import { tmpdir } from 'node:os';
import { expect, test } from 'vitest';
import { cannotRead, readNamedFile } from '../../src/cli/read-file.ts';

test.each([
  ['ENOENT', "can't read the log a.log: there is no such file or folder"],
  ['EISDIR', "can't read the log a.log: it is a folder; name a file in it"],
  ['EACCES', "can't read the log a.log: this user has no permission"],
  ['ENOTDIR', "can't read the log a.log: a part of its path is a file, no folder"],
  ['Z_DATA_ERROR', "can't read the log a.log: its gzip data is damaged or cut off (raw)"],
  ['ELOOP', "can't read the log a.log: its links lead back to it"],
  ['EIO', "can't read the log a.log: raw"],
])('%s is told for people', (code, said) => {
  expect(cannotRead('log', 'a.log', Object.assign(new Error('raw'), { code }))).toBe(said);
});

test('a file that can not be read is bad usage', async () => {
  await expect(readNamedFile('corpus', tmpdir())).rejects.toMatchObject({
    code: 'USAGE',
    message: `can't read the corpus ${tmpdir()}: it is a folder; name a file in it`,
  });
});
