import { describe, expect, it } from 'vitest';
import { goneOn } from '../../../src/decode/text/gone-on.ts';
import { shapesOf } from './shapes.ts';

const behind = (below: string, { isClientOnly = false, isEnded = false } = {}) =>
  goneOn(
    shapesOf(`Error: key refused\n${below}`),
    { first: 0, last: 0, said: 'key refused', helps: false, isEnded, isFirst: false },
    { known: () => undefined, name: 'agent', isAgent: true, hasAnswers: true, isClientOnly },
  );

describe('goneOn', () => {
  it.each([
    ['nothing behind', '', undefined],
    ['a further failure', 'Error: other', undefined],
    ['the same banner again', 'Error: key refused', undefined],
    ['a retry', 'Retrying in 2s', 'retried'],
    ['a retry behind a further failure', 'Error: other\nRetrying in 2s', 'retried'],
    ['work', 'Now I read the file and change it.', 'went on'],
    ['information of a log', '2026-01-02T03:04:05Z INFO the next step', 'went on'],
  ])('%s', (_, below, expected) => {
    expect(behind(below)).toBe(expected);
  });

  it('leaves what an ended program logs on its way out', () => {
    expect(behind('2026-01-02T03:04:05Z INFO closing', { isEnded: true })).toBeUndefined();
  });

  it('takes a flood of further failures for a run that goes on', () => {
    expect(behind('Error: key refused\n'.repeat(41).trim())).toBeUndefined();
    expect(behind('Error: key refused\n'.repeat(42).trim())).toBe('went on');
  });

  it('gives a client alone two lines of no meaning', () => {
    const line = 'region eu';
    expect(behind(`${line} 1\n${line} 2`, { isClientOnly: true })).toBeUndefined();
    expect(behind(`${line} 1\n${line} 2\n${line} 3`, { isClientOnly: true })).toBe('went on');
    expect(behind(`x\n${line} 2`)).toBe('went on');
  });
});
