import { describe, expect, it } from 'vitest';
import { isSpokenOf, quotationOf } from '../../../src/decode/text/quotation.ts';
import { statementIn } from '../../../src/decode/text/statement-line.ts';
import { shapesOf } from './shapes.ts';

/** Why the last line of a text is a quotation. */
const reason = (text: string, hasAnswers = true) => {
  const shapes = shapesOf(text);
  const at = shapes.length - 1;
  const line = statementIn(shapes[at] as (typeof shapes)[number]);
  if (!line) throw new Error('the last line is no statement');
  return quotationOf(shapes, at, line, { hasAnswers, isClientOnly: false });
};

describe('quotationOf', () => {
  it.each([
    ['Error: boom', undefined],
    ['Loaded cached credentials.\nError: boom', undefined],
    ['Model: x\n\nError: boom', undefined],
    ['/app/a.js:64\n  return new Error(status);\n     ^\n\nError: boom', undefined],
    ['I looked at the log of the worker.\nError: boom', 'after prose'],
    ['Output\nError: boom', 'after prose'],
    ['It prints this:\n\nError: boom', 'announced'],
    ['The service answers with\nError: boom', 'announced'],
    ['```\nError: boom', 'inside a code fence'],
    ['$ npm test\nError: boom', "a tool's output"],
    ['src/a.ts:12: Error: boom', 'a line of a file'],
    ['==> a.log <==\nError: boom', "a tool's output"],
    ['• Used Shell (cat a.log)\n  Error: boom', "a tool's output"],
    ['• Used ReadFile (faq.md)\nLine thirty of it says this:\n\nError: boom', 'announced'],
    ['Tool approval required but the run is not interactive\nError: boom', 'after prose'],
    ['Running Claude Code via its SDK in this job ...\nError: boom', undefined],
    ['❯ go on with the work\n  ⎿  API Error: 403 expired', undefined],
    ['⏺ Bash(claude -p hi)\n  ⎿  API Error: 403 expired', "a tool's output"],
    ['  ⎿  API Error (timed out) · Retrying in 4 seconds… (attempt 10/10)\n  ⎿  API Error: timed out', undefined],
    ['  ⎿  API Error: 401 no\n  ⎿  API Error: 403 expired', "a tool's output"],
    ['FAILED tests/a.py::x - Error: boom', undefined],
  ])('%j → %s', (text, why) => {
    if (text.startsWith('FAILED')) expect(reason(text)).toBe('the output of a test');
    else expect(reason(text)).toBe(why);
  });

  it('lets a host print what it likes before', () => {
    expect(reason('Setting up node\nError: boom', false)).toBeUndefined();
  });

  it('lets a tool speak up to the blank line', () => {
    expect(reason('$ npm test\nfine\n\nError: boom')).toBeUndefined();
  });

  it('takes a list right below a statement for its detail', () => {
    expect(reason('Warning: it expects these variables\n- A_KEY: Not set\nError: boom')).toBeUndefined();
  });
});

describe('isSpokenOf', () => {
  const last = (text: string, at = 0) => isSpokenOf({ shapes: shapesOf(text), at });

  it('knows lines that are only shown, or tried again at once', () => {
    expect(last('| Error: x | y |')).toBe(true);
    expect(last('connect ECONNREFUSED\ntrying again in 5s')).toBe(true);
    expect(last('```\nconnect ECONNREFUSED', 1)).toBe(true);
    expect(last('stderr | test/a.test.ts > x\nconnect ECONNREFUSED', 1)).toBe(true);
    expect(last('connect ECONNREFUSED\nexit 1')).toBe(false);
  });
});
