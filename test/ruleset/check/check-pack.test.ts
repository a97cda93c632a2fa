import { describe, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { type CheckOptions, checkPacks } from '../../../src/ruleset/check/check-pack.ts';
import type { Finding } from '../../../src/ruleset/findings/finding.ts';
import type { SourcedOverrides, SourcedPack } from '../../../src/ruleset/findings/rule-source.ts';
import { readOverrides, readPack } from '../../../src/ruleset/load/read-pack.ts';
import { aRule, rawPack } from '../build.ts';

function sourced(raw: Record<string, unknown>, file = 'rules/test.yaml'): SourcedPack {
  const { pack, source, findings } = readPack(file, stringify(raw, { aliasDuplicateObjects: false }));
  if (!pack) throw new Error(`the test's pack can't be read: ${JSON.stringify(findings)}`);
  return { pack, source };
}

function check(rules: Record<string, unknown>[], options?: CheckOptions, changes: Record<string, unknown> = {}) {
  return checkPacks([sourced(rawPack(rules, changes))], undefined, options);
}

const codes = (findings: readonly Finding[]) => findings.map(({ code }) => code);
const inMatch = (clause: Record<string, unknown>) => ({ match: [clause] });
const record = (clause: Record<string, unknown>) => ({ ...inMatch(clause), action: 'record' });

test('a pack that is right has no findings', () => {
  const rules = [
    aRule(),
    aRule({ id: 'b', ...inMatch({ line: 'Login expired · Please run /login', quiet: '20s' }) }),
    aRule({ id: 'c', ...inMatch({ text: '^API Error: 401 ', exit: true }) }),
    aRule({ id: 'd', ...inMatch({ event: 'result', where: { is_error: true }, text: '(?i)expired' }) }),
    aRule({ id: 'e', ...inMatch({ sequence: [{ event: 'a' }, { event: 'b' }], within: '2m' }) }),
    aRule({ id: 'f', ...inMatch({ event: 'a' }), unless: [{ where: { x: 1 } }, { text: '90%' }] }),
    aRule({ id: 'g', action: 'notice', notice: 'quota_warning', category: undefined }),
    aRule({ id: 'h', status: 'deprecated', replaced_by: 'a-rule' }),
    aRule({ id: 'i', ...inMatch({ line: 'Killed', quiet: '20s' }), continues: ['\\s*', 'Generate a new one.*'] }),
  ];
  const signals = [{ id: 'ok', means: 'started', match: [{ event: 'system/init' }] }];
  expect(check(rules, {}, { signals })).toEqual([]);
});

describe('a rule is refused', () => {
  const cases: [string, Record<string, unknown>, string[]][] = [
    ['without a category', { category: undefined }, ['category-missing']],
    ['for a notice of no kind', { action: 'notice', category: undefined }, ['notice-missing']],
    ['without an example to match', { examples: { match: [], ignore: ['x'] } }, ['example-missing']],
    ['without an example to ignore', { examples: { match: ['x'], ignore: [] } }, ['example-missing']],
    ['for look-ahead', record({ event: 'x', text: 'a(?!b)' }), ['pattern-invalid']],
    ['for a back-reference', record({ event: 'x', text: '(abcdef)\\1' }), ['pattern-invalid']],
    ['for a pattern in a field', record({ event: 'x', where: { a: { matches: '(' } } }), ['pattern-invalid']],
    ['for a pattern of an exclusion', { unless: [{ text: '[' }] }, ['pattern-invalid']],
    ['for a pattern of a capture', { capture: { it: { text: '*', as: 'string' } } }, ['pattern-invalid']],
    ['for parentheses that only fit into others', record({ line: 'abcdef)|(b' }), ['pattern-invalid']],
    ['for a costly repetition', record({ event: 'x', text: 'from .{1,500} to' }), ['pattern-too-costly']],
    ['for nested repetitions', record({ event: 'x', text: 'from ([^x]{20} ){20} to' }), ['pattern-too-costly']],
    ['for a count over the limit of RE2', record({ event: 'x', text: 'ab{2000} to' }), ['pattern-too-costly']],
    ['for a number as text', record({ text: '\\b401\\b' }), ['pattern-bare-number']],
    ['for one number of several texts', record({ event: 'x', text: 'Not logged in|4(0)?1' }), ['pattern-bare-number']],
    ['for a number as text of an event', record({ event: 'x', where: { y: 1 }, text: '529' }), ['pattern-bare-number']],
    ['for a common word', record({ text: '(?i)unauthorized' }), ['pattern-common-word']],
    ['for a short word', record({ event: 'result', text: 'oom' }), ['pattern-common-word']],
    ['for one common word of several', record({ text: 'credit balance is too low|limit' }), ['pattern-common-word']],
    ['for a word with something optional', record({ text: '(API )?error(s)?' }), ['pattern-common-word']],
    ['for a pattern that holds on anything', record({ text: '.*' }), ['pattern-too-general']],
    ['for a line that holds on anything', record({ line: '[^{].*' }), ['pattern-too-general']],
    ['for a continuation that holds on anything', { continues: ['Bye', '.*'] }, ['continues-too-general']],
    ['for a clause without a condition', record({ stream: 'stderr' }), ['clause-empty']],
    ['for a list of conditions without time', record({ all: [{ event: 'a' }, { event: 'b' }] }), ['within-missing']],
    ['for time without a list', record({ event: 'a', within: '2m' }), ['within-unused']],
    [
      'for a sequence with an event beside it',
      record({ event: 'x', sequence: [{ event: 'a' }, { event: 'b' }], within: '1m' }),
      ['clause-mixed'],
    ],
    [
      'for a sequence that repeats',
      record({ repeat: { count: 2, within: '1m' }, all: [{ event: 'a' }, { event: 'b' }], within: '1m' }),
      ['clause-mixed'],
    ],
    [
      'for a sequence with an empty step',
      record({ sequence: [{ event: 'a' }, {}], within: '1m' }),
      ['condition-empty'],
    ],
    ['for two ways to wait', record({ event: 'a', quiet: '1m', exit: true }), ['clause-mixed']],
    ['for fields without an event', record({ where: { status: 401 } }), ['where-without-event']],
    ['for an empty condition on a field', record({ event: 'a', where: { b: {} } }), ['condition-empty']],
    ['for a path with an empty key', record({ event: 'a', where: { 'b..c': 1 } }), ['path-invalid']],
    ['for a line on an event', record({ event: 'a', line: 'Login expired' }), ['condition-impossible']],
    ['for a plain line by its event name', record({ event: 'line' }), ['condition-impossible']],
    ['for a star in the middle', record({ event: ['a', 'system/*/x'] }), ['condition-impossible']],
    ['for a capture of nothing', { capture: { it: { as: 'string' } } }, ['capture-empty']],
    ['for an unknown successor', { status: 'deprecated', replaced_by: 'a-rul' }, ['replaced-by-unknown']],
    ['for replacing itself', { status: 'deprecated', replaced_by: 'a-rule' }, ['replaced-by-replaced']],
    ['for being replaced and in force', { replaced_by: 'other' }, ['replaced-not-deprecated']],
  ];
  test.each(cases)('%s', (_, changes, expected) => {
    const findings = check([aRule(changes), aRule({ id: 'other' })]);
    expect(codes(findings)).toEqual(expected);
    expect(findings.every(({ level }) => level === 'error')).toBe(true);
    expect(findings.every(({ rule }) => rule === 'test/a-rule')).toBe(true);
    expect(findings.every(({ hint }) => hint !== '')).toBe(true);
  });
});

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

describe('names', () => {
  test('of rules are unique in their pack, and not used again', () => {
    expect(codes(check([aRule(), aRule()]))).toEqual(['rule-id-duplicate']);
    expect(codes(check([aRule({ status: 'deprecated' }), aRule()]))).toEqual(['rule-id-reused']);
  });

  test('of rules may be the same in different packs', () => {
    const packs = ['a', 'b'].map((pack) => sourced(rawPack([aRule()], { pack }), `rules/${pack}.yaml`));
    expect(checkPacks(packs)).toEqual([]);
  });

  test('of packs are those of their files, and unique', () => {
    const packs = ['a', 'b'].map((file) => sourced(rawPack([aRule()], { pack: 'a' }), `rules/${file}.yaml`));
    expect(codes(checkPacks(packs))).toEqual(['pack-name', 'pack-duplicate']);
  });

  test('of signals are unique', () => {
    const signal = { id: 'done', means: 'success', match: [{ event: 'done' }] };
    expect(codes(check([aRule()], {}, { signals: [signal, signal] }))).toEqual(['signal-duplicate']);
  });

  test("of runtimes that are nearly known get a warning; one of the author's own does not", () => {
    const findings = check([aRule()], {}, { runtime: ['claude-code', 'claude-cod'] });
    expect(findings).toMatchObject([
      { code: 'runtime-unknown', level: 'warning', hint: expect.stringContaining('Did you mean `claude-code`?') },
    ]);
    expect(check([aRule()], {}, { runtime: 'my-own-assistant' })).toEqual([]);
    expect(check([aRule()], { runtimes: ['mine'] }, { runtime: 'mine' })).toEqual([]);
    expect(check([aRule()], { runtimes: [] }, { runtime: 'any' })).toEqual([]);
  });
});

test('an experimental rule gets a warning', () => {
  expect(check([aRule({ status: 'experimental' })])).toMatchObject([{ code: 'rule-experimental', level: 'warning' }]);
});

test('signals are checked like rules', () => {
  const signals = [
    { id: 'a', means: 'success', match: [{ text: '[' }] },
    { id: 'b', means: 'success', match: [{}] },
    { id: 'c', means: 'credential', match: [{ event: 'x', text: 'oauth' }] },
  ];
  expect(codes(check([aRule()], {}, { signals }))).toEqual([
    'pattern-invalid',
    'condition-empty',
    'pattern-common-word',
  ]);
});

test('a silent run is warned about before it is ended', () => {
  const right = { warn: '5m', abort: '1h', open_tool: { warn: '10m' }, tools: { Bash: { warn: '1h', abort: '2h' } } };
  expect(check([aRule()], {}, { stall: right })).toEqual([]);
  const wrong = { warn: '5m', abort: '300s', open_tool: { warn: '1h', abort: '59m' }, tools: right.tools };
  expect(codes(check([aRule()], {}, { stall: wrong }))).toEqual(['stall-order', 'stall-order']);
});

test('findings point at what they are about', () => {
  const yaml = `schema: knell.rules/v1
pack: test
version: 1.0.0
runtime: claude-code
rules:
  - id: a-rule
    title: A rule
    category: auth.token_expired
    match:
      - event: result
        where: { is_error: true }
        text: ['^fine and anchored', 'a(?=b)']
      - line: Login expired
    action: abort
    origin: { seen: 2026-05-10, source: here }
    examples: { match: [x], ignore: [] }
`;
  const { pack, source } = readPack('rules/test.yaml', yaml);
  const findings = pack ? checkPacks([{ pack, source }]) : [];
  expect(findings.map(({ line, column, code }) => `${line}:${column} ${code}`)).toEqual([
    '12:38 pattern-invalid',
    '13:9 abort-unconfirmed',
    '16:37 example-missing',
  ]);
  expect(findings[0]?.message).toContain('look-ahead');
});

describe('overrides', () => {
  const pack = sourced(
    rawPack([
      aRule({ action: 'record', ...inMatch({ line: 'Login expired' }) }),
      aRule({ id: 'notice', action: 'notice', notice: 'quota_warning', category: undefined }),
    ]),
  );
  const overridesOf = (rules: Record<string, unknown>, stall = {}): SourcedOverrides => {
    const raw = stringify({ schema: 'knell.overrides/v1', rules, stall });
    const { overrides, source } = readOverrides('rules/overrides.yaml', raw);
    if (!overrides) throw new Error('the overrides of the test are wrong');
    return { overrides, source };
  };
  const reason = 'a test';
  const cases: [string, Record<string, unknown>, string[]][] = [
    ['that name a rule are fine', { 'test/a-rule': { disabled: true, reason } }, []],
    ['that name no rule are refused', { 'test/a-rul': { disabled: true, reason } }, ['override-rule-unknown']],
    ['that change nothing get a warning', { 'test/a-rule': { reason } }, ['override-empty']],
    [
      'can not give an abort to doubtful evidence',
      { 'test/a-rule': { action: 'abort', reason } },
      ['abort-unconfirmed'],
    ],
    ['can give it once the rule waits', { 'test/a-rule': { action: 'abort', quiet: '20s', reason } }, []],
    ['can not make a notice a failure', { 'test/notice': { action: 'record', reason } }, ['category-missing']],
  ];
  test.each(cases)('%s', (_, rules, expected) => {
    const findings = checkPacks([pack], overridesOf(rules));
    expect(codes(findings)).toEqual(expected);
    expect(findings.every(({ file }) => file === 'rules/overrides.yaml')).toBe(true);
  });

  test('of stall limits name a pack', () => {
    expect(checkPacks([pack], overridesOf({}, { test: { warn: '5m' } }))).toEqual([]);
    const findings = checkPacks([pack], overridesOf({}, { tset: { warn: '5m' } }));
    expect(findings).toMatchObject([{ code: 'override-pack-unknown', hint: 'Did you mean `test`?' }]);
    expect(codes(checkPacks([pack], overridesOf({}, { test: { warn: '5m', abort: '1m' } })))).toEqual(['stall-order']);
  });
});

test('a condition without anything to look for in raw output gets a warning', () => {
  const rule = aRule({
    action: 'record',
    match: [
      { line: '[0-9]+ [A-Z]+', exit: true },
      { event: 'result', where: { x: { not: 1 } } },
    ],
  });
  expect(check([rule])).toMatchObject([{ code: 'no-literal', level: 'warning', rule: 'test/a-rule' }]);
});
