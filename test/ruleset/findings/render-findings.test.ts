import { expect, test } from 'vitest';
import type { Finding } from '../../../src/ruleset/findings/finding.ts';
import { renderFindings, renderFindingsJson } from '../../../src/ruleset/findings/render-findings.ts';

const FINDINGS: Finding[] = [
  {
    code: 'key-unknown',
    level: 'error',
    file: 'rules/a.yaml',
    line: 7,
    column: 5,
    message: 'The key `tilte` is not known.',
    hint: 'Did you mean `title`?',
  },
  {
    code: 'rule-experimental',
    level: 'warning',
    file: 'rules/b.yaml',
    line: 1,
    column: 2,
    rule: 'b/new-one',
    message: 'The rule is experimental.',
    hint: 'Make it stable.',
  },
];

test('findings are text with place, code, message and hint', () => {
  expect(renderFindings(FINDINGS)).toBe(`rules/a.yaml:7:5 error key-unknown
  The key \`tilte\` is not known.
  Did you mean \`title\`?
rules/b.yaml:1:2 warning rule-experimental b/new-one
  The rule is experimental.
  Make it stable.
1 error, 1 warning`);
});

test('no findings are no text', () => {
  expect(renderFindings([])).toBe('');
});

test('colours come only when asked for, and change nothing else', () => {
  const coloured = renderFindings(FINDINGS, { colour: true });
  expect(coloured).toContain('\u001b[31merror');
  expect(coloured.replaceAll(/\u001b\[[0-9;]*m/g, '')).toBe(renderFindings(FINDINGS, { colour: false }));
});

test('JSON holds the same findings', () => {
  expect(JSON.parse(renderFindingsJson(FINDINGS))).toEqual(FINDINGS);
});
