import { describe, expect, it, test } from 'vitest';
import type { TextSource } from '../../../src/decode/text/text-source.ts';
import { waitingAt } from '../../../src/decode/text/waiting-menu.ts';
import { shapesOf } from './shapes.ts';

const AGENT: TextSource = {
  known: () => undefined,
  name: 'agent',
  isAgent: true,
  hasAnswers: true,
  isClientOnly: false,
};
const HOST: TextSource = { ...AGENT, name: 'host', isAgent: false, hasAnswers: false };

/** What the first line at which a client may wait says of it. */
function waits(text: string, source = AGENT) {
  const shapes = shapesOf(text);
  return shapes.map((_, at) => waitingAt(shapes, at, source)).find((found) => found !== undefined);
}

const MENU = ' Do you want to proceed?\n ❯ 1. Yes\n   2. No (esc)';

describe('a client waits', () => {
  it.each([
    ['at a list with a cursor', MENU, 2],
    ['at a list whose second choice is chosen', 'Use the key that was found?\n   1. Yes\n ❯ 2. No', 2],
    ['in a frame', '╭────╮\n│ Apply this change? │\n│ ● 1. Yes │\n│   2. No │\n╰────╯', 3],
    ['at a row', 'Permission required\n← Read /etc/nginx\n\n Allow once   Allow always   Reject', 3],
    ['at choices with keys', 'Cobble wants to run this:\n  npm publish\n\n[1] Run command   [2] Reject\n>', 3],
    ['at choices of which none refuses', 'How would you like to log in?\n● 1. With a key\n  2. With an account', 2],
    ['at a list that only the cursor marks', 'Select a model:\n  ❯ larch-2\n    larch-2-mini', 2],
    ['without a question', 'EXECUTE (npm publish)\n\n> Yes, allow\n  Yes, always\n  No, cancel', 4],
    ['with its choices in the line', "Run it? (Y)es/(N)o/(D)on't ask again [Yes]:", 0],
    ['at a login page', 'Open this page to sign in:\nhttps://login.example.org/a\nWaiting for you to log in…', 1],
    ['with numbers alone and a word on its keys', 'Run it?\n1. Yes\n2. No\nEnter your choice [1-2]:', 2],
    ['cut off behind its first choice', 'Choose the text style:\n ❯ 1. Dark', 1],
  ])('%s', (_how, text, last) => {
    expect(waits(text)).toEqual({ last });
  });

  it.each([
    ['hints on keys', '\n\n Enter to confirm · Esc to cancel'],
    ['its wheel', '\n⠏ Waiting for user confirmation...'],
    ['the bar of its screen', '\n~/shop (main*)          no sandbox          larch-2 (99% left)'],
    ['the same screen again', `\n${MENU}`],
  ])('with %s below', (_what, below) => {
    expect(waits(MENU + below)).toEqual({ last: 2 });
  });

  it.each([
    ['what the model said', '● The branch is ready.\n\n'],
    ['a heading of the tool that is to run', '● Bash(git push)\n\n Bash command\n   git push\n\n'],
    ['the command line of the agent', '$ codex\n\n'],
  ])('behind %s', (_what, above) => {
    expect(waits(above + MENU)?.cancelled).toBeUndefined();
    expect(waits(above + MENU)).toBeDefined();
  });
});

