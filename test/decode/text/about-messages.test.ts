import { expect, it } from 'vitest';
import { beginsQuoted, isAboutMessages, isHarmless, isQuoted } from '../../../src/decode/text/about-messages.ts';

it.each([
  'Error: 401 was swallowed before.',
  'Die Meldung »401 Unauthorized« ist neu',
  'ログに「429 Too Many Requests」がある',
  'connection refused (expected)',
  'Authentication error: handled, tests pass.',
  'step 2 of 5: build; earlier error was: Overloaded',
  'all jobs are over; failures that were retried: connection reset',
  'extension failed to start; continuing without it',
  'previous attempt: API Error: 529 Overloaded',
  "You are not authorized to use this. That's the last line, written at noon.",
])('%s speaks of a message even behind a label', (line) => {
  expect(isAboutMessages(line, false)).toBe(true);
});

it.each([
  'The banner says Invalid API key',
  'Invalid tokens are rejected before the request',
  'the text `Error: no` is new',
  'With `prompt is too long` gone the job is quick',
  'The words "Overloaded for now" here',
])('%s speaks of one where prose could begin like it', (line) => {
  expect(isAboutMessages(line, true)).toBe(true);
  expect(isAboutMessages(line, false)).toBe(false);
});

it.each([
  'API Error: The socket was closed. For more, pass `verbose: true` to fetch()',
  'Your request was rejected as a result of our safety system.',
  'Add credits to your balance before continuing.',
  'You are not logged in to Augment.',
  'Access denied. This is the only error code that we return.',
  'No providers configured. Set a key such as OPENAI_API_KEY.',
  'Authentication failed for "anthropic". Run it again.',
  'HTTP Request: POST https://x "HTTP/1.1 429 Too Many Requests"',
])('%s is a failure itself', (line) => {
  expect(isAboutMessages(line, false)).toBe(false);
});

it('does not read the body that a provider sent', () => {
  expect(isAboutMessages('401 {"message":"I am because"}', true)).toBe(false);
});

it('knows remarks and whole quotations', () => {
  expect(isHarmless("Step 'plan' failed but continue-on-error is set")).toBe(true);
  expect(isHarmless('How is it going? (optional)')).toBe(false);
  expect(isQuoted('"Process completed."')).toBe(true);
  expect(isQuoted('Process "x" completed')).toBe(false);
});

it('takes what is said of the user’s own request for no message that is spoken of', () => {
  expect(isAboutMessages('Your last request was rejected by the gateway', true)).toBe(false);
  expect(isAboutMessages('All of your old requests was rejected by the gateway', true)).toBe(true);
  expect(isHarmless('extension failed, continuing')).toBe(true);
  expect(isHarmless('pay the bill before continuing')).toBe(false);
});

it.each([
  ['"You\'ve hit your session limit · resets 2:40pm", and nothing helps', true],
  ['“Credit balance is too low”, in its mail', true],
  ["'OAuth token has expired' then.", true],
  ['"The last words of this row', true],
  ['"nightly builds" can not be charged.', false],
  ['Error: the plan "nightly builds of all" is used up', false],
])('beginsQuoted(%j) is %s', (row, quoted) => {
  expect(beginsQuoted(row)).toBe(quoted);
});
