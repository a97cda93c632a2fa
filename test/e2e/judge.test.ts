import { describe, expect, it } from 'vitest';
import { finalRecord, judge } from './judge.ts';
import type { Seen } from './run-cell.ts';

const record = (id: string, disposition: string, category = 'auth.token_expired', line = 1) => ({
  schema: 'knell.failure/v1',
  record_id: id,
  disposition,
  category,
  evidence: [{ stream: 'stdout', line, excerpt: 'x' }],
});
const SEEN: Seen = {
  code: 125,
  startedMs: 0,
  endedMs: 9_000,
  goneMs: 9_500,
  left: 0,
  lines: [
    { ms: 1_000, stream: 'stdout', text: 'a' },
    { ms: 2_000, stream: 'stderr', text: 'b' },
    { ms: 4_500, stream: 'stdout', text: 'c' },
  ],
  words: [record('1', 'aborted')],
};
const DOOMED = { end: 'doomed', categories: ['auth.token_expired'], withinS: 60 } as const;
const HEALTHY = { end: 'healthy', categories: [], withinS: 0 } as const;

describe('the record that stands', () => {
  it('is the verdict, in its last version', () => {
    const words = [record('1', 'aborted', 'auth.invalid_credentials'), record('1', 'aborted'), record('2', 'recorded')];
    expect(finalRecord(words)).toMatchObject({ record_id: '1', category: 'auth.token_expired' });
  });

  it('is none where it was taken back', () => {
    expect(finalRecord([record('1', 'recorded'), record('1', 'suppressed')])).toBeUndefined();
  });
});

describe('a row', () => {
  it('counts from the line that the record rests on, in its own stream, to the tree gone', () => {
    expect(judge(DOOMED, SEEN)).toMatchObject({ is: 'ok', seconds: 5 });
  });

  it.each([
    ['names another category', { words: [record('1', 'aborted', 'runtime.crash')] }],
    ['has processes left', { left: 2 }],
    ['took too long', { goneMs: 90_000 }],
    ['is alive although knell saw the cause', { code: undefined }],
  ])('is wrong where a doomed run %s', (_what, seen) => {
    expect(judge(DOOMED, { ...SEEN, ...seen }).is).toBe('WRONG');
  });

  it('is blind where the client never said a word of it', () => {
    expect(judge(DOOMED, { ...SEEN, code: undefined, words: [] }).is).toBe('blind');
  });

  it.each([
    ['was ended', { code: 125, words: [] }],
    ['has a record left', { code: 0 }],
    ['ended badly', { code: 1, words: [] }],
  ])('is wrong where a healthy run %s', (_what, seen) => {
    expect(judge(HEALTHY, { ...SEEN, ...seen }).is).toBe('WRONG');
  });

  it('is right where a healthy run ended by itself and nothing stands', () => {
    expect(judge(HEALTHY, { ...SEEN, code: 0, words: [record('1', 'suppressed')] }).is).toBe('ok');
  });
});
