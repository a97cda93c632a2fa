import { describe, expect, it } from 'vitest';
import { isSpokenOf, quotationOf } from '../../../src/decode/text/quotation.ts';
import { statementIn } from '../../../src/decode/text/statement-line.ts';
import { shapesOf } from './shapes.ts';

/** Why the last line of a text is a quotation. */
const reason = (text: string, hasAnswers = true) => {
  const shapes = shapesOf(text);
  const at = shapes.length - 1;
  const line = statementIn(shapes[at] as (typeof shapes)[number]);
  if (!line) throw new Error('the last line is no statement');
  return quotationOf(shapes, at, line, { hasAnswers, isClientOnly: false });
};

describe('quotationOf', () => {
  it.each([
    ['Error: boom', undefined],
    ['Loaded cached credentials.\nError: boom', undefined],
    ['Model: x\n\nError: boom', undefined],
    ['/app/a.js:64\n  return new Error(status);\n     ^\n\nError: boom', undefined],
    ['I looked at the log of the worker.\nError: boom', 'after prose'],
    ['Output\nError: boom', 'after prose'],
    ['It prints this:\n\nError: boom', 'announced'],
    ['The service answers with\nError: boom', 'announced'],
    ['```\nError: boom', 'inside a code fence'],
    ['$ npm test\nError: boom', "a tool's output"],
    ['src/a.ts:12: Error: boom', 'a line of a file'],
    ['==> a.log <==\nError: boom', "a tool's output"],
    ['• Used Shell (cat a.log)\n  Error: boom', "a tool's output"],
    ['• Used ReadFile (faq.md)\nLine thirty of it says this:\n\nError: boom', 'announced'],
    ['Tool approval required but the run is not interactive\nError: boom', 'after prose'],
    ['Running Claude Code via its SDK in this job ...\nError: boom', undefined],
    ['❯ go on with the work\n  ⎿  API Error: 403 expired', undefined],
    ['⏺ Bash(claude -p hi)\n  ⎿  API Error: 403 expired', "a tool's output"],
    ['  ⎿  API Error (timed out) · Retrying in 4 seconds… (attempt 10/10)\n  ⎿  API Error: timed out', undefined],
    ['  ⎿  API Error: 401 no\n  ⎿  API Error: 403 expired', "a tool's output"],
    ['FAILED tests/a.py::x - Error: boom', undefined],
    ['The page lists them all. The newest one failed to appear:', 'announced'],
    ["Error while it looked for the tool server 'x': fetch\nfailed: 401 Unauthorized", 'announced'],
    ['alerts:\n  - text: |\n      Error: boom', 'a line of a file'],
    ['  - text: boom\n    Error: boom', undefined],
    // A sentence that breaks off runs into what it quotes, also where it speaks of a failure and a blank line follows.
    ['On a full disk the job failed and the console got\n\nError: boom', 'announced'],
    ['> Its tokens live for a day; after that the client prints\n\nError: boom', 'announced'],
    ['The last two lines of its log are\n\nconnect refused by the peer\nError: boom', 'announced'],
    // What hangs below a marked heading is indented, also behind a blank line; what is not is the client's.
    ['● Bash(man ./tool.1)\n  ⎿  DIAGNOSTICS\n\n           Error: boom', "a tool's output"],
    ['● Bash(make)\n  ⎿  done\n\n● API Error: 401 boom', undefined],
    ['● Read src\n  └ 6 files found\n\n✗ Execution failed: 402 boom', undefined],
    ['● Agent(Look around)\n  ⎿  Done\n\n  ⎿  API Error: 401 boom', undefined],
    ['● Bash(tmux capture-pane)\n  ⎿  ❯ go on\n       ⎿  API Error: 401 boom', "a tool's output"],
    // No tool hangs anything below what the model says, or says below an edit what an API answers.
    ['● Bash(make)\n  ⎿  done\n\n● Now I write the tests.\n  ⎿  API Error: 401 boom', undefined],
    ['Now I write the tests.\n\n● Bash(make)\n  ⎿  done\n\n● Next.\n  ⎿  API Error: 401 boom', 'after prose'],
    ['第 96 行说明了凭据过期时的表现：\n\nError: boom', 'announced'],
    ['● The log of the other run says:\n  ⎿  API Error: 401 boom', 'announced'],
    ['⏺ Update(a.ts)\n  ⎿ API Error: 401 boom', undefined],
    // A failure in brackets of its own carries nothing on.
    ['Error generating content. The full report is available at /tmp/report-a.json\n[API Error: boom]', undefined],
    // Below a call stand its arguments, and then what it says.
    ['─── query | db ────\nsql: select 1\n\nError: boom', "a tool's output"],
    ['> /run tail -1 other.log\n\nError: boom', "a tool's output"],
    ['Bash `make all`\nError: boom', "a tool's output"],
    // Runners, and headers that read like sentences.
    ['##[group]Run some/agent-action@v2\n##[endgroup]\nError: boom', undefined],
    ['Aider v0.88.0\nMain model: vendor/m-5 with diff edit format, endless output\nError: boom', undefined],
    ['claude -p "look at it" --max-turns 9\nError: boom', undefined],
    [
      'An uncaught exception occurred:\n\nTraceback (most recent call last):\n  File "a.py", line 1\nError: boom',
      undefined,
    ],
    [
      '{"status":"x","text":"a long line of JSON that says nothing"}\nagent stopped: provider refused us',
      'after prose',
    ],
  ])('%j → %s', (text, why) => {
    if (text.startsWith('FAILED')) expect(reason(text)).toBe('the output of a test');
    else expect(reason(text)).toBe(why);
  });

  it('lets a host print what it likes before', () => {
    expect(reason('Setting up node\nError: boom', false)).toBeUndefined();
  });

  it('lets a tool speak up to the blank line', () => {
    expect(reason('$ npm test\nfine\n\nError: boom')).toBeUndefined();
  });

  it('believes the headings of a runtime that has some', () => {
    const text = 'user\nPlease look at the failing build first\nError: boom';
    const shapes = shapesOf(text);
    const line = statementIn(shapes[2] as (typeof shapes)[number]);
    if (!line) throw new Error('the last line is no statement');
    const source = { hasAnswers: false, isClientOnly: false };
    expect(quotationOf(shapes, 2, line, source)).toBe('after prose');
    expect(quotationOf(shapes, 2, line, { ...source, isHeaded: () => true })).toBeUndefined();
  });

  it('takes a list right below a statement for its detail', () => {
    expect(reason('Warning: it expects these variables\n- A_KEY: Not set\nError: boom')).toBeUndefined();
  });
});

