import { expect, test } from 'vitest';
import { compileRules } from '../../../src/ruleset/compile-rules.ts';
import { aPack, aRule, plain } from '../build.ts';

const RULES = compileRules([
  aPack([
    aRule({ id: 'holds', match: [{ line: 'disk full.*' }] }),
    aRule({ id: 'looks', match: [{ line: '.*disk full' }] }),
    aRule({ id: 'wide', match: [{ line: '[0-9]+' }] }),
    aRule({ id: 'elsewhere', match: [{ line: 'quota gone' }] }),
  ]),
  aPack([aRule({ id: 'other', match: [{ line: 'disk full.*' }] })], { pack: 'other', runtime: 'codex' }),
]);

test('each rule that wants a line is timed, with whether it held; others are not tried at all', () => {
  let nowMs = 0;
  const line = { stream: 'stdout' as const, number: 0, raw: Buffer.from('Disk full: /tmp') };
  const times = RULES.time(line, plain('disk full: /tmp'), 'claude-code', () => nowMs++);
  expect(times).toEqual([
    { key: 'test/holds', held: true, ms: 1 },
    { key: 'test/looks', held: false, ms: 1 },
    { key: 'test/wide', held: false, ms: 1 },
  ]);
});
