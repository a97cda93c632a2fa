import { expect, it } from 'vitest';
import { lookFor, packOf, rowsOf } from '../build.ts';
import { rowsThatMatter } from '../slow-reference.ts';

it.each([
  ['DEL', 'balance', 'bal\x7fance'],
  ['a rare control character', 'balance', 'bal\x1aance'],
  ['NUL', 'balance', 'bal\x00ance'],
  ['a soft hyphen', 'balance', 'bal\u00adance'],
  ['an invisible joiner', 'balance', 'bal\u2060ance'],
  ['a byte order mark', 'balance', 'bal\ufeffance'],
  ['an Ogham space', 'balance of', 'balance\u1680of'],
  ['a thin space', 'balance of', 'balance\u2009of'],
  ['a mathematical space', 'balance of', 'balance\u205fof'],
  ['a long s', '(?i)session', '\u017fession'],
  ['typographic quotes in plain text', 'xx"quoted"xx', 'xx“quoted”xx'],
  ['a typographic hyphen', 'xx-hyphenated', 'xx\u2011hyphenated'],
  ['quotes in JSON', 'xx"quoted"xx', '{"type":"error","message":"xx\\"quoted\\"xx"}'],
  ['a backslash in JSON', 'xx\\\\quoted', '{"type":"error","message":"xx\\\\quoted"}'],
  ['an escaped slash', 'xx/quoted', '{"type":"error","message":"xx\\/quoted"}'],
  ['escaped brackets', 'xx<quoted', '{"type":"error","message":"xx\\u003Cquoted"}'],
  ['an escaped ampersand', 'xx&quoted', '{"type":"error","message":"xx\\u0026quoted"}'],
  ['a line break in JSON', 'xx\nquoted', '{"type":"error","message":"xx\\nquoted"}'],
  ['an escaped letter', 'quoted', '{"type":"error","message":"qu\\u006fted"}'],
  ['an escape after backslashes', 'quoted', '{"type":"error","message":"\\\\\\\\\\u0071uoted"}'],
])('looks through %s alone', (_, text, line) => {
  expect(rowsThatMatter(packOf([{ match: [{ text }] }]), Buffer.from(line))).toEqual([0]);
  expect(rowsOf(lookFor({ text }), Buffer.from(line))).toEqual([0]);
});
