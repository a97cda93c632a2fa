import { expect, test } from 'vitest';
import { exitMeaning, signalOf } from '../../../src/classify/post-mortem/exit-meaning.ts';

const code = (value: number) => ({ at_ms: 0, code: value, signal: null });
const signal = (name: string) => ({ at_ms: 0, code: null, signal: name });

test.each([
  [signal('SIGKILL'), 'killed', 'runtime.crash'],
  [code(137), 'killed', 'runtime.crash'],
  [code(124), 'time-limit', 'runtime.stalled'],
  [code(152), 'time-limit', 'runtime.stalled'],
  [code(126), 'command-not-executable', 'runtime.missing_binary'],
  [code(127), 'command-not-found', 'runtime.missing_binary'],
  [code(134), 'crashed', 'runtime.crash'],
  [code(139), 'crashed', 'runtime.crash'],
  [signal('SIGSEGV'), 'crashed', 'runtime.crash'],
  [signal('SIGABRT'), 'crashed', 'runtime.crash'],
])('%j says %s by itself', (exit, id, category) => {
  expect(exitMeaning(exit)).toMatchObject({ id, failure: { category } });
});

test.each([code(0), code(1), code(2), code(125), code(128), code(130), code(143), code(255), signal('SIGTERM')])(
  '%j says nothing by itself',
  (exit) => {
    expect(exitMeaning(exit)).toBeUndefined();
  },
);

test('only what cuts a run short leaves the cause to its last statement', () => {
  const isCause = (exit: ReturnType<typeof code>) => exitMeaning(exit)?.isCause;
  expect([137, 124, 139, 127].map((one) => isCause(code(one)))).toEqual([false, false, true, true]);
});

test('a crash names its signal, also where a shell reported it as a code', () => {
  expect(signalOf(code(139))).toBe('SIGSEGV');
  expect(exitMeaning(code(139))?.failure.title).toBe('The program crashed with SIGSEGV');
});
