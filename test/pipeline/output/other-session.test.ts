import { expect, test } from 'vitest';
import type { StreamName } from '../../../src/contracts/run.ts';
import { decoderFor } from '../../../src/decode/decoders.ts';
import { createMemoryLog } from '../../../src/memory/memory-log.ts';
import { createSessionCheck } from '../../../src/pipeline/output/other-session.ts';
import { RUN, T0 } from '../../support/messages.ts';

const init = (session: string) => JSON.stringify({ type: 'system', subtype: 'init', session_id: session });
const hook = (session: string) => JSON.stringify({ type: 'system', subtype: 'hook_started', session_id: session });
const fails = (session?: string) =>
  JSON.stringify({
    type: 'result',
    is_error: true,
    result: 'OAuth token has expired',
    ...(session && { session_id: session }),
  });

/** Whether the last of the lines that a run has printed is left out. */
function isLeftOut(
  lines: readonly string[],
  format: 'structured' | 'text' = 'structured',
  keepBytes?: number,
  runtime = 'claude-code',
) {
  const history = createMemoryLog(keepBytes === undefined ? {} : { keepBytes });
  const stream: StreamName = 'stdout';
  for (const [seq, text] of lines.entries()) {
    history.append({
      run: RUN,
      stream,
      subject: 'x',
      data: Buffer.from(`${text}\n`),
      codec: 'lines',
      seq,
      storedMs: T0,
    });
  }
  const line = { stream, number: 0, raw: Buffer.from(lines.at(-1) ?? '') };
  const event = decoderFor(runtime).decode(line, format);
  return createSessionCheck(history)(RUN, { event, line, position: { seq: lines.length - 1, row: 0 } });
}

test('an event of a session that the run never began is left out', async () => {
  expect(await isLeftOut([init('s1'), 'from a hook', fails('s9')])).toBe(true);
  expect(await isLeftOut([hook('s1'), fails('s9')])).toBe(true);
});

const says = (session?: string) => JSON.stringify({ type: 'assistant', ...(session && { session_id: session }) });

test('an event that names no session is left out where those of the run name theirs', async () => {
  expect(await isLeftOut([init('s1'), says('s1'), 'from a hook', fails()])).toBe(true);
  expect(await isLeftOut([hook('s1'), init('s1'), says('s1'), says(), fails()])).toBe(true);
});

test.each([
  ['its own session', [init('s1'), fails('s1')]],
  ['a session that its wrapper began later', [init('s1'), fails('s1'), init('s2'), fails('s2')]],
  ['a session that a hook named before it began', [hook('s1'), init('s2'), fails('s2')]],
  ['no session', [init('s1'), fails()]],
  ['no session, as all of the run', [init('s1'), says(), says('s1'), fails()]],
  ['a run of which the beginning is not there', [fails('s9')]],
  ['the announcement itself', [init('s1'), init('s9')]],
])('an event of %s is not', async (_, lines) => {
  expect(await isLeftOut(lines)).toBe(false);
});

test('nor is a line of plain text, or one of a run that has printed more than is kept', async () => {
  expect(await isLeftOut([init('s1'), fails('s9')], 'text')).toBe(false);
  expect(await isLeftOut([init('s1'), init('s2'), 'x'.repeat(4_000), fails('s2')], 'structured', 2_000)).toBe(false);
});

test('output is looked through once, however many events are left out, and never where all are of the session that began', async () => {
  const history = createMemoryLog();
  let reads = 0;
  const isOther = createSessionCheck({
    opening: (run, stream) => history.opening(run, stream),
    linesAfter(run, position, limit) {
      reads += 1;
      return history.linesAfter(run, position, limit);
    },
  });
  const decoder = decoderFor('claude-code');
  const say = async (seq: number, ...lines: string[]) => {
    const data = Buffer.from(lines.map((line) => `${line}\n`).join(''));
    history.append({ run: RUN, stream: 'stdout', subject: 'x', data, codec: 'lines', seq, storedMs: T0 });
    const others: boolean[] = [];
    for (const [row, text] of lines.entries()) {
      const line = { stream: 'stdout' as const, number: 0, raw: Buffer.from(text) };
      const event = decoder.decode(line, 'structured');
      others.push(await isOther(RUN, { event, line, position: { seq, row } }));
    }
    return others;
  };
  expect(await say(1, init('s1'), fails('s1'), fails('s1'))).toEqual([false, false, false]);
  expect(reads).toBe(0);
  expect(await say(2, ...Array.from({ length: 50 }, () => fails('s9')))).toEqual(
    Array.from({ length: 50 }, () => true),
  );
  expect(reads).toBe(1);
  expect(await say(3, init('s9'), fails('s9'))).toEqual([false, false]);
});

const opencode = {
  says: (session: string) => JSON.stringify({ type: 'text', sessionID: session, part: { text: 'I look at it.' } }),
  fails: (session?: string) =>
    JSON.stringify({ type: 'error', ...(session && { sessionID: session }), error: { name: 'APIError' } }),
  tells: (session: string) =>
    JSON.stringify({ type: 'session.error', properties: { sessionID: session, error: { name: 'APIError' } } }),
};

test.each([
  [true, 'another session than the first', [opencode.says('ses_1'), opencode.fails('ses_2')]],
  [true, 'another session on the bus', [opencode.tells('ses_1'), opencode.tells('ses_2')]],
  [false, 'the first session', ['> build · gpt-5', opencode.says('ses_1'), opencode.fails('ses_1')]],
  [false, 'the only session', [opencode.fails('ses_1')]],
  [false, 'no session', [opencode.says('ses_1'), opencode.fails()]],
])('whether an error of opencode is left out is %s of %s', async (isOther, _what, lines) => {
  expect(await isLeftOut(lines, 'structured', undefined, 'opencode')).toBe(isOther);
});
