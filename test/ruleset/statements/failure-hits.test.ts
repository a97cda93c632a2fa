import { describe, expect, it } from 'vitest';
import { shapeLine } from '../../../src/decode/text/line-shape.ts';
import { reader } from './failure-reader.ts';

describe('a sentence without a label', () => {
  const { readText } = reader('codex');
  const causeOf = (text: string) =>
    readText({ shapes: text.split('\n').map((line) => shapeLine(line)), at: 0 }, 'stdout')?.resolved?.cause.rule.rule
      .id;

  it('comes to its cause at once', () => {
    expect(causeOf('The request failed for a bad key')).toBe('permanent');
    expect(causeOf('Failed to get an answer; tried 5 times in 27 s of waiting for it. Last error: bad key')).toBe(
      'permanent',
    );
  });

  it('has none where a story leads up to the words, in one row or in several', () => {
    const story = 'The token is not asked for when the client starts, so that what a person sees is';
    expect(causeOf(`${story} a bad key`)).toBeUndefined();
    expect(causeOf(`${story}\nbad key, long after`)).toBeUndefined();
  });
});
