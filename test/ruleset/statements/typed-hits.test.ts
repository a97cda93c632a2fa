import { describe, expect, it } from 'vitest';
import type { DecodedEvent } from '../../../src/decode/event.ts';
import { CLAUSE } from '../../../src/ruleset/causes/cause-clauses.ts';
import { event, reader, told } from './failure-reader.ts';

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
