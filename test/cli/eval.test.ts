import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { KNELL } from '../support/tap-process.ts';

const evaluate = (input: string) => {
  const { status, stdout, stderr } = spawnSync(process.execPath, [KNELL, 'eval', '-', '--json'], {
    input,
    encoding: 'utf8',
  });
  return { status, stdout, stderr };
};

test('a corpus may come from standard input', () => {
  const item = {
    id: 'one',
    runtime: 'generic',
    stream: 'stdout',
    lines: ['all is well'],
    category: 'none',
    abort: 'no',
  };
  const { status, stdout } = evaluate(`${JSON.stringify(item)}\n`);
  expect(status).toBe(0);
  expect(JSON.parse(stdout.split('\n').at(-2) as string)).toMatchObject({ summary: { items: 1 } });
});

test('what is no corpus there is told as that', () => {
  expect(evaluate('')).toMatchObject({ status: 2, stderr: expect.stringContaining('standard input is empty') });
  expect(evaluate('x\n')).toMatchObject({ status: 2, stderr: expect.stringContaining('  standard input:1: ') });
});
