import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { StreamName } from '../../src/contracts/run.ts';
import { allDecoders } from '../../src/decode/decoders.ts';
import { createTextWindows } from '../../src/pipeline/output/text-window.ts';
import { compileRules } from '../../src/ruleset/compile-rules.ts';
import { everyLine } from '../../src/ruleset/every-line.ts';
import type { LineRange } from '../../src/ruleset/rule-set.ts';
import fc from '../support/fast-check.ts';
import { partOf, partOfCount } from '../support/part-of.ts';
import { shippedRules } from '../support/shipped-rules.ts';
import { aPack, aRule } from './build.ts';

const { ruleSet: rules } = await shippedRules();

/** The runtimes that read text in different ways: an agent with headings, one without, a client's stderr, a host. */
const READINGS: readonly (readonly [string, StreamName])[] = [
  ['claude-code', 'stdout'],
  ['codex', 'stderr'],
  ['aider', 'stdout'],
  ['gemini', 'stderr'],
  ['host', 'stdout'],
  ['generic', 'stderr'],
];

/** What is said of the lines of a chunk of plain text, and what each of them states, for every reading. */
function said(chunk: Buffer, ranges: readonly LineRange[]): string[] {
  // What is found out about a line is kept with it: the readings of one stream share the lines.
  const rowsOf = (stream: StreamName) => {
    const rows = ranges.map(({ start, end, row, isMute, isRuled }) => ({
      row,
      ...(isMute && { isMute }),
      isSkipped: isMute === true && isRuled !== true,
      stream,
      line: { stream, number: row, raw: chunk.subarray(start, end) },
    }));
    return { rows, windowOf: createTextWindows(rows) };
  };
  const lines = { stdout: rowsOf('stdout'), stderr: rowsOf('stderr') };
  return READINGS.flatMap(([runtime, stream]) => {
    const decoder = allDecoders().find((one) => one.runtime === runtime) ?? allDecoders()[0];
    const { rows, windowOf } = lines[stream];
    return rows.flatMap((row) => {
      if (row.isSkipped || !decoder) return [];
      const event = decoder.decode(row.line, 'text');
      const window = windowOf(row);
      const { hits, signals } = rules.match(event, stream, runtime, window);
      const reading = rules.readText(window, stream, runtime);
      return [
        ...hits.map(({ rule, clause, action }) => `${runtime} ${row.row} hits ${rule.key} ${clause} ${action}`),
        ...signals.map(({ key }) => `${runtime} ${row.row} signals ${key}`),
        ...(reading ? [`${runtime} ${row.row} states ${JSON.stringify(reading.text)}`] : []),
      ];
    });
  });
}

/** A line of a recorded run, which has its time with it. */
function printed(line: unknown): string {
  return (line as { readonly line: string }).line;
}

/** The plain text of each run in a file of labelled output. */
function textsOf(file: string): string[] {
  return readFileSync(file, 'utf8')
    .split('\n')
    .filter(Boolean)
    .map((row) => JSON.parse(row) as { readonly format?: string; readonly lines?: readonly unknown[] })
    .filter(({ format }) => format === 'text')
    .map(({ lines = [] }) => lines.map((line) => (typeof line === 'string' ? line : printed(line))).join('\n'));
}

function expectTheSame(chunk: Buffer): number {
  const slow = said(chunk, everyLine(chunk));
  expect(said(chunk, rules.candidates(chunk, 'text'))).toEqual(slow);
  return slow.length;
}

