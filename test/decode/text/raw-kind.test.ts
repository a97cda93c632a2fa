import { expect, test } from 'vitest';
import { rawKind } from '../../../src/decode/text/raw-kind.ts';

const kinds = (lines: readonly string[], tells = false) => [
  ...new Set(lines.map((line) => rawKind(line, tells, true))),
];

test('code, comments and prose state nothing by their form', () => {
  expect(kinds(['the rest is prose', '  a.b(c)', 'x += 1'])).toEqual(['later']);
  expect(kinds(['  return a;', 'const a = b;', 'throw new Failed(a);'])).toEqual(['mute']);
  expect(kinds(['}', '// an error: none', ' * error: said of another', '"error": 1,'])).toEqual(['mute']);
});

test('a label, a status, a phrase, a sentence, a mark and a level have to be taken apart', () => {
  const lines = [
    'Error: not now',
    'error: not now',
    '429 Too Many Requests',
    'the run failed: lost',
    'Your session has expired',
  ];
  expect(
    kinds([...lines, '✗ lost', '10:00:00 ERROR lost', '[ERROR] lost', 'lost err="401"', '{', '\x1b[31mError: not now']),
  ).toEqual(['open']);
});

test('so does a retry or an end, where the words for it have been found', () => {
  const lines = ['retrying in 3 s', '// retrying in 3 s', 'the run was lost', '✓ the agent stopped'];
  expect(kinds(lines, true)).toEqual(['open']);
  expect(rawKind('the model is a good one', true, true)).toBe('later');
});

test('what may ask a person has to be read with the lines around it', () => {
  expect(kinds(['Run this command?', '│ Select a model │', '❯ 1. Yes', 'Overwrite it [y/N]:'])).toEqual(['open']);
  expect(rawKind('Cobble wants to run this:', true, true)).toBe('open');
});

test('where something is taken off, nothing may be left', () => {
  expect(kinds(['', '   ', '10:00:00 INFO', '│ │', '[worker-3] served'])).toEqual(['blank']);
});

test.each([
  'claude(stdout): Error: no',
  'claude-runner[1182]: token has expired',
  '0|agent  | 401 Unauthorized',
  'agent-1  | Error: no',
  'step-2 stderr| API Error: no',
  '[lane run-4] Error: no',
  '[ERROR][2026-11-28 10:55:58][stream.py:838] - no',
  '#12 3.456 Error: not now',
  '🖐 Error: not logged in',
  'Get "https://x.test/v1": dial tcp: refused',
  '[500] Internal Server Error',
  'Grund: 401 Unauthorized',
  'AssertionError',
  'script failed with status 1',
  'E agent.py:219] giving up',
  'claude-runner STDOUT API Error: not now',
  'worker 4: Error: no',
  'agent[refactor-3] Error: no',
  '额度已用尽：今天',
  'sessione scaduta: 401',
  'sesja wygasła: 401',
  'Der Agent endet mit Code 3',
  '[lane] El agente terminó con el código 7',
  '进程退出，代码 137',
  'entrypoint: setup of the agent failed',
  'agent: no retries left',
  'upstream busy, retrying attempt=2 max=5',
  '{"name":"ProviderAuthError"}',
  'Sign in with one of these:',
  'Something went wrong: boom',
])('%s is never left out', (line) => {
  expect(rawKind(line, true, true)).toBe('open');
});
