import { describe, expect, test } from 'vitest';
import type { DecodedEvent } from '../../../src/decode/event.ts';
import { clause, hitsOf, plain, typed } from '../build.ts';

describe('which events a condition holds on', () => {
  const error = typed('result', { is_error: true, status: 401 }, { text: 'OAuth token has expired.' });
  const banner = plain('Login expired · Please run /login');
  const cases: [string, Record<string, unknown>, DecodedEvent, boolean][] = [
    ['an event by its name', { event: 'result' }, error, true],
    ['another event', { event: 'system/init' }, error, false],
    ['one of several names', { event: ['system/init', 'result'] }, error, true],
    ['a name with a star', { event: 'system/*' }, typed('system/api_retry'), true],
    ['a name with a star, and one that only contains it', { event: 'system/*' }, typed('my/system/x'), false],
    ['an event name, and a plain line', { event: 'line' }, banner, false],
    ['fields without a name', { where: { status: 401 } }, error, true],
    ['a name and fields that differ', { event: 'result', where: { status: 403 } }, error, false],
    ['text of an event', { event: 'result', text: 'token has expired' }, error, true],
    ['other text of an event', { event: 'result', text: 'token was revoked' }, error, false],
    ['text without a name on an event', { text: '(?i)TOKEN has' }, error, true],
    ['text without a name on a plain line', { text: 'Please run /login$' }, banner, true],
    ['one of several texts', { text: ['nothing', '^Login'] }, banner, true],
    ['a whole line', { line: 'Login expired · Please run /login' }, banner, true],
    ['a whole line in anchors', { line: '^Login expired · .*$' }, banner, true],
    ['a part of a line', { line: 'Login expired' }, banner, false],
    ['an alternative that only starts alike', { line: 'Login|Logout' }, banner, false],
    ['a line, on the text of an event', { line: 'OAuth token has expired\\.' }, error, false],
    ['a line and a text', { line: 'Login.*', text: 'nothing' }, banner, false],
    ['the other stream', { event: 'result', stream: 'stderr' }, error, false],
    ['both streams', { event: 'result', stream: ['stderr', 'stdout'] }, error, true],
  ];
  test.each(cases)('%s', (_, condition, event, held) => {
    expect(hitsOf(clause(condition), event)).toHaveLength(held ? 1 : 0);
  });
});

describe('who may say it', () => {
  const cases: [string, Record<string, unknown>, DecodedEvent, boolean][] = [
    ['typed narration, by default', { event: 'assistant' }, typed('assistant', {}, { provenance: 'narration' }), false],
    ['a typed unknown, by default', { event: 'x' }, typed('x', {}, { provenance: 'unknown' }), false],
    ['a subagent', { event: 'result' }, typed('result', {}, { subagent: true }), false],
    [
      'a subagent, whatever provenance is asked for',
      { event: 'result', provenance: ['runtime', 'narration'] },
      typed('result', {}, { subagent: true }),
      false,
    ],
    ['narration on demand', { event: 'a', provenance: 'narration' }, typed('a', {}, { provenance: 'narration' }), true],
    ['the runtime, where narration is asked for', { event: 'a', provenance: 'narration' }, typed('a'), false],
    ['text of a tool', { text: 'x' }, typed('user', {}, { provenance: 'tool', text: 'x' }), false],
    ['text of a typed unknown', { text: 'x' }, typed('user', {}, { provenance: 'unknown', text: 'x' }), false],
    ['a plain line of the runtime', { line: 'x' }, plain('x'), true],
    ['a plain line of who knows whom', { line: 'x' }, plain('x', { provenance: 'unknown' }), true],
    ['a plain line of the model', { line: 'x' }, plain('x', { provenance: 'narration' }), false],
    ['a plain line of a tool', { line: 'x' }, plain('x', { provenance: 'tool' }), false],
    ['a plain line of the prompt', { line: 'x' }, plain('x', { provenance: 'prompt' }), false],
    [
      'a plain unknown, where the runtime is asked for',
      { line: 'x', provenance: 'runtime' },
      plain('x', { provenance: 'unknown' }),
      false,
    ],
  ];
  test.each(cases)('%s', (_, condition, event, held) => {
    expect(hitsOf(clause(condition), event)).toHaveLength(held ? 1 : 0);
  });
});

describe('the pointer of a hit', () => {
  test('names the last field of `where` that the event has', () => {
    const where = { is_error: true, 'error.status': 401, subtype: { exists: false } };
    const hits = hitsOf(
      clause({ event: 'result', where }),
      typed('result', { is_error: true, error: { status: 401 } }),
    );
    expect(hits).toMatchObject([{ pointer: '/error/status' }]);
  });

  test('escapes keys as RFC 6901 wants', () => {
    const hits = hitsOf(clause({ where: { 'a/b~c': 1 } }), typed('result', { 'a/b~c': 1 }));
    expect(hits).toMatchObject([{ pointer: '/a~1b~0c' }]);
  });

  test('is left out where no field was looked at', () => {
    expect(hitsOf(clause({ event: 'result' }), typed('result'))[0]).not.toHaveProperty('pointer');
  });
});
