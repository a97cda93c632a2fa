import { expect, it } from 'vitest';
import { shapeLine } from '../../../src/decode/text/line-shape.ts';
import { goesWell, isHelp, isNeutral } from '../../../src/decode/text/neutral-lines.ts';

it.each([
  '.',
  'Total cost:            $0.00',
  'tokens used',
  '30',
  '##[error]Process completed with exit code 1.',
  'Node.js v22.11.0',
  '    at main (file:///a.js:1:2)',
  'Request ID: req_011',
  'https://example.com/login',
  'Learn more: see the docs',
  '- Use /clear to clear the chat history.',
  "code: 'ECONNREFUSED',",
  'CommaExpected at line 3, column 3',
])('%s says nothing of the run', (line) => {
  expect(isNeutral(shapeLine(line))).toBe(true);
});

it.each(['Task completed successfully', 'The registry refuses it, so the mirror is used', 'connected', 'step 4 ok'])(
  '%s is the run going on',
  (line) => {
    expect(isNeutral(shapeLine(line))).toBe(false);
  },
);

it('knows words of success, but not of an exit or a doubt', () => {
  expect(goesWell(shapeLine('healthcheck passed'))).toBe(true);
  expect(goesWell(shapeLine('recovered after 3 retries'))).toBe(true);
  expect(goesWell(shapeLine('Process completed with exit code 1.'))).toBe(false);
  expect(goesWell(shapeLine('not connected'))).toBe(false);
});

it.each([
  'Your policy setting may be preventing access.',
  'or set the GH_TOKEN environment variable',
  'Paste your code here:',
  'it failed --verbose shows why',
])('%s helps', (line) => {
  expect(isHelp(shapeLine(line))).toBe(true);
});

it.each(["I'll renew your token now", 'The build uses the mirror of the registry since then'])(
  '%s does not',
  (line) => {
    expect(isHelp(shapeLine(line))).toBe(false);
  },
);
