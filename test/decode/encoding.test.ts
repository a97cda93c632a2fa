import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { encodingOf } from '../../src/decode/encoding.ts';

const TEXT = 'Login expired · Please run /login\nnext line\n';

/** Bytes that look random and are the same in each run. */
function noise(blocks: number): Buffer {
  return Buffer.concat(Array.from({ length: blocks }, (_, at) => createHash('sha256').update(`${at}`).digest()));
}

describe('encodingOf', () => {
  it.each([
    ['text', Buffer.from(TEXT), 'utf-8'],
    ['text of other scripts', Buffer.from('用户额度不足，请充值。\n'.repeat(20)), 'utf-8'],
    ['colours and progress', Buffer.from('\u001b[31mred\u001b[0m\r50 %\r100 %\b\n'.repeat(10)), 'utf-8'],
    ['text with a zero between names', Buffer.from('src/a.ts\0src/b.ts\0src/c.ts\0'.repeat(20)), 'utf-8'],
    ['some latin1', Buffer.from('le café est fermé, voilà la réponse\n', 'latin1'), 'utf-8'],
    ['nothing', Buffer.alloc(0), 'utf-8'],
    ['UTF-16 with its mark', Buffer.from(`\ufeff${TEXT}`, 'utf16le'), 'utf-16le'],
    ['UTF-16 without it', Buffer.from(TEXT, 'utf16le'), 'utf-16le'],
    ['UTF-16 the other way round', Buffer.from(TEXT, 'utf16le').swap16(), 'utf-16be'],
    ['random bytes', noise(128), 'binary'],
    ['few random bytes', noise(8), 'binary'],
  ])('of %s', (_what, bytes, encoding) => {
    expect(encodingOf(bytes)).toBe(encoding);
  });
});
