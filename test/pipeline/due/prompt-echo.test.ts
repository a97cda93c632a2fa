import { describe, expect, test } from 'vitest';
import { promptEcho } from '../../../src/pipeline/due/prompt-echo.ts';
import type { LoggedLine } from '../../../src/pipeline/ports/ports.ts';
import { detection, evidence } from '../../support/decisions.ts';
import { T0 } from '../../support/messages.ts';

/** When a message is stored, and its lines. */
type Message = readonly [atMs: number, ...lines: string[]];

/** Lines of Codex's standard error. */
function printed(messages: readonly Message[]): LoggedLine[] {
  return messages.flatMap(([atMs, ...lines], seq) =>
    lines.map((text, row) => ({ stream: 'stderr' as const, position: { seq: seq + 1, row }, text, atMs: T0 + atMs })),
  );
}
/** What is the echo of the prompt, above a suspicious line: the last of these. */
function echo(runtime: string, ...messages: readonly Message[]): string[] {
  const lines = printed(messages);
  const last = lines.pop() as LoggedLine;
  const suspicion = {
    ...detection({ position: last.position, at_ms: last.atMs ?? 0, evidence: evidence({ stream: 'stderr' }) }),
    clause: 0,
    due_ms: null,
  };
  return [...promptEcho(runtime, lines, suspicion)].map(({ text }) => text);
}
const ERROR = 'ERROR: a';
const PROMPT = ['user', 'Why does it fail?', '- see ci.log'];

describe('the prompt that Codex repeats', () => {
  test('is known where the line below it was stored later, whatever it says', () => {
    expect(echo('codex', [0, 'model: x', ...PROMPT], [100, ERROR])).toEqual(PROMPT);
    expect(echo('codex', [0, ...PROMPT], [99, ERROR])).toEqual([]);
  });

  test('is what was printed with its heading: more may be the rest of it', () => {
    expect(echo('codex', [0, 'user', 'Why?'], [5, 'the rest'], [500, ERROR])).toEqual(['user', 'Why?']);
  });

  test('is known where all came at once, when it leads to no quotation', () => {
    expect(echo('codex', [0, 'user', 'do it', '', 'and a test', ERROR])).toEqual(['user', 'do it', '', 'and a test']);
  });

  test.each(['Why does it fail?', 'see the log', 'Mend this', 'It says', '- an item', 'const a = 1;', 'Führe es aus'])(
    'is not, when it may lead to one: %s',
    (line) => {
      expect(echo('codex', [0, 'user', 'do it', line, ERROR])).toEqual([]);
    },
  );

  test('is not, when it is long', () => {
    expect(echo('codex', [0, 'user', ...Array<string>(20).fill('do it'), ERROR])).toHaveLength(21);
    expect(echo('codex', [0, 'user', ...Array<string>(21).fill('do it'), ERROR])).toEqual([]);
  });

  test('is nothing that the model or a tool has said, and stands in no other client', () => {
    expect(echo('codex', [0, 'user', 'do it'], [200, 'codex', 'I see.'], [900, ERROR])).toEqual(['user', 'do it']);
    expect(echo('claude-code', [0, ...PROMPT], [500, ERROR])).toEqual([]);
  });
});
