import { describe, expect, it } from 'vitest';
import { CARRIERS } from '../../../src/decode/carriers/carriers.ts';
import { recogniseCarriers } from '../../../src/decode/carriers/recognise-carriers.ts';
import { isAgentName } from '../../../src/decode/carriers/sources.ts';
import { createUnwrapper } from '../../../src/decode/carriers/unwrapper.ts';
import { splitLines } from '../../../src/decode/split-lines.ts';
import fc from '../../support/fast-check.ts';
import { partOfCount } from '../../support/part-of.ts';
import { spentMs } from '../../support/spent.ts';
import { WAYS_OF_STORING } from '../../support/stored-logs.ts';

const PRINTED = [
  '{"type":"system","subtype":"init","session_id":"1","cwd":"/srv","claude_code_version":"2.1.197"}',
  `{"type":"assistant","message":{"content":[{"type":"text","text":"${'x'.repeat(300)} naïve · 任务"}]}}`,
  '{"type":"result","subtype":"success","is_error":false,"result":"done"}',
];
const TEXT = ['OpenAI Codex v0.171.0', '  indented: kept', 'ERROR: stream disconnected', 'tokens used', '30'];

const TEST = {
  isName: (name: string) => isAgentName(name, ['claude']),
  isEvent: (raw: Buffer) => raw.includes('"session_id"'),
};

function unwrapped(stored: Buffer): { carriers: string[]; lines: string[]; unopened: number } {
  const lines = splitLines(stored);
  const carriers = recogniseCarriers(lines, TEST);
  const unwrapper = createUnwrapper(carriers);
  const out = [...lines.flatMap((line) => unwrapper.push(line)), ...unwrapper.end()];
  return {
    carriers: carriers.map(({ name }) => name),
    lines: out.map(({ raw }) => raw.toString('utf8')),
    unopened: unwrapper.unopened,
  };
}

const CARRIED = WAYS_OF_STORING.filter(({ carriers }) => carriers.length > 0);

describe('recogniseCarriers', () => {
  it.each(CARRIED)('recognises $way, and what was printed comes out as it was', ({ carriers, store }) => {
    for (const lines of [PRINTED, TEXT]) {
      const printed = unwrapped(store(lines));
      // A colour that compose has opened is closed behind its prefix.
      const plain = printed.lines.map((line) => line.replace(/^\u001b\[0m/, ''));
      expect({ ...printed, lines: plain }).toEqual({ carriers: [...carriers], lines, unopened: 0 });
    }
  });

  it.each([
    ['events of an agent', PRINTED],
    ['text', TEXT],
    [
      "a program's own log with stamps and levels",
      ['2026-01-29T16:29:20.123456Z  WARN codex_core: slow', '2026-01-29T16:29:21.123456Z ERROR codex_core: 401'],
    ],
    ['the log of a program that names itself', ['04:38:39 - openhands:INFO: x', '04:38:40 - openhands:ERROR: y']],
    ["Python's log", ['2026-01-29 16:29:20,123 - agent - ERROR - failed']],
    ['stamps on some lines only', ['12:00:01 building', 'ok', '12:00:02 testing', 'ok']],
    ['a table', ['name | value', 'timeout | 30', 'a | b']],
    ['a Markdown table', ['| a | b |', '|---|---|', '| 1 | 2 |']],
    [
      'one docker row among many lines',
      ['reading the file', '{"log":"x\\n","stream":"stdout","time":"2026-01-29T16:29:20Z"}', 'done'],
    ],
    ['the lines of a daemon', ['Jan 29 16:29:20 host sshd[812]: Failed password for admin']],
    ['the lines of another service', ['mock-llm | 401 {"type":"error"}', 'mock-llm | 200 ok']],
    ['nothing', []],
    ['blank lines', ['', '  ']],
  ])('takes nothing off %s', (_what, lines) => {
    expect(unwrapped(Buffer.from(lines.map((line) => `${line}\n`).join(''))).lines).toEqual(lines);
  });

  it('passes on what a carrier has not written, and counts it', () => {
    const rows = [
      ...PRINTED.map((line) => JSON.stringify({ log: `${line}\n`, stream: 'stdout', time: '2026-01-29T16:29:20Z' })),
      'kernel: out of memory',
      '',
    ];
    expect(unwrapped(Buffer.from(rows.join('\n')))).toEqual({
      carriers: ['docker'],
      lines: [...PRINTED, 'kernel: out of memory'],
      unopened: 1,
    });
  });

  it('leaves the lines of other services as they are stored', () => {
    const rows = ['claude-1  | one', 'db-1      | FATAL: password authentication failed', 'claude-1  | two'];
    expect(unwrapped(Buffer.from(rows.join('\n')))).toEqual({
      carriers: ['compose'],
      lines: ['one', rows[1], 'two'],
      unopened: 1,
    });
  });

  it('takes a service for the agent by the events that it prints, whatever its name', () => {
    const [init = '', ...rest] = PRINTED;
    expect(unwrapped(Buffer.from([`web-1  | ${init}`, ...rest.map((line) => `web-1  | ${line}`)].join('\n')))).toEqual({
      carriers: ['compose'],
      lines: PRINTED,
      unopened: 0,
    });
  });

  it('goes three carriers deep and no deeper', () => {
    const stamped = (line: string) => `2026-01-29T16:29:20.1234567Z ${line}`;
    const stored = Buffer.from(`${stamped(stamped(stamped(stamped('text'))))}\n`);
    expect(unwrapped(stored)).toMatchObject({ carriers: ['stamp', 'stamp', 'stamp'], lines: [stamped('text')] });
  });
});

describe('every carrier', () => {
  const stored = fc.oneof(
    fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes)),
    fc.json().map((text) => Buffer.from(text)),
    fc
      .dictionary(
        fc.constantFrom(
          'log',
          'stream',
          'time',
          'date',
          'message',
          'source_type',
          'MESSAGE',
          '__REALTIME_TIMESTAMP',
          'resourceLogs',
          'line',
        ),
        fc.oneof(
          fc.constantFrom<unknown>(
            'stderr',
            'text\n',
            1e308,
            -1,
            Number.NaN,
            [1, 256],
            [{ scopeLogs: [{ logRecords: [{}, null] }] }],
          ),
          fc.jsonValue(),
        ),
      )
      .map((fields) => Buffer.from(JSON.stringify(fields))),
  );

  it('never throws, and gives times only that can be written', () => {
    fc.assert(
      fc.property(fc.constantFrom(...CARRIERS), stored, (carrier, bytes) => {
        for (const { timeMs, stream } of carrier.open(bytes) ?? []) {
          if (timeMs !== undefined) expect(new Date(timeMs).toISOString()).toMatch(/^\d{4}-/);
          expect(['stdout', 'stderr', undefined]).toContain(stream);
        }
      }),
      { numRuns: partOfCount(2_000, 4) },
    );
  });

  it.each(['[', '{"a":', '{"resourceLogs":[', '[[1,{"log":'])('survives a hundred thousand times %s', (opening) => {
    const deep = Buffer.from(opening.repeat(100_000));
    for (const carrier of CARRIERS) expect(carrier.open(deep)).toBeUndefined();
  });

  it('takes no time over a prefix that never ends', () => {
    for (const text of ['1', '[', ' ', '2026-01-29T16:29:20', '<14>1 - - - - - [', 'a\t', '\u001b[']) {
      const line = Buffer.from(text.repeat(200_000));
      const spent = spentMs(() => {
        for (const carrier of CARRIERS) carrier.open(line);
      });
      expect(spent).toBeLessThan(500);
    }
  });
});
