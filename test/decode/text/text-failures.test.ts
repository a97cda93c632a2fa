import { describe, expect, it } from 'vitest';
import { readTextFailure } from '../../../src/decode/text/text-failures.ts';
import type { TextSource } from '../../../src/decode/text/text-source.ts';
import { spentMs } from '../../support/spent.ts';
import { shapesOf } from './shapes.ts';

const AGENT: TextSource = {
  known: () => undefined,
  name: 'agent',
  isAgent: true,
  hasAnswers: true,
  isClientOnly: false,
};
const HOST: TextSource = {
  known: () => undefined,
  name: 'host',
  isAgent: false,
  hasAnswers: false,
  isClientOnly: false,
};

const read = (text: string, at = 0, source = AGENT) => readTextFailure(shapesOf(text), at, source);

describe('readTextFailure', () => {
  it('reads a label with its body', () => {
    expect(read('Error: 401 {"error":{"code":"invalid_api_key"}}')).toMatchObject({
      grade: 'label',
      failure: { status: 401, codes: ['invalid_api_key'] },
      first: 0,
      last: 0,
    });
  });

  it('reads a body that is printed over several lines', () => {
    expect(read('{\n  "error": {\n    "message": "no"\n  }\n}')).toMatchObject({ grade: 'label', last: 4 });
  });

  it('reads a screen that waits for a person, whatever it asks about', () => {
    const screen = '  Usage limit reached: switch to larch-mini?\n› 1. Switch\n  2. Keep larch';
    expect(read(screen)).toMatchObject({ failure: { message: 'waiting for input' }, first: 0, last: 2 });
    expect(read(screen)?.cancelled).toBeUndefined();
    expect(read(`${screen}\n\nI keep larch.`)?.cancelled).toBe('answered');
  });

  it('reads the first words of an agent, and of nobody else', () => {
    expect(read('403 token has expired')?.grade).toBe('weak');
    expect(read('the token has expired', 0, HOST)).toBeUndefined();
  });

  it('reads first words of other scripts as a notice, where they quote nothing and no person speaks', () => {
    expect(read('利用制限に達しました。')?.grade).toBe('weak');
    expect(read('日志里有“余额不足”这条错误')).toBeUndefined();
    expect(read('我看到余额不足的错误')).toBeUndefined();
  });

  it('reads a statement once, not line by line', () => {
    const text = 'Error: boom\n  error: 401 inside\nCaused by: x';
    expect(read(text, 1)).toBeUndefined();
  });

  it.each([
    ['Error: boom\nRetrying in 2s', 'retried'],
    ['Retrying in 2 seconds (attempt 3/3)\nError: boom', undefined, 1],
    ['Retrying in 2 seconds (attempt 2/3)\nError: boom', 'retried', 1],
    [
      'Error: monthly limit reached\nYour limits will reset on 12/01. To increase your limit, subscribe to a plan.',
      undefined,
    ],
    ['Error: no\ndroid exec: 401 status code (no body)', undefined],
    ['Error: boom\nModel selection is finished, moving on to the tests', 'went on'],
    ['Retrying in 2s\nError: boom', 'retried', 1],
    ['Attempt 1 failed. Retrying...\n  [cause]: Error: read', undefined, 0],
    ['Error: boom\nstep 4 ok', 'went on'],
    ['Error: boom\nThe mirror of the registry is used since then', 'went on'],
    ['Error: boom\n  ✓ logs it (8ms)', 'the output of a test'],
    ['Error: boom\nPlease run `x login`\nhttps://example.com', undefined],
    ['Error: boom\nProcess completed with exit code 1.', undefined],
    ['Error: boom\nError: boom', undefined],
  ])('%j is %s', (text, cancelled, at = 0) => {
    expect(read(text, at)?.cancelled).toBe(cancelled);
  });

  it("asks the runtime's pack before the form, and keeps what it says of the end", () => {
    const known: TextSource['known'] = ({ body }) =>
      body.startsWith('It seems') ? { grade: 'label', message: body, prefix: '', final: 'yes' } : undefined;
    expect(read('It seems that it broke, retrying', 0, { ...AGENT, known })).toMatchObject({
      grade: 'label',
      failure: { final: 'yes' },
    });
  });

  it('stays linear in the lines around', () => {
    const shapes = shapesOf('Error: boom\n'.repeat(4_000));
    const took = spentMs(() => {
      for (let at = 0; at < shapes.length; at += 1) {
        readTextFailure(shapes.slice(Math.max(0, at - 200), at + 200), Math.min(at, 200), AGENT);
      }
    });
    expect(took).toBeLessThan(8_000);
  });
});

const CLIENT: TextSource = {
  name: 'lodger-cli',
  known: () => undefined,
  isAgent: true,
  hasAnswers: false,
  isClientOnly: true,
};

