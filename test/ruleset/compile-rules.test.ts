import { describe, expect, test } from 'vitest';
import type { StreamName } from '../../src/contracts/run.ts';
import type { DecodedEvent } from '../../src/decode/event.ts';
import { compileRules } from '../../src/ruleset/compile-rules.ts';
import { aPack, aRule, plain, someOverrides, typed } from './build.ts';

const match = (rule: Record<string, unknown>, event: DecodedEvent, stream: StreamName = 'stdout') =>
  compileRules([aPack([aRule(rule)])]).match(event, stream, 'claude-code');
const hitsOf = (rule: Record<string, unknown>, event: DecodedEvent, stream: StreamName = 'stdout') =>
  match(rule, event, stream).hits;
const clause = (condition: Record<string, unknown>) => ({ match: [condition] });

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

describe('the grade of a hit', () => {
  const cases: [string, DecodedEvent, string][] = [
    ['an event of the runtime', typed('result', {}, { text: 'x' }), 'typed'],
    ['a line of a channel of its own', plain('x'), 'stated'],
    ['a line of a shared channel', plain('x', { shared: true }), 'mixed'],
    ['a line of unknown provenance', plain('x', { provenance: 'unknown' }), 'mixed'],
  ];
  test.each(cases)('%s', (_, event, grade) => {
    expect(hitsOf(clause({ text: 'x' }), event)).toMatchObject([{ grade }]);
  });

  test('a typed event on the word of the model is not the runtime testifying', () => {
    const event = typed('assistant', {}, { provenance: 'narration' });
    const hits = hitsOf(clause({ event: 'assistant', provenance: 'narration' }), event);
    expect(hits).toMatchObject([{ grade: 'mixed' }]);
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

describe('exclusions', () => {
  const rule = (unless: Record<string, unknown>) => ({ ...clause({ text: 'limit' }), unless: [unless] });
  const line = plain("You've used 90% of your session limit");
  const cases: [string, Record<string, unknown>, DecodedEvent, boolean][] = [
    ['that hold take the hit away', { text: '90%' }, line, false],
    ['that do not hold leave it', { text: '80%' }, line, true],
    ['look at fields too', { where: { ok: true } }, typed('x', { ok: true }, { text: 'limit' }), false],
    ['may ask who spoke', { provenance: 'unknown' }, plain('limit', { provenance: 'unknown' }), false],
    ['may ask for a stream', { stream: 'stdout' }, plain('limit'), false],
  ];
  test.each(cases)('%s', (_, unless, event, held) => {
    expect(hitsOf(rule(unless), event)).toHaveLength(held ? 1 : 0);
  });

  test('look at whatever the rule has hit, whoever said it', () => {
    const event = plain('limit 90%', { provenance: 'tool' });
    const asked = { match: [{ text: 'limit', provenance: 'tool' }] };
    expect(hitsOf(asked, event)).toHaveLength(1);
    expect(hitsOf({ ...asked, unless: [{ text: '90%' }] }, event)).toHaveLength(0);
  });
});

describe('captures', () => {
  const event = typed(
    'rate_limit_event',
    { info: { resetsAt: 1778565600, label: 'five_hour', when: 'soon', at: '2026-05-10T10:00:00Z' } },
    { text: 'limit · resets 3:30am (America/New_York)' },
  );
  const capture = (given: unknown) => hitsOf({ match: [{ event: '*' }], capture: { it: given } }, event)[0]?.captures;
  const cases: [string, unknown, unknown][] = [
    ['a field', { field: 'info.resetsAt', as: 'epoch_seconds' }, 1778565600],
    ['a field as text', { field: 'info.resetsAt', as: 'string' }, '1778565600'],
    ['the first group of a pattern', { text: 'resets (.*)$', as: 'reset_time' }, '3:30am (America/New_York)'],
    ['the whole match where there is no group', { text: 'resets [0-9:]+', as: 'string' }, 'resets 3:30'],
    ['a pattern over a field', { field: 'info.label', text: '^(.*)_', as: 'string' }, 'five'],
    ['a time', { field: 'info.at', as: 'rfc3339' }, '2026-05-10T10:00:00Z'],
    ['a number in text', { text: 'resets ([0-9]+)', as: 'number' }, 3],
  ];
  test.each(cases)('%s', (_, given, value) => {
    expect(capture(given)).toMatchObject({ it: { value } });
  });

  const empty: [string, unknown][] = [
    ['a field that is not there', { field: 'info.nothing', as: 'string' }],
    ['a field that is a map', { field: 'info', as: 'string' }],
    ['text that is no number', { field: 'info.when', as: 'epoch_seconds' }],
    ['text that is no time', { field: 'info.when', as: 'rfc3339' }],
    ['a pattern that does not match', { text: 'nothing (.*)', as: 'string' }],
    ['a group that took no part', { text: 'limit(x)?', as: 'string' }],
  ];
  test.each(empty)('of %s give nothing', (_, given) => {
    expect(capture(given)).toEqual({});
  });

  test('give the first of a list that has a value of its kind', () => {
    const given = [
      { field: 'info.when', as: 'epoch_seconds' },
      { text: 'resets (.*)$', as: 'reset_time' },
      { field: 'info.resetsAt', as: 'epoch_seconds' },
    ];
    expect(capture(given)).toEqual({ it: { as: 'reset_time', value: '3:30am (America/New_York)' } });
  });
});

describe('clauses', () => {
  const rule = {
    match: [
      { event: 'system/api_retry', repeat: { count: 2, within: '30s' } },
      { sequence: [{ event: 'a' }, { event: 'b' }, { event: 'a' }], within: '2m', quiet: '500ms' },
      { all: [{ event: 'a' }, { event: 'c' }], within: '1h', exit: true },
    ],
  };

  test('carry their times in milliseconds', () => {
    expect(compileRules([aPack([aRule(rule)])]).rules[0]?.clauses).toEqual([
      { kind: 'single', conditions: 1, exit: false, repeat: { count: 2, withinMs: 30_000 } },
      { kind: 'sequence', conditions: 3, exit: false, withinMs: 120_000, quietMs: 500 },
      { kind: 'all', conditions: 2, exit: true, withinMs: 3_600_000 },
    ]);
  });

  test('report each of their conditions that holds on an event', () => {
    const places = hitsOf(rule, typed('a')).map(({ clause, condition }) => [clause, condition]);
    expect(places).toEqual([
      [1, 0],
      [1, 2],
      [2, 0],
    ]);
  });
});

describe('recoveries, signals and continuing lines', () => {
  test('are reported beside the hits', () => {
    const set = compileRules([
      aPack([aRule({ recover: [{ event: 'assistant', provenance: 'narration' }, { event: 'done' }] })], {
        signals: [{ id: 'success', means: 'success', match: [{ event: 'done' }, { event: 'd*' }] }],
      }),
    ]);
    const narration = set.match(typed('assistant', {}, { provenance: 'narration' }), 'stdout', 'claude-code');
    expect(narration).toMatchObject({ hits: [], recoveries: [{ key: 'test/a-rule' }], signals: [] });
    const done = set.match(typed('done'), 'stdout', 'claude-code');
    expect(done).toMatchObject({ hits: [], recoveries: [{ key: 'test/a-rule' }], signals: [{ key: 'test/success' }] });
  });

  test('continue a message only as whole lines', () => {
    const [rule] = compileRules([aPack([aRule({ continues: ['Generate a new one.*', 'Bye'] })])]).rules;
    expect(['Generate a new one with it', 'Bye', 'Bye bye', ''].map((text) => rule?.continues(text))).toEqual([
      true,
      true,
      false,
      false,
    ]);
  });
});

describe('packs', () => {
  const set = compileRules([
    aPack([aRule({ match: [{ event: 'x' }] })], { pack: 'one', runtime: ['codex', 'gemini'] }),
    aPack([aRule({ match: [{ event: 'x' }] })], { pack: 'all', runtime: 'any' }),
  ]);
  const cases: [string, string[]][] = [
    ['codex', ['one/a-rule', 'all/a-rule']],
    ['gemini', ['one/a-rule', 'all/a-rule']],
    ['claude-code', ['all/a-rule']],
    ['__proto__', ['all/a-rule']],
    ['any', ['all/a-rule']],
  ];
  test.each(cases)('for %s are those that name it and those for any', (runtime, keys) => {
    expect(set.match(typed('x'), 'stdout', runtime).hits.map(({ rule }) => rule.key)).toEqual(keys);
  });

  test('stand with their version and the digest of the set in every reference', () => {
    expect(set.rules[0]?.reference).toEqual({ id: 'a-rule', pack: 'one', version: '1.2.3', digest: set.digest });
    expect(set.digest).toMatch(/^[0-9a-f]{64}$/);
  });
});

describe('overrides', () => {
  const pack = aPack([aRule({ match: [{ event: 'result' }, { line: 'x', exit: true }] })]);
  const overridden = (change: Record<string, unknown>) =>
    compileRules([pack], someOverrides({ 'test/a-rule': change })).rules[0];

  test.each([{ status: 'experimental' }, { action: 'warn' }, { severity: 'info' }, { next: 'retry' }])(
    'change %j of a rule',
    (change) => {
      expect(overridden(change)?.rule).toMatchObject(change);
    },
  );

  test('switch a rule off', () => {
    expect(overridden({ disabled: true })).toBeUndefined();
    expect(overridden({ disabled: false })).toBeDefined();
  });

  test('make clauses wait, but for those that wait for the exit', () => {
    expect(overridden({ quiet: '20s' })?.clauses).toMatchObject([{ quietMs: 20_000 }, { exit: true }]);
    expect(overridden({ quiet: '20s' })?.clauses[1]).not.toHaveProperty('quietMs');
  });

  test('leave the pack as it was, and change the digest', () => {
    const before = structuredClone(pack);
    const set = compileRules([pack], someOverrides({ 'test/a-rule': { action: 'warn', quiet: '1m' } }));
    expect(pack).toEqual(before);
    expect(set.digest).not.toBe(compileRules([pack]).digest);
  });
});

describe('deprecation', () => {
  test('keeps a rule in force until another has taken its place', () => {
    const set = compileRules([
      aPack([
        aRule({ id: 'old', status: 'deprecated' }),
        aRule({ id: 'gone', status: 'deprecated', replaced_by: 'new' }),
        aRule({ id: 'new' }),
      ]),
    ]);
    expect(set.rules.map(({ key }) => key)).toEqual(['test/old', 'test/new']);
  });
});

describe('stall limits', () => {
  const stall = {
    warn: '5m',
    abort: '30m',
    open_tool: { warn: '20m' },
    tools: { Bash: { warn: '1h', abort: '2h' } },
    completion: '60s',
  };
  const packs = [
    aPack([], { pack: 'general', runtime: 'any', stall: { warn: '10m' } }),
    aPack([], { pack: 'special', runtime: 'codex', stall }),
  ];

  test('come from the runtime, else from the pack for any', () => {
    const set = compileRules(packs);
    expect(set.stallOf('codex')).toMatchObject({
      pack: { pack: 'special' },
      warnMs: 300_000,
      abortMs: 1_800_000,
      completionMs: 60_000,
    });
    expect(set.stallOf('gemini')).toMatchObject({ pack: { pack: 'general' }, warnMs: 600_000 });
    expect(set.stallOf('gemini')).not.toHaveProperty('abortMs');
    expect(compileRules([]).stallOf('codex')).toBeUndefined();
  });

  test('know open tools, by name and in general', () => {
    const codex = compileRules(packs).stallOf('codex');
    expect(codex?.openTool('Bash')).toEqual({ warnMs: 3_600_000, abortMs: 7_200_000, isOfTool: true });
    expect(codex?.openTool('Read')).toEqual({ warnMs: 1_200_000 });
    expect(compileRules(packs).stallOf('gemini')?.openTool('Bash')).toEqual({ warnMs: 600_000 });
  });

  test('are replaced as a whole by an override for their pack', () => {
    const set = compileRules(packs, someOverrides({}, { special: { warn: '1m' } }));
    expect(set.stallOf('codex')).toMatchObject({ warnMs: 60_000 });
    expect(set.stallOf('codex')).not.toHaveProperty('abortMs');
  });
});

test('a set that starts light says the same of each event, before its index is made and after', () => {
  const phrases = Array.from({ length: 20 }, (_, i) => `failure number ${i} of this kind`);
  const rules = phrases.map((text, i) => aRule({ id: `rule-${i}`, match: [{ event: 'result', text }] }));
  const [light, whole] = [true, false].map((startsLight) => compileRules([aPack(rules)], undefined, { startsLight }));
  for (let round = 0; round < 3; round++) {
    for (const text of [...phrases, 'nothing of the kind']) {
      const keys = [light, whole].map((set) =>
        set?.match(typed('result', {}, { text }), 'stdout', 'claude-code').hits.map(({ rule }) => rule.key),
      );
      expect(keys[0]).toHaveLength(text.startsWith('failure') ? 1 : 0);
      expect(keys[0]).toEqual(keys[1]);
    }
  }
});