describe('what the marked lines leave out is nothing', () => {
  test('on the labelled output of this project', () => {
    const chunks = readdirSync('test/corpus')
      .filter((name) => name.endsWith('.jsonl'))
      .flatMap((name) => partOf(textsOf(`test/corpus/${name}`), 8));
    const different = new Set(chunks);
    const states = [...different].reduce((sum, text) => sum + expectTheSame(Buffer.from(text)), 0);
    expect(different.size).toBeGreaterThan(100);
    expect(states).toBeGreaterThan(1_000);
  });

  test('on made-up lines of every form', () => {
    const before = fc.constantFrom(
      ...[
        '',
        '',
        '',
        '  ',
        '    ',
        '> ',
        '│ ',
        '❯ ',
        '⏺ ',
        '✗ ',
        '❌ ',
        '⚠ ',
        '× ',
        '- ',
        '* ',
        '// ',
        '| ',
        '[worker-3] ',
      ],
      ...[
        '2026-05-10T10:00:00Z ',
        '10:00:00 ERROR ',
        '[INFO] ',
        'ERROR ',
        '[ERROR] ',
        'cobble: ',
        'cobble> ',
        '##[error]',
      ],
      ...[
        'app.main:ERROR:',
        '10:00:00 WARN app.main: ',
        '\x1b[31m',
        'May 10 10:00:00 host ',
        '{"level":"error","msg":"',
      ],
      ...[
        'level=error msg="',
        'turn failed code=x message="',
        'Error: ',
        'Run failed: ',
        'WARNING: ',
        'x = ',
        '* cobble: ',
      ],
    );
    const words = fc.constantFrom(
      ...[
        '401 Unauthorized',
        'token expired',
        'Your session has expired',
        'Failed to fetch',
        'no credits found',
        'you hit',
      ],
      ...[
        'giving up',
        'exit code 75',
        'the run was lost',
        'retrying in 3 s',
        'attempt 2/5',
        'fallback to',
        'Stream closed',
      ],
      ...[
        '{',
        '[{',
        '"error": {',
        '错误：余额',
        'Ошибка:',
        'PermissionDenied: x',
        'grpc.Unavailable: y',
        'panic: z',
        'not',
      ],
      ...[
        'all is well',
        'const a = 1;',
        'return error;',
        'agent stopped',
        'Please log in',
        'rate limit reached',
        'limit',
      ],
      ...[
        'the plan has lapsed',
        'usage limit',
        'credit balance is too low',
        'Error',
        'ERROR',
        '429',
        'Do you want to proceed?',
        'Permission required',
        'it wants to run',
        '1. Yes',
        '2. No',
        'Allow once   Reject',
        '(y/N)',
        'model not found',
        'ENOSPC',
        ' ',
        ': ',
        '. ',
        '"}',
      ],
    );
    const line = fc.tuple(before, before, fc.array(words, { maxLength: 4 })).map((parts) => parts.flat(2).join(''));
    const between = fc.constantFrom('\n', '\n', '\n', '\n\n', '\r\n', ' ');
    const text = fc
      .array(fc.tuple(line, between), { minLength: 1, maxLength: 8 })
      .map((lines) => lines.flat().join(''));
    let states = 0;
    fc.assert(
      fc.property(text, (one) => {
        states += expectTheSame(Buffer.from(one));
      }),
      { numRuns: partOfCount(400, 4) },
    );
    expect(states).toBeGreaterThan(partOfCount(800, 4));
  });

  test.each(['│ ERROR\nall is well\n', '10:00:00 ERROR -\nall is well\n', '[worker-3] ERROR\nall is well\n'])(
    'below a title with something before it: %j',
    (text) => {
      expect(expectTheSame(Buffer.from(text))).toBeGreaterThan(0);
    },
  );

  test('on any bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        expectTheSame(Buffer.from(bytes));
      }),
      { numRuns: 200 },
    );
  });
});

test('of lines that state nothing none is let through', () => {
  const chunk = Buffer.from('starting\nconst a = b;\n\n  return a;\n10:00:00 INFO served\nAll is well.\n');
  expect(rules.candidates(chunk, 'text')).toEqual([]);
});

test('of a diff, Markdown and numbered lines that only have words of failures in them none is let through', () => {
  const lines = [
    'all is well',
    '+  const error = reason === undefined;',
    '+import { retries } from "./errors.js";',
    '## Errors and retries',
    '[![build status](https://ci.test/failed.svg)](https://ci.test)',
    '| a timeout | the request is refused |',
    '12: throw new Error(message);',
    '(see the error above)',
    '├── not found – lost',
  ];
  expect(rules.candidates(Buffer.from(`${lines.join('\n')}\n`), 'text')).toEqual([]);
});

test('around one that states something all are, and the others are marked', () => {
  const chunk = Buffer.from('  return a;\n\nconst a = b;\nError: 401 Unauthorized\n');
  expect(rules.candidates(chunk, 'text').map(({ row, isMute = false }) => [row, isMute])).toEqual([
    [0, true],
    [2, true],
    [3, false],
  ]);
});

test('the first words of a channel are let through where they may be a failure', () => {
  const rowsOf = (text: string) =>
    rules.candidates(Buffer.from(text), 'text').flatMap(({ row, isMute }) => (isMute ? [] : [row]));
  expect(rowsOf('reviews declined\nall is well\n')).toEqual([0]);
  expect(rowsOf('all is well\nreviews declined\n')).toEqual([]);
});

test('a rule whose condition has nothing to look for opens every line', () => {
  const wide = compileRules([aPack([aRule({ match: [{ line: '[0-9]+', quiet: '1s' }] })])]);
  expect(wide.candidates(Buffer.from('12\nall is well\n'), 'text')).toHaveLength(2);
});