describe("a program's last words", () => {
  it('name the reason that stands above them', () => {
    const text = "fatal: could not read Username for 'https://x.test'\n[runner] checkout failed (128), run cancelled";
    expect(read(text, 1, HOST)).toMatchObject({ grade: 'chain', isEnded: true, first: 1 });
    expect(read(text, 1, HOST)?.failure.message).toContain('could not read Username');
    expect(read(`$ git fetch\n${text}`, 2, HOST)?.cancelled).toBe("a tool's output");
  });

  it('do not cancel the failure above them, and other work does', () => {
    expect(read('Error: 401 boom\n[runner] agent stopped', 0, HOST)?.cancelled).toBeUndefined();
    expect(read('Error: 401 boom\n[runner] step 4 of 9', 0, HOST)?.cancelled).toBe('went on');
    expect(read('Error: 401 boom\nGiving up after 6 retries.')?.cancelled).toBeUndefined();
  });

  it("are read behind the program's own name", () => {
    expect(read('lodger: sign-in expired', 0, CLIENT)).toMatchObject({
      grade: 'weak',
      failure: { message: expect.stringContaining('sign-in expired') },
    });
    expect(
      read('lodger: token has expired\nmore', 0, { ...CLIENT, hasAnswers: true, isClientOnly: false })?.grade,
    ).toBe('weak');
    expect(read('other: token has expired', 0, { ...CLIENT, hasAnswers: true, isClientOnly: false })).toBeUndefined();
    expect(read('other: token has expired', 0, HOST)).toBeUndefined();
  });
});

it('lets a client add a line or two, but no sentence and no work of a named part', () => {
  expect(read('Error: 401 boom\ninvalid x-api-key', 0, CLIENT)?.cancelled).toBeUndefined();
  expect(read('Error: 401 boom\nThe three endpoints share one handler now.', 0, CLIENT)?.cancelled).toBe('went on');
  expect(read('Error: 401 boom\n[agent/run] tool start', 0, CLIENT)?.cancelled).toBe('went on');
});

it.each([
  ['/app/a.js:64\n  throw new Error(x);\n  ^\n\nError: no plan\n\nNode.js v24.1.0', 4],
  ['Traceback (most recent call last):\n  File "a.py", line 3, in f\n    go()\nOddError: no plan', 3],
  [
    'This error originated either by throwing inside of an async function, or by a promise:\nError: no plan\n    at a',
    1,
  ],
  ['agent exiting due to unhandledRejection:\nOddError: no plan', 1],
])('takes an exception that nothing caught for one: %j', (text, at) => {
  expect(read(text, at, HOST)?.failure.codes).toContain('UncaughtException');
});

describe('what stands right below a labelled failure', () => {
  it("is Rust's chain of causes, which is indented", () => {
    expect(read('Error: boom\n\nCaused by:\n    0: no\n    1: disk full')?.failure.message).toContain('no\ndisk full');
    expect(read('Error: boom\nCaused by:\n    disk full\nmore')?.failure.message).toMatch(/boom\ndisk full$/);
    expect(read('Error: boom\nCaused by:\ndisk full')?.failure.message).not.toContain('disk full');
  });

  it('is its explanation where it is a body of an error, or names the reason', () => {
    expect(read('Error: boom\n{"error":{"code":"insufficient_quota"}}')?.failure.codes).toContain('insufficient_quota');
    expect(read('Error: boom\nGrund: das Kontingent ist aufgebraucht')?.failure.message).toContain('aufgebraucht');
  });

  it('is none where it is other JSON, another field, a log or a retry', () => {
    expect(read('Error: boom\n{"plan":"insufficient_quota"}')?.failure.message).not.toContain('insufficient_quota');
    expect(read('Error: boom\nTitel: das Kontingent ist aufgebraucht')?.failure.message).not.toContain('aufgebraucht');
    expect(read('Error: boom\n[INFO] Grund: aufgebraucht')?.failure.message).not.toContain('aufgebraucht');
    expect(read('Error: boom\nReason: busy, retrying in 2s')?.failure.message).not.toContain('busy');
  });
});

it.each([
  ['Retrying in 2s\nTerminalQuotaError: boom', undefined],
  ['Retrying in 2s\nQuotaError: boom', 'retried'],
  ['Retrying in 2s\nError: boom, retried 3 times', undefined],
  ['Retrying in 2s\nError: boom, seen 3 times', 'retried'],
])('%j behind a retry is %s', (text, cancelled) => {
  expect(read(text, 1)?.cancelled).toBe(cancelled);
});

it('believes another wrapper that the work is over, also behind prose', () => {
  const prose = 'The page is written in full and checked.';
  expect(read(`${prose}\nError: boom\n[lane] agent stopped`, 2)?.cancelled).toBeUndefined();
  expect(read(`[lane] ${prose}\n[lane] Error: boom\n[lane] agent stopped`, 2)?.cancelled).toBe('after prose');
});

it('lets a sentence that a pack knows as the last speak in the first person', () => {
  const said =
    (final?: 'yes'): TextSource['known'] =>
    ({ body }) =>
      body.startsWith("I've used") ? { grade: 'label', message: body, prefix: '', ...(final && { final }) } : undefined;
  const line = "I've used up the actions I may take.";
  expect(read(line, 0, { ...AGENT, known: said('yes') })?.cancelled).toBeUndefined();
  expect(read(line, 0, { ...AGENT, known: said() })?.cancelled).toBe('about messages');
});
