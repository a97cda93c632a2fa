import { describe, expect, it } from 'vitest';
import type { DecodedEvent } from '../../../src/decode/event.ts';
import { shapeLine } from '../../../src/decode/text/line-shape.ts';
import { compileStatements } from '../../../src/ruleset/statements/compile-statements.ts';
import { aPack } from '../build.ts';

const statements = (...list: readonly Record<string, unknown>[]) =>
  compileStatements([aPack([], { statements: list })]);

const event = (changes: Partial<DecodedEvent> = {}): DecodedEvent => ({
  name: 'error',
  provenance: 'runtime',
  typed: true,
  shared: false,
  subagent: false,
  fields: {},
  text: 'no',
  claimsError: true,
  ...changes,
});

describe('typed statements', () => {
  it('reads message, status and code from their paths', () => {
    const { typed } = statements({ event: 'error', message: 'data.text', status: 'data.http', code: 'kind' });
    const failure = typed(event({ fields: { data: { text: 'slow', http: 429 }, kind: 'rate_limit' } }), 'stdout');
    expect(failure).toMatchObject({ status: 429, codes: ['rate_limit'] });
    expect(failure?.message).toContain('slow');
  });

  it('takes the first that holds, by name, fields and stream', () => {
    const { typed } = statements(
      { event: 'error', stream: 'stderr', says: 'other stream' },
      { event: 'error', where: { fatal: true }, final: 'yes' },
      { event: 'error', retrying: true },
    );
    expect(typed(event({ fields: { fatal: true } }), 'stdout')?.final).toBe('yes');
    expect(typed(event(), 'stdout')).toMatchObject({ final: 'no', retrying: {} });
  });

  it('knows a retry by its words', () => {
    const { typed } = statements({ event: 'error', retrying: 'Reconnecting' });
    expect(typed(event({ text: 'Reconnecting... 1/5' }), 'stdout')?.retrying).toEqual({ attempt: 1, max: 5 });
    expect(typed(event({ text: 'no' }), 'stdout')?.retrying).toBeUndefined();
  });

  it('reads an error that a decoder knows and no pack describes, with its end open', () => {
    const { typed } = statements();
    expect(typed(event(), 'stdout')).toMatchObject({ message: 'no', final: 'unknown' });
    expect(typed(event({ claimsError: false }), 'stdout')).toBeUndefined();
  });

  it('takes an event for a failure by its name alone only where the decoder read one in it', () => {
    const quiet = event({ name: 'run_end', claimsError: false, fields: { state: 'failed' } });
    expect(statements({ event: 'run_end', final: 'yes' }).typed(quiet, 'stdout')).toBeUndefined();
    const named = statements({ event: 'run_end', where: { state: 'failed' }, final: 'yes' });
    expect(named.typed(quiet, 'stdout')?.final).toBe('yes');
  });

  it.each([{ provenance: 'narration' as const }, { subagent: true }, { typed: false }])(
    'hears only the runtime itself: %j',
    (changes) => {
      expect(statements({ event: 'error' }).typed(event(changes), 'stdout')).toBeUndefined();
    },
  );
});

describe('text statements', () => {
  it('reads the group of whichever pattern holds, with or without the stamp before it', () => {
    const { text } = statements({ text: ['Ran into this error: (.*)', 'It broke: (.*)'], final: 'yes' });
    expect(text(shapeLine('It broke: no'), 'stdout')).toMatchObject({ grade: 'label', message: 'no', final: 'yes' });
    expect(text(shapeLine('2026-11-03T10:00:00Z ERROR ran into this error: no'), 'stdout')?.message).toBe('no');
    expect(text(shapeLine('Well, it broke: no'), 'stdout')).toBeUndefined();
  });

  it('keeps to its stream', () => {
    const { text } = statements({ text: 'It broke: (.*)', stream: 'stderr' });
    expect(text(shapeLine('It broke: no'), 'stdout')).toBeUndefined();
    expect(text(shapeLine('It broke: no'), 'stderr')?.message).toBe('no');
  });
});
