import { expect, it } from 'vitest';
import { createReport, MAX_FINDINGS } from '../../../src/ruleset/findings/report.ts';

const SOURCE = {
  file: 'a.yaml',
  locate: (path: readonly unknown[], key?: 'key') => ({ line: path.length, column: key ? 1 : 5 }),
};
const SAID = { code: 'a-code', path: ['rules', 0], message: 'm', hint: 'h' };

it('gives what is said its file, place and level', () => {
  const report = createReport(SOURCE);
  report.say(SAID);
  report.about('p/r')({ ...SAID, level: 'warning', key: true });
  expect(report.findings).toEqual([
    { code: 'a-code', level: 'error', file: 'a.yaml', line: 2, column: 5, message: 'm', hint: 'h' },
    { code: 'a-code', level: 'warning', file: 'a.yaml', line: 2, column: 1, rule: 'p/r', message: 'm', hint: 'h' },
  ]);
});

it('is full behind its last finding, and says that there are more', () => {
  const report = createReport(SOURCE);
  for (let i = 0; i < MAX_FINDINGS; i += 1) report.say(SAID);
  expect(report.isFull()).toBe(false);
  for (let i = 0; i < 3; i += 1) report.say(SAID);
  expect(report.isFull()).toBe(true);
  expect(report.findings).toHaveLength(MAX_FINDINGS + 1);
  expect(report.findings.at(-1)?.code).toBe('too-many-findings');
});
