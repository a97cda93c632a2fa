import { describe, expect, it } from 'vitest';
import { normaliseText } from '../../src/decode/normalise-text.ts';
import fc from '../support/fast-check.ts';

describe('normaliseText', () => {
  it.each([
    ['plain text stays as it is', 'Credit balance is too low', 'Credit balance is too low'],
    ['colours go', '\x1b[91m\x1b[1mError: \x1b[0mUnexpected error', 'Error: Unexpected error'],
    [
      'words placed by cursor moves get their spaces back',
      '\x1b[2G\x1b[95mUnable\x1b[9Gto\x1b[12Gconnect\x1b[20Gto\x1b[23GAnthropic\x1b[33Gservices\x1b[39m\r',
      ' Unable to connect to Anthropic services',
    ],
    [
      'a no-break space is a space',
      "You've hit your session limit\u00a0·\u00a0resets 3am",
      "You've hit your session limit · resets 3am",
    ],
    ['a curly apostrophe is a straight one', 'You’ve hit your usage limit', "You've hit your usage limit"],
    ['curly quotes are straight ones', '“Run Everything”', '"Run Everything"'],
    ['trailing white space goes, also before a line break', 'one  \r\ntwo \t', 'one\ntwo'],
    ['leading white space stays: it tells a continuation', '    at Timeout', '    at Timeout'],
    [
      'of an overwritten line the last stretch is seen',
      ' 10%\r 50%\rcurl: (6) Could not resolve host',
      'curl: (6) Could not resolve host',
    ],
    ['several carriage returns before the break change nothing', 'FFFF...\r\r', 'FFFF...'],
    ['a line erased and written anew shows the new text', '⠋ working\x1b[2K\x1b[1GDone', 'Done'],
    ['a hyperlink keeps its text only', 'see \x1b]8;;https://example.com\x07docs\x1b]8;;\x07', 'see docs'],
    ['a window title goes', '\x1b]0;claude\x1b\\ready', 'ready'],
    ['a title that is never ended takes only itself', '\x1b]0;half', ''],
    ['an escape cut at the end goes', 'half\x1b[3', 'half'],
    ['glyphs that programs draw with stay', '  ⎿  API Error', '  ⎿  API Error'],
    ['colours that have lost their brackets go', '\x1b36;1mcodex exec\x1b0m', 'codex exec'],
    ['… and their escape characters too', '36;1mcodex exec0m', 'codex exec'],
    ['a length that ends a line stays', 'in 10m; it took 20m', 'in 10m; it took 20m'],
    ['bullets stay', '● Retrying... │ x', '● Retrying... │ x'],
    ['zero-width characters go', 'Invalid\u200b API\ufeff key', 'Invalid API key'],
    ['a NUL and a bell go', 'a\0b\x07c', 'abc'],
    [
      'bytes that are no UTF-8 stand as replacement characters',
      Buffer.from([0x61, 0xff, 0x62]).toString('utf8'),
      'a\ufffdb',
    ],
  ])('%s', (_title, raw, text) => {
    expect(normaliseText(raw)).toBe(text);
  });

  it('changes nothing more when it is applied again', () => {
    const piece = fc.constantFrom(
      '\x1b[31m',
      '\x1b[9G',
      '\x1b]0;x\x07',
      '\r',
      '\n',
      ' ',
      '\u00a0',
      '’',
      'word',
      '⎿',
      '\x1b',
      '[',
      '0m',
      '\x9b',
    );
    fc.assert(
      fc.property(fc.array(fc.oneof(piece, fc.string({ unit: 'binary' })), { maxLength: 12 }), (pieces) => {
        const once = normaliseText(pieces.join(''));
        expect(normaliseText(once)).toBe(once);
      }),
    );
  });

  it('gets through long hostile lines and leaves no escape in them', () => {
    const hostile = [
      '\x1b['.repeat(50_000),
      '\x1b]'.repeat(50_000),
      ' '.repeat(200_000),
      `${'\x1b[1;'.repeat(50_000)}x`,
      '\r'.repeat(200_000),
    ];
    for (const line of hostile) expect(normaliseText(`${line}x\u00a0end`)).not.toContain('\x1b');
  });
});
