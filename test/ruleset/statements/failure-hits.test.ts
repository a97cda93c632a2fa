import { describe, expect, it } from 'vitest';
import { type DecodedEvent, LINE_EVENT } from '../../../src/decode/event.ts';
import { shapeLine } from '../../../src/decode/text/line-shape.ts';
import { CLAUSE } from '../../../src/ruleset/causes/cause-clauses.ts';
import { compileStatements } from '../../../src/ruleset/statements/compile-statements.ts';
import { createFailureReader } from '../../../src/ruleset/statements/failure-hits.ts';
import { aPack } from '../build.ts';
import { someCauses } from '../causes/build-causes.ts';

const CAUSES = someCauses(
  { id: 'permanent', category: 'auth.invalid_credentials', any: [{ message: 'bad key' }, { status: 401 }] },
  { id: 'passing', category: 'rate_limit.429', any: [{ message: 'too fast' }] },
  { id: 'noted', category: 'mcp.failure', action: 'record', any: [{ message: 'tool server' }] },
  { id: 'machine', category: 'permission.denied', any: [{ message: 'EACCES' }] },
);

const reader = (runtime: string, statements: readonly Record<string, unknown>[] = []) =>
  createFailureReader(runtime, compileStatements([aPack([], { statements })]), CAUSES);

const event = (changes: Partial<DecodedEvent> = {}): DecodedEvent => ({
  name: 'error',
  provenance: 'runtime',
  typed: true,
  shared: false,
  subagent: false,
  fields: {},
  text: 'bad key',
  claimsError: true,
  ...changes,
});

const told = (hits: ReturnType<ReturnType<typeof reader>['hits']>) =>
  hits.map(({ rule, clause, action }) => [rule.rule.id, clause, action ?? rule.rule.action]);

describe('typed failures', () => {
  const { hits } = reader('codex', [
    { event: 'fatal', final: 'yes' },
    { event: 'retry', retrying: true },
  ]);
  const typed = (name: string, text: string, changes: Partial<DecodedEvent> = {}) =>
    told(hits(event({ name, text, ...changes }), 'stdout'));

  it('end a run at once where they are final, known or not', () => {
    expect(typed('fatal', 'too fast')).toEqual([['passing', CLAUSE.atOnce, 'abort']]);
    expect(typed('fatal', 'odd')).toEqual([['unmatched', CLAUSE.atOnce, 'abort']]);
    expect(typed('fatal', 'tool server')).toEqual([['noted', CLAUSE.atOnce, 'abort']]);
  });

  it('end it for what no retry mends, and record what may pass', () => {
    expect(typed('error', 'bad key')).toEqual([['permanent', CLAUSE.atOnce, 'abort']]);
    expect(typed('error', 'too fast')).toEqual([['passing', CLAUSE.atOnce, 'record']]);
    expect(typed('error', 'odd')).toEqual([]);
  });

  it('wait for the second try of a retry that can’t help', () => {
    expect(typed('retry', 'bad key')).toEqual([
      ['permanent', CLAUSE.secondTime, 'abort'],
      ['permanent', CLAUSE.atOnce, 'record'],
    ]);
    expect(typed('retry', 'too fast')).toEqual([['passing', CLAUSE.atOnce, 'record']]);
  });

  it('are only suspicions where any program could have printed them', () => {
    expect(typed('fatal', 'bad key', { shared: true })).toEqual([['permanent', CLAUSE.quiet, 'abort']]);
    expect(typed('retry', 'bad key', { shared: true })).toEqual([['permanent', CLAUSE.atOnce, 'record']]);
  });

  it('are not heard from a subagent, a tool or the model', () => {
    expect(typed('fatal', 'bad key', { subagent: true })).toEqual([]);
    expect(typed('fatal', 'bad key', { provenance: 'tool' })).toEqual([]);
  });
});

describe('lines of text', () => {
  const line = (text: string, { runtime = 'claude-code', shared = true, stream = 'stdout' as const } = {}) => {
    const lines = text.split('\n');
    const window = { shapes: lines.map(shapeLine), at: 0 };
    const decoded = event({ name: LINE_EVENT, typed: false, shared, text: lines[0] ?? '', claimsError: false });
    return told(reader(runtime).hits(decoded, stream, window));
  };

  it('wait for silence on a channel that the model shares', () => {
    expect(line('Error: bad key')).toEqual([['permanent', CLAUSE.quiet, 'abort']]);
  });

  it('end a run at once where only the runtime speaks', () => {
    expect(line('Error: bad key', { shared: false })).toEqual([['permanent', CLAUSE.atOnce, 'abort']]);
    expect(line('Error: too fast', { shared: false })).toEqual([['passing', CLAUSE.quiet, 'abort']]);
  });

  it('leave a record where the client tries again', () => {
    expect(line('Error: too fast\nRetrying in 2s')).toEqual([['passing', CLAUSE.atOnce, 'record']]);
  });

  it('say nothing where what the machine lacks is done without', () => {
    expect(line('Error: spawn rg EACCES')).toEqual([['machine', CLAUSE.quiet, 'abort']]);
    expect(line('Error: spawn rg EACCES. Falling back to the built-in search.')).toEqual([]);
    expect(line('Error: too fast. Falling back to the smaller model.')).toEqual([['passing', CLAUSE.atOnce, 'record']]);
  });

  it('leave a record at most where a log says so', () => {
    expect(line('2026-11-03T10:00:00Z ERROR cache: bad key')).toEqual([['permanent', CLAUSE.atOnce, 'record']]);
  });

  it('of a cause that is only recorded end a run that says that its work is over, and does not try again', () => {
    const ending = 'Error: tool server lost, run aborted';
    const host = { runtime: 'host' };
    expect(line(ending, host)).toEqual([['noted', CLAUSE.quiet, 'abort']]);
    expect(line(`${ending}\nRetrying in 2s`, host)).toEqual([['noted', CLAUSE.atOnce, 'record']]);
    expect(line('Error: tool server lost', host)).toEqual([['noted', CLAUSE.atOnce, 'record']]);
  });

  it('say nothing where they are quoted, or the run went on', () => {
    expect(line('src/a.ts:1: Error: bad key')).toEqual([]);
    expect(line('Error: bad key\nThe key was renewed and the work goes on')).toEqual([]);
  });

  it('need words that a cause knows where prose could begin like them', () => {
    expect(line('Failed to fetch: 401')).toEqual([['permanent', CLAUSE.quiet, 'abort']]);
    expect(line('Your request was refused with status 401')).toEqual([['permanent', CLAUSE.atOnce, 'record']]);
  });
});

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