describe('isSpokenOf', () => {
  const last = (text: string, at = 0) => isSpokenOf({ shapes: shapesOf(text), at }, { hasAnswers: true });

  it('knows lines that are only shown, or tried again at once', () => {
    expect(last('| Error: x | y |')).toBe(true);
    expect(last('connect ECONNREFUSED\ntrying again in 5s')).toBe(true);
    expect(last('```\nconnect ECONNREFUSED', 1)).toBe(true);
    expect(last('stderr | test/a.test.ts > x\nconnect ECONNREFUSED', 1)).toBe(true);
    expect(last('connect ECONNREFUSED\nexit 1')).toBe(false);
  });

  it("knows a tool's output, and what a sentence of the model runs into", () => {
    expect(last('x  Shell make\n\nconnect ECONNREFUSED', 2)).toBe(true);
    expect(last('At that width the user sees\n\nDo you want to proceed?\n❯ 1. Yes', 3)).toBe(true);
    expect(last('Please visit this URL:\nhttps://example.com/x\nWaiting for you', 2)).toBe(false);
    const host = { shapes: shapesOf('+ ./agent\nagent: not found'), at: 1 };
    expect(isSpokenOf(host, { hasAnswers: true })).toBe(true);
    expect(isSpokenOf(host, { hasAnswers: false })).toBe(false);
  });
});

it.each([
  // A screen draws this mark before its own error, and prose only quotes it.
  ['✦ The tests are written now as asked.\n\n✕ [API Error: 401 boom]', undefined],
  ['╭───╮\n│ > go on with it │\n╰───╯\n\n✕ [API Error: 401 boom]', undefined],
  ['The record of that run was read in full.\n\n✕ [API Error: 401 boom]', 'after prose'],
  ['✦ The record ends with:\n\n✕ [API Error: 401 boom]', 'announced'],
  ['✦ The tests are written now as asked.\n\n✕ Error: 401 boom', 'after prose'],
  // No program announces its failure in ten words.
  ['Failed to build the page of the docs that stands below:', 'announced'],
  ['Failed to build the page:', undefined],
  // A short warning was not wrapped.
  [`[WARN] ${'x'.repeat(36)}\nfailed to start the agent: boom`, 'after prose'],
  [`[WARN] ${'x'.repeat(60)}\nfailed to start the agent: boom`, 'announced'],
])('%j → %s', (text, why) => {
  expect(reason(text)).toBe(why);
});

it('takes the last words that a pack knows for the client’s own, whoever they speak of', () => {
  const [shape] = shapesOf("I've used up the actions I may take.");
  const line = { grade: 'label', message: 'used up', prefix: '' } as const;
  const source = { hasAnswers: true, isClientOnly: false };
  expect(quotationOf(shape ? [shape] : [], 0, { ...line, final: 'yes' }, source)).toBeUndefined();
  expect(quotationOf(shape ? [shape] : [], 0, line, source)).toBe('about messages');
});
