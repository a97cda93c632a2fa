import { expect, test } from 'vitest';
import { checkPacks } from '../../../src/ruleset/check/check-pack.ts';
import { readPack } from '../../../src/ruleset/load/read-pack.ts';
import { aRule } from '../build.ts';
import { check, codes, inMatch } from './check.ts';

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
