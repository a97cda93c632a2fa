import { expect, test } from 'vitest';
import { createMemoryLog } from '../../../src/memory/memory-log.ts';
import { lookAtExit } from '../../../src/pipeline/due/look-at-exit.ts';
import { claude } from '../../support/claude-lines.ts';
import { contextAt, named, stateWith } from '../../support/decisions.ts';
import { RUN, T0 } from '../../support/messages.ts';
import { rulesFrom } from '../../support/rules.ts';

const rules = rulesFrom(
  `causes: [{ id: key, title: Bad key, category: auth.invalid_credentials, any: [{ message: 'invalid api key' }], examples: { match: [], ignore: [] } }]`,
  'any',
);
const KERNEL = 'kernel: Memory cgroup out of memory: Killed process 71 (node) total-vm:1kB';
const TALK = Array.from({ length: 1_000 }, (_, index) => `step ${index}`);

/** What is found of a Gemini run that said this, a message a line or all in one, and exited with a code. */
async function found(code: number, lines: readonly string[], { runtime = 'gemini', inOne = false } = {}) {
  const log = createMemoryLog();
  const payloads = inOne ? [lines.join('\n')] : lines;
  for (const [index, text] of payloads.entries()) {
    const data = Buffer.from(`${text}\n`);
    log.append({ run: RUN, stream: 'stdout', subject: 's', data, codec: 'lines', seq: index + 1, storedMs: T0 });
  }
  const exited = { at_ms: T0, code, signal: null };
  const state = stateWith({ runtime, exited, exit_check: { due_ms: T0 } });
  const outcome = await lookAtExit(state, rules, log, contextAt(T0 + 3_000));
  expect(outcome.state.exit_check).toBeUndefined();
  return named(outcome.effects);
}

test.each([false, true])('the last lines of a run that talked much are read, all in one message: %s', async (inOne) => {
  expect(await found(137, [...TALK, KERNEL], { inOne })).toEqual(['recorded runtime.oom']);
  expect(await found(1, [...TALK, 'Error: invalid API key'], { inOne })).toEqual(['recorded auth.invalid_credentials']);
});

test.each([false, true])(
  'what it said long before is none of its last words, all in one message: %s',
  async (inOne) => {
    expect(await found(137, [KERNEL, ...TALK], { inOne })).toEqual(['recorded runtime.crash']);
    expect(await found(1, ['Error: invalid API key', ...TALK], { inOne })).toEqual([
      'recorded unknown.unmatched',
      'drift',
    ]);
  },
);

test('an event of a structured stream is no line of text, and the kernel speaks between events', async () => {
  const asTool = claude.toolSays(KERNEL);
  const about = { runtime: 'claude-code' };
  expect(await found(137, [claude.init(), asTool], about)).toEqual(['recorded runtime.crash']);
  expect(await found(137, [claude.init(), KERNEL], about)).toEqual(['recorded runtime.oom']);
});

test('of a run that said nothing only its exit is known', async () => {
  expect(await found(139, [])).toEqual(['recorded runtime.crash']);
  expect(await found(0, [])).toEqual([]);
});
