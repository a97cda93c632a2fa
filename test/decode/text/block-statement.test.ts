import { describe, expect, it } from 'vitest';
import { bodyAt, boxedAt, isBoxTitle, isRawBoxTitle } from '../../../src/decode/text/block-statement.ts';
import { shapesOf } from './shapes.ts';

describe('bodyAt', () => {
  const BODY = '{\n  "error": {\n    "message": "no"\n  }\n}';

  it('reads a body of an error over several lines', () => {
    expect(bodyAt(shapesOf(BODY), 0, true)).toEqual({ grade: 'label', message: '{', prefix: '' });
  });

  it('reads an object as Node prints it, and one behind the mark of a failure', () => {
    expect(bodyAt(shapesOf("{\n  type: 'result',\n  is_error: true\n}"), 0, true)?.grade).toBe('label');
    expect(bodyAt(shapesOf("{\n  type: 'result',\n  is_error: false\n}"), 0, true)).toBeUndefined();
    expect(bodyAt(shapesOf(`■ ${BODY}`), 0, true)?.grade).toBe('label');
  });

  it.each([
    ['an indented bracket', `    ${BODY}`],
    ['another object', '{\n  "name": "no"\n}'],
    ['no bracket alone', '{ "a":\n1 }'],
  ])('reads no body from %s', (_, text) => {
    expect(bodyAt(shapesOf(text), 0, true)).toBeUndefined();
  });
});

describe('isBoxTitle', () => {
  it.each([
    ['╭─ Error ───╮', true],
    ['╭─ Configuration error ───╮', true],
    ['Configuration error', false],
    ['ERROR', true],
    ['Fatal error!', true],
    ['**Error details**', true],
    ['● API Request Failed', true],
    ['Error: boom', false],
    ['an error', false],
    ['───', false],
  ])('%j: %s', (text, expected) => {
    expect(isBoxTitle(text)).toBe(expected);
  });
});

describe('boxedAt', () => {
  it.each([
    ['right below the title', 'ERROR\nkey refused', 1, true],
    ['below a blank line', 'ERROR\n\nkey refused', 2, true],
    ['too far below', 'ERROR\n\n\nkey refused', 3, false],
    ['below other words', 'ERROR\nkey\nrefused', 2, false],
    ['the title itself', 'ERROR\nERROR', 1, false],
    ['a blank line', 'ERROR\n', 1, false],
    ['a field of a report', '**Error Details**\nModel: Kestrel 2', 1, false],
    ['a field that fails', '**Error Details**\nModel: not found, denied', 1, true],
  ])('%s', (_, text, at, expected) => {
    expect(boxedAt(shapesOf(text), at) !== undefined).toBe(expected);
  });
});

it.each([
  '╭─ Error ───╮',
  '│ ERROR │',
  '10:00:00 ERROR -',
  '[worker-3] ERROR',
  '\x1b[31mFAILED\x1b[0m',
  '**Error details**',
])('knows the title in %j as it was printed', (raw) => {
  expect(isRawBoxTitle(raw)).toBe(true);
});

it.each(['the run ended in an error', 'ERROR: no', 'errors', ''])('takes %j for no title', (raw) => {
  expect(isRawBoxTitle(raw)).toBe(false);
});
