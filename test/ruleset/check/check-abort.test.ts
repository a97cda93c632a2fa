import { describe, expect, test } from 'vitest';
import { aRule } from '../build.ts';
import { check, codes, inMatch } from './check.ts';

describe('an abort is refused', () => {
  const cases: [string, Record<string, unknown>, string[]][] = [
    ['on a line that others can print', inMatch({ line: 'Login expired · .*' }), ['abort-unconfirmed']],
    ['on text that others can print', inMatch({ text: '^Login expired' }), ['abort-unconfirmed']],
    [
      'when only one step of several is sure',
      inMatch({ sequence: [{ event: 'a' }, { line: 'Login expired' }], within: '1m' }),
      ['abort-unconfirmed'],
    ],
    ['on text anywhere in a line', inMatch({ text: 'Login expired', quiet: '20s' }), ['abort-unanchored']],
    [
      'when one way in is not anchored',
      inMatch({ text: '^Login expired|Logged out', exit: true }),
      ['abort-unanchored'],
    ],
    ['on the word of the model', inMatch({ event: 'assistant', provenance: 'narration' }), ['abort-provenance']],
    ['on the word of a tool', inMatch({ line: 'Login expired', provenance: 'tool', exit: true }), ['abort-provenance']],
    ['on an event of unknown origin', inMatch({ event: 'a', provenance: 'unknown' }), ['abort-provenance']],
    [
      'on the word of a subagent',
      inMatch({ event: 'result', where: { parent_tool_use_id: { exists: true } } }),
      ['abort-subagent'],
    ],
    ['for a failure of a mere tool', { category: 'tool.failure' }, ['abort-category']],
  ];
  test.each(cases)('%s', (_, changes, expected) => {
    expect(codes(check([aRule(changes)]))).toEqual(expected);
    expect(codes(check([aRule({ ...changes, action: 'record' })]))).toEqual([]);
  });

  test('unless the runtime owns the stream', () => {
    const owned = {
      ownsChannel: (runtime: string, stream: string) => runtime === 'claude-code' && stream === 'stderr',
    };
    const clause = { text: 'Login expired' };
    expect(codes(check([aRule(inMatch({ ...clause, stream: 'stderr' }))], owned))).toEqual([]);
    expect(codes(check([aRule(inMatch({ ...clause, stream: 'stdout' }))], owned))).not.toEqual([]);
    expect(codes(check([aRule(inMatch(clause))], owned))).not.toEqual([]);
    const both = { runtime: ['claude-code', 'codex'] };
    expect(codes(check([aRule(inMatch({ ...clause, stream: 'stderr' }))], owned, both))).not.toEqual([]);
  });

  test('but a condition on the main thread is not taken for one on a subagent', () => {
    const where = { parent_tool_use_id: null, is_error: true };
    expect(check([aRule(inMatch({ event: 'result', where }))])).toEqual([]);
  });
});
