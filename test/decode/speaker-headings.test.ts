import { describe, expect, test } from 'vitest';
import { hasSpeakerHeadings, mayBeTools, speakerAt, speakerOf } from '../../src/decode/speaker-headings.ts';

describe('headings in the plain text of a runtime', () => {
  test('its account below shows that Codex, and not what it ran, has the last word', () => {
    const speaker = (command: string, ...below: string[]) =>
      speakerAt(
        'codex',
        'stderr',
        ['exec', command, 'x in /srv succeeded in 3ms:', 'ERROR: a', ...below].map((raw) => ({ raw })),
        3,
      );
    expect(speaker("bash -lc 'sed -n 1,9p db/a.sql' in /srv", 'tokens used', '12')).toBe('runtime');
    expect(speaker("bash -lc 'sed -n 1,9p db/a.sql' in /srv", 'codex', 'Done.')).toBe('tool');
    expect(speaker("bash -lc 'tail -9 db/a.log' in /srv", 'tokens used', '12')).toBe('tool');
    expect(speaker("codex exec 'hi'", 'tokens used', '12')).toBe('tool');
  });

  test.each([
    [
      'what a command printed is a tool',
      'codex',
      ['exec', "/bin/bash -lc 'x' in /srv", ' exited 1 in 0ms:', 'Killed'],
      'tool',
    ],
    [
      'an error word in a command output stays the tool',
      'codex',
      ['exec', 'x', ' exited 1 in 0ms:', 'ERROR: a'],
      'tool',
    ],
    ['the prompt below an early heading', 'codex', ['[2025-08-04T22:22:15] User instructions:', 'Say done'], 'prompt'],
    [
      'an early heading with its command',
      'codex',
      ['[2025-08-04T22:22:15] exec bash -lc ls in /srv', 'ERROR: a'],
      'tool',
    ],
    ['which may show an agent’s output', 'codex', ['exec bash -lc "cat a.log" in /srv', 'a', '', 'ERROR: a'], 'tool'],
    ['a command that printed nothing has ended', 'codex', ['exec', 'x', ' succeeded in 41ms', 'ERROR: a'], 'runtime'],
    ['its own log is its own', 'codex', ['codex', 'Writing it.', 'ERROR codex_core::rollout: a'], 'runtime'],
    ['and so is its last word', 'codex', ['codex', 'Writing it.', 'Error: Fatal error: a'], 'runtime'],
    ['after a blank line the runtime has the word again', 'codex', ['exec', 'x', 'out', '', 'ERROR: a'], 'runtime'],
    ['not below what may show an agent’s output', 'codex', ['exec', 'cat a.md', 'out', '', 'ERROR: a'], 'tool'],
    ['nor below another agent', 'codex', ['exec', "codex exec 'x'", 'out', '', 'ERROR: a'], 'tool'],
    ['a prompt below a command is what it printed', 'codex', ['exec', 'x', 'user', 'hi', 'ERROR: a'], 'tool'],
    ['so is a heading in a file', 'codex', ['exec', 'tail -3 a.log', 'a', 'codex', 'Done.', 'ERROR: a'], 'tool'],
    [
      'behind a blank line the heading is its own',
      'codex',
      ['exec', 'tail a', 'a', '', 'codex', 'ERROR: a'],
      'runtime',
    ],
    [
      'an empty line of a command output is its own',
      'codex',
      ['exec', 'x', ' exited 1 in 0ms:', '', 'ERROR: a'],
      'tool',
    ],
    ['and so are several', 'codex', ['exec', 'x', ' succeeded in 1.2s:', '', '', 'ERROR: a'], 'tool'],
    ['words that are no heading open none', 'codex', ['exec', 'x', 'it exited 1 in all:', '', 'ERROR: a'], 'runtime'],
    ['the command line of opencode itself', 'opencode', ['\u001b[0m$ opencode run x', 'Error: a'], undefined],
    ['a program with a longer name', 'opencode', ['\u001b[0m$ opencodegen run x', 'Error: a'], 'tool'],
    ['the model speaks below its heading', 'codex', ['exec', 'x', '', 'codex', 'Error: a'], 'narration'],
    ['a quotation that the model announces is the model’s', 'codex', ['codex', 'It says:', 'ERROR: a'], 'narration'],
    ['so it is after a blank line', 'codex', ['codex', 'It says:', '', 'ERROR: a'], 'narration'],
    ['and in a code block', 'codex', ['codex', 'See', '```text', 'ERROR: a'], 'narration'],
    ['a failure right after what the model said is the runtime', 'codex', ['codex', 'Done.', 'ERROR: a'], 'runtime'],
    ['a failure after the prompt is the runtime', 'codex', ['user', 'Say done', 'ERROR: a'], 'runtime'],
    ['the first line of a prompt is the prompt, whatever it quotes', 'codex', ['user', '', 'ERROR: a'], 'prompt'],
    ['the prompt is nobody of the run', 'codex', ['user', 'Error: a'], 'prompt'],
    ['lines without a heading above tell nothing', 'codex', ['Error: a'], undefined],
    ['a command of opencode', 'opencode', ['\u001b[0m$ \u001b[0mls', 'Error: a'], 'tool'],
    ['its red error', 'opencode', ['\u001b[0m$ \u001b[0mls', 'x', '\u001b[91m\u001b[1mError: \u001b[0ma'], 'runtime'],
    ['what comes after the change of colour', 'opencode', ['\u001b[0m$ \u001b[0mls', 'x', '\u001b[0m', 'a'], 'runtime'],
  ])('%s', (_, runtime, lines, speaker) => {
    expect(speakerOf(runtime, 'stderr', lines)).toBe(speaker);
  });

  test.each([
    [
      'a banner that the answer announces is a quotation',
      'claude-code',
      ['It ends with:', '', 'Not logged in'],
      'narration',
    ],
    ['so it is in a code block', 'gemini', ['Before:', '```', 'Not logged in'], 'narration'],
    ['what stands alone is the program', 'claude-code', ['Not logged in'], 'runtime'],
    [
      'what follows other prose may be the program',
      'claude-code',
      ['I look at it:', 'the log.', 'Not logged in'],
      'runtime',
    ],
    ['a full screen marks its own lines', 'claude-code', ['● I run the tests:', '  ⎿  API Error: 401'], 'runtime'],
  ])('in an answer on stdout: %s', (_, runtime, lines, speaker) => {
    expect(speakerOf(runtime, 'stdout', lines)).toBe(speaker);
  });

  test('are known of the streams that print them, and of no others', () => {
    expect(hasSpeakerHeadings('codex', 'stderr')).toBe(true);
    expect(hasSpeakerHeadings('codex', 'stdout')).toBe(true);
    expect(hasSpeakerHeadings('claude-code', 'stderr')).toBe(false);
    expect(hasSpeakerHeadings('aider', 'stdout')).toBe(false);
    expect(hasSpeakerHeadings('toString', 'stderr')).toBe(false);
  });
});

