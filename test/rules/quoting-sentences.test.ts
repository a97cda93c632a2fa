import { describe, expect, it } from 'vitest';
import type { CorpusItem } from '../../src/authoring/corpus-item.ts';
import { evaluateItem } from '../../src/authoring/evaluate-corpus.ts';
import { isInPart } from '../support/part-of.ts';
import { shippedRules } from '../support/shipped-rules.ts';

/** Sentences that begin as a failure could, and lead up to a message. */
const SENTENCES = [
  [
    'The window starts with the first message, not at a fixed time. A run that uses it up by eleven gets',
    'and nothing helps before two.',
  ],
  [
    'The session is not renewed while a request is under way, so a run of more than an hour ends with',
    'although its token was good.',
  ],
  [
    'Your provider does not bill by the month and the job can stop on any day of it. Its log then has',
    'followed by the exit code.',
  ],
  [
    'No retry is made by the gateway when the upstream is down, since each one is counted. The user sees',
    'and a request id.',
  ],
  [
    'Unknown names are not rejected when the settings are read but with the first request, which answers',
    'until somebody corrects the name.',
  ],
  [
    'The key is missing from the image of the nightly runner. That is why the first line of its mail reads',
    'on every day since March.',
  ],
] as const;

const MESSAGES = [
  "You've hit your session limit · resets 2:40pm",
  'Credit balance is too low',
  'Login expired · Please run /login',
  'Invalid API key · Please run /login',
  'API Error: 401 Invalid bearer token',
  'Error: Your session has expired. Please log in again.',
  'ConnectionRefusedError: [Errno 111] Connection refused',
  'Request timed out. Check your internet connection and proxy settings',
  'Your organization has disabled Claude subscription access for Claude Code',
  'Segmentation fault (core dumped)',
  'When using Gemini API, you must specify the GEMINI_API_KEY environment variable.',
];

const MARKS = ['""', '“”', '„“', '‘’', '``'];

/** Where the row breaks: nowhere, before the message, within it, or at a width. */
const BREAKS: Readonly<Record<string, (head: string, message: string, tail: string) => string[]>> = {
  'in one row': (head, message, tail) => [`${head} ${message}, ${tail}`],
  'with the message in a row of its own': (head, message, tail) => [head, `${message}, ${tail}`],
  'with the message broken': (head, message, tail) => {
    const [first, ...others] = message.split(' ');
    return [`${head} ${first}`, `${others.join(' ')}, ${tail}`];
  },
  'wrapped at 80': (head, message, tail) => `${head} ${message}, ${tail}`.match(/.{1,80}(?: |$)/g) as string[],
};

const RUNTIMES = ['claude-code', 'gemini', 'generic', 'pi'];

/** The gravest mistake: an answer that tells of a message is taken for it. */
describe.each(Object.entries(BREAKS))('a sentence that leads up to a message, %s', (_name, broken) => {
  it.each(MARKS)('ends no run, in %s', async (marks) => {
    const { ruleSet } = await shippedRules();
    const ended: string[] = [];
    for (const [number, [head, tail]] of SENTENCES.entries()) {
      for (const [index, message] of MESSAGES.entries()) {
        // Each sentence leads up to other messages than the next one.
        if (!isInPart(number + index, 3)) continue;
        const lines = broken(head, `${marks[0]}${message}${marks[1]}`, tail);
        const runtime = RUNTIMES[(number + index) % RUNTIMES.length] as string;
        const item: CorpusItem = {
          id: 'i',
          runtime,
          stream: 'stdout',
          lines,
          category: 'benign',
          abort: 'no',
          format: 'text',
        };
        const { abort, rule } = await evaluateItem(item, ruleSet);
        if (abort) ended.push(`${runtime} ${rule}: ${lines.join(' ⏎ ')}`);
      }
    }
    expect(ended).toEqual([]);
  });
});