describe('no client waits', () => {
  it.each([
    ['when something was said after it', `${MENU}\n\n● Bash(git push)\n  ⎿  done`, 'answered'],
    ['in a code fence', `It reads:\n\n\`\`\`\n${MENU}`, 'inside a code fence'],
    [
      "in a tool's output",
      `● Bash(./install.sh)\n  ⎿  ok\n     Do you want to go on?\n     ❯ 1. Yes\n       2. No`,
      "a tool's output",
    ],
    ['where it is announced', `The new screen reads:\n${MENU}`, 'announced'],
    ['where the model speaks of screens', `I fixed the dialog. It comes first now.\n\n${MENU}`, 'after prose'],
    ['where the model asks', 'Do you want me to go on?\n1. Yes\n2. No', 'a question of the model'],
    [
      'at a list that a model may have written',
      'Which way is better?\n1. Keep the parser\n2. Switch to the new one',
      'after prose',
    ],
    [
      'where a sentence stands before the question',
      'Both do the work. Which one stays?\n❯ Keep this\n  Drop it',
      'after prose',
    ],
    ['at two words in a row', 'What is the answer?\nYes   No', 'after prose'],
    ['in a list of Markdown', '- Do you want to proceed?\n❯ 1. Yes\n  2. No', 'about messages'],
    ['in lines of a file', 'src/menu.ts:12:  Do you want to proceed?\n ❯ 1. Yes\n   2. No', 'a line of a file'],
    ['in the output of a test', 'Do you want to proceed?\n❯ Yes\n  No\ntest menu::asks ... ok', 'answered'],
    ['where prose ends with choices', 'The script is ready now, as you wanted it.\nOverwrite? (y/N)', 'after prose'],
  ])('%s', (_where, text, cancelled) => {
    expect(waits(text)?.cancelled).toBe(cancelled);
  });

  it.each([
    ['at a question alone', 'Do you want to proceed?'],
    ['at choices that all agree', 'Do you want to proceed?\n1. Yes\n2. Yes, always'],
    ['at a list of points', 'What was found?\n● Yes, 14 teams\n● No, 3 teams'],
    ['at an answer in the line', 'Overwrite? [y/N] y'],
    ['where users are told of', 'The user opens a page in the browser to log in:\nhttps://login.example.org/a'],
    ['in a line of a log', '10:00:00 ERROR ask: proceed?\n❯ 1. Yes\n  2. No'],
  ])('%s', (_where, text) => {
    expect(waits(text)).toBeUndefined();
  });
});

test('on a host anything may ask', () => {
  expect(waits('Remove 14 files?\n1. Yes\n2. No', HOST)).toEqual({ last: 2 });
});

it('is not answered by the end of the input, nor by a host that got none', () => {
  expect(waits('Create one? (Y)es/(N)o [Yes]: \nEOFError: EOF when reading a line')).toEqual({ last: 0 });
  expect(waits('Create one? (y)es | (n)o | (s)how > \nError: prompt: EOF\nexit status 1')).toEqual({ last: 0 });
  expect(waits('Create one? (y)es | (n)o > \nexit status 1')?.cancelled).toBe('answered');
  expect(waits(`${MENU}\n[term] no input for 900s, session closed`)).toEqual({ last: 2 });
  expect(waits('Create one? (Y)es/(N)o [Yes]: \nCreated one')?.cancelled).toBe('answered');
});

test('a client waits above the trace of its question, and not where the run goes on', () => {
  const question = 'Create a repository? (Y)es/(N)o [Yes]: ';
  const trace =
    'Traceback (most recent call last):\n  File "io.py", line 8, in ask\n    input(q)\nEOFError: EOF when reading a line';
  expect(waits(`${question}\n${trace}`)?.cancelled).toBeUndefined();
  expect(waits(`${question}\n${trace}`)).toBeDefined();
  expect(waits(`${question}\n${trace}\nI added a flag for that.`)?.cancelled).toBeDefined();
});

it('waits below a tool where the cursor stands at the margin, and not where the tool prints it', () => {
  const question = '  Would you like to run the following command?\n\n  $ touch a.md\n';
  const choices = '1. Yes, proceed (y)\n  2. No, and tell me what to do (esc)';
  const ran = '• Ran touch a.md\n  └ touch: Operation not permitted\n\n';
  const waiting = (text: string) => waitingAt(shapesOf(text), 3, AGENT);
  expect(waiting(`${ran}${question}\n› ${choices}`)).toEqual({ last: 8 });
  expect(waiting(`${ran}${question}\n    › ${choices}`)?.cancelled).toBe("a tool's output");
});
