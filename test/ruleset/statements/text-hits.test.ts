import { describe, expect, it } from 'vitest';
import { LINE_EVENT } from '../../../src/decode/event.ts';
import { shapeLine } from '../../../src/decode/text/line-shape.ts';
import { CLAUSE } from '../../../src/ruleset/causes/cause-clauses.ts';
import { event, reader, told } from './failure-reader.ts';

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
