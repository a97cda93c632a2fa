import { expect, test } from 'vitest';
import { createProgress } from '../../../src/cli/terminal/progress.ts';

function start(isTTY: boolean) {
  const written: string[] = [];
  let nowMs = 1_000;
  const stream = { isTTY, write: (text: string) => written.push(text) > 0 };
  return {
    written,
    progress: createProgress(stream as unknown as NodeJS.WriteStream, 'examples', () => nowMs),
    pass(ms: number) {
      nowMs += ms;
    },
  };
}

test('without a terminal it says after two seconds how far it is, and then every ten', () => {
  const { written, progress, pass } = start(false);
  progress.step('reading');
  pass(1_999);
  progress.show(1, 900);
  expect(written).toEqual([]);
  pass(1);
  progress.show(2, 900);
  pass(9_999);
  progress.show(3, 900);
  expect(written).toEqual(['examples 2/900\n']);
  pass(1);
  progress.show(4, 900);
  progress.step('making the bundle');
  progress.clear();
  expect(written.slice(1)).toEqual(['examples 4/900\n', 'making the bundle …\n']);
});

test('on a terminal it counts up in one line, which is gone in the end', () => {
  const { written, progress, pass } = start(true);
  progress.show(1, 900);
  progress.show(2, 900);
  pass(80);
  progress.show(3, 900);
  progress.step('making the bundle');
  progress.clear();
  expect(written).toEqual([
    '\rexamples 1/900\u001b[K',
    '\rexamples 3/900\u001b[K',
    '\rmaking the bundle …\u001b[K',
    '\r\u001b[K',
  ]);
});

test('what is over at once needs no word', () => {
  for (const isTTY of [true, false]) {
    const { written, progress } = start(isTTY);
    progress.show(1, 1);
    progress.clear();
    expect(written).toEqual([]);
  }
});
