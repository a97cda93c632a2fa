import { describe, expect, it } from 'vitest';
import { shapeLine } from '../../../src/decode/text/line-shape.ts';
import { firstWords, namedWords, statementAt } from '../../../src/decode/text/line-statement.ts';
import type { StatementLine } from '../../../src/decode/text/statement-line.ts';
import { shapesOf } from './shapes.ts';

const PACKS: StatementLine = { grade: 'label', message: 'from the pack', prefix: '' };
const none = () => undefined;

describe('statementAt', () => {
  it('reads a statement by its form', () => {
    expect(statementAt(shapeLine('Error: key refused'), none)).toMatchObject({
      grade: 'label',
      message: 'key refused',
    });
    expect(statementAt(shapeLine('a quiet line'), none)).toBeUndefined();
  });

  it('prefers a statement of a pack', () => {
    expect(statementAt(shapeLine('Error: key refused'), () => PACKS)).toBe(PACKS);
    expect(statementAt(shapeLine('a quiet line'), () => PACKS)).toBe(PACKS);
  });

  it('takes no statement of a pack from a line that is logged as information', () => {
    expect(statementAt(shapeLine('2026-01-02T03:04:05Z INFO a quiet line'), () => PACKS)).toBeUndefined();
    const last: StatementLine = { ...PACKS, final: 'yes' };
    expect(statementAt(shapeLine('2026-01-02T03:04:05Z INFO a quiet line'), () => last)).toBe(last);
    expect(statementAt(shapeLine('2026-01-02T03:04:05Z DEBUG a quiet line'), () => last)).toBeUndefined();
  });
});

describe('firstWords', () => {
  it.each([
    ['403 token has expired', 0, true],
    ['\n403 token has expired', 1, true],
    ['Working\n403 token has expired', 1, false],
    ['2026-01-02T03:04:05Z 403 token has expired', 0, false],
    ['a quiet line', 0, false],
  ])('%j at %i: %s', (text, at, expected) => {
    expect(firstWords(shapesOf(text), at) !== undefined).toBe(expected);
  });
});

describe('namedWords', () => {
  const source = (name: string, isClientOnly: boolean, hasAnswers: boolean) => ({
    known: none,
    name,
    isAgent: true,
    isClientOnly,
    hasAnswers,
  });
  const LINE = shapeLine('agy: sign-in expired');

  it('reads the words behind the name of the runtime', () => {
    expect(namedWords(LINE, source('agy', false, true))).toMatchObject({ grade: 'weak', prefix: 'agy' });
  });

  it('reads those of any program where only the client writes', () => {
    expect(namedWords(LINE, source('other', true, false))).toBeDefined();
  });

  it('reads none of another program where a model answers', () => {
    expect(namedWords(LINE, source('other', false, true))).toBeUndefined();
  });

  it('wants words of a failure', () => {
    expect(namedWords(shapeLine('agy: hello'), source('agy', false, true))).toBeUndefined();
  });
});
