import { describe, expect, it } from 'vitest';
import { tryCondition } from '../../src/authoring/try-condition.ts';
import { shippedRules } from '../support/shipped-rules.ts';

const { packs } = await shippedRules();
const log = {
  lines: [
    'Starting up',
    'Error: 402 {"error":{"message":"Seat removed","code":"seat_removed"}}',
    'Error: connect ECONNREFUSED 127.0.0.1:443',
  ],
  runtime: 'acme-agent',
  stream: 'stderr' as const,
};
const tried = (condition: string) =>
  tryCondition(
    condition,
    log,
    packs.map(({ pack }) => pack),
  );

describe('trying a condition on a log', () => {
  it.each([
    ['a status', 'status: 402'],
    ['a code', 'code: seat_removed'],
    ['words', 'seat (was )?removed'],
    ['words as a message', 'message: seat removed'],
  ])('names the failures that %s would know', (_what, condition) => {
    expect(tried(condition)).toMatchObject({ ok: true, hits: [{ line: 2 }] });
  });

  it('counts all failures, so that none can be told from not known', () => {
    expect(tried('no such words')).toEqual({ ok: true, failures: 2, hits: [], unstated: [] });
  });

  it('names the cause that knows a failure already', () => {
    expect(tried('econnrefused')).toMatchObject({ hits: [{ line: 3, known: 'upstream/connection' }] });
  });

  it('shows where the words stand that no statement states, when it hits nothing', () => {
    expect(tried('starting')).toMatchObject({ hits: [], unstated: [{ line: 1, text: 'Starting up' }] });
    expect(tried('removed')).toMatchObject({ hits: [{ line: 2 }], unstated: [] });
  });

  it('takes words with a colon for words', () => {
    expect(tried('connect: refused')).toMatchObject({ ok: true, hits: [] });
  });

  it.each([
    ['status: 42', 'status'],
    ['seat (removed', 'missing'],
  ])('says what is wrong with %s', (condition, words) => {
    expect(tried(condition)).toMatchObject({ ok: false, reason: expect.stringContaining(words) });
  });
});