test("a runner's heading of the agent's own output quotes nothing", () => {
  expect(speakerOf('claude-code', 'stdout', ["Running command: ['claude', '-p']", 'Output:', 'API Error: 500'])).toBe(
    'runtime',
  );
  expect(speakerOf('claude-code', 'stdout', ['Running command: make', 'Output:', 'API Error: 500'])).toBe('narration');
});

describe('what stands below the output of a command', () => {
  const shown = (...lines: string[]) => ['exec', 'cat a.md', 'out', '', 'ERROR: a', ...lines].map((raw) => ({ raw }));
  const ran = (...lines: string[]) => ['exec', 'make', 'out', '', 'ERROR: a', ...lines].map((raw) => ({ raw }));

  test('is the runtime’s where it ends there', () => {
    expect(speakerAt('codex', 'stderr', shown('tokens used', '30'), 4)).toBe('runtime');
    expect(mayBeTools('codex', 'stderr', shown('ERROR: a', 'tokens used'), 4)).toBe(false);
  });

  test('may be the command’s where it does not', () => {
    expect(speakerAt('codex', 'stderr', ran(), 4)).toBe('runtime');
    expect(mayBeTools('codex', 'stderr', ran(), 4)).toBe(true);
    expect(mayBeTools('codex', 'stderr', ran('tokens used'), 4)).toBe(false);
    expect(mayBeTools('gemini', 'stderr', ran(), 4)).toBe(false);
  });
});
