import { expect, it } from 'vitest';
import { shapeLine } from '../../../src/decode/text/line-shape.ts';
import { isLocated, isMarkedUp, isPersonal, isSentence, isWritten } from '../../../src/decode/text/prose.ts';

it.each([
  'The worker was restarted after the change.',
  'Der Prozess wurde nach der Änderung neu gestartet.',
  'Let me look',
  '我在日志里看到这条错误，原因是测试账号没有充值。',
])('%s is a sentence', (line) => {
  expect(isSentence(shapeLine(line))).toBe(true);
});

it.each([
  'Model: a model with a long name here',
  'Directory: ~/work/of/some/lane   Session: 5c00a1   Model: not chosen so far',
  '2026-11-03T10:00:00Z INFO this is a log line of words',
  'Done',
  'ログイン',
])('%s is none', (line) => {
  expect(isSentence(shapeLine(line))).toBe(false);
});

it.each(['# Heading', '- item', '1. item', '> quoted', '| a | b |', '+ added', '-  removed', '@@ -1 +1 @@', '☐ todo'])(
  '%s is Markdown or a diff',
  (line) => {
    expect(isMarkedUp(line)).toBe(true);
  },
);

it.each(['return foo();', 'const a = 1', "assert x == 'y'", 'SELECT count(*) FROM t;', '// comment', '<div>'])(
  '%s is written',
  (line) => {
    expect(isWritten(shapeLine(line))).toBe(true);
  },
);

it('takes the head of a table for no sentence', () => {
  expect(isSentence(shapeLine('NAME   READY   STATUS   RESTARTS   AGE'))).toBe(false);
});

it('hears who speaks to whom', () => {
  expect(isPersonal("I'll fix it")).toBe(true);
  expect(isPersonal('Authentication failed in your script. Do you want me to add a login?')).toBe(true);
  expect(isPersonal('Your session has expired')).toBe(false);
  expect(isPersonal('Paste your code here:')).toBe(false);
});

it.each(['src/a.ts:12: x', '   118  2026-11-03 x', '12:Error: x', '  3│ x'])('%s shows its place', (line) => {
  expect(isLocated(shapeLine(line))).toBe(true);
});

it.each(['10:00:01 x', 'Error: x', '401 Unauthorized'])('%s does not', (line) => {
  expect(isLocated(shapeLine(line))).toBe(false);
});

it("takes a program's line with an address in it for no sentence", () => {
  expect(isSentence(shapeLine('bwrap: no permission to make one on this host, see <https://a.example/b>'))).toBe(false);
});
