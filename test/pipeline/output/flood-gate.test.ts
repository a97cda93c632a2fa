import { expect, test } from 'vitest';
import { createFloodGate, type FloodGate } from '../../../src/pipeline/output/flood-gate.ts';

const T0 = Date.UTC(2026, 0, 1);
const failure = (i: number) => `Error: connection ${i}x refused`;
const failures = (count: number) => Array.from({ length: count }, (_, i) => failure(i));

/** The lines that are read of those that were taken together; all of them say what may be passed over. */
function read(gate: FloodGate, lines: readonly string[], atMs = T0, key = 'a.e.1.stdout'): string[] {
  const passage = gate.enter(key, lines.length, atMs);
  return lines.filter((line) => {
    const isRead = passage.isRead(Buffer.from(line));
    if (isRead) passage.settleKind();
    return isRead;
  });
}

test('a thousand lines at once are all read, and a hundred a second for as long as it goes on', () => {
  const gate = createFloodGate();
  expect(read(gate, failures(1_000))).toHaveLength(1_000);
  for (let second = 1; second <= 60; second += 1) {
    expect(read(gate, failures(100), T0 + second * 1_000)).toHaveLength(100);
  }
});

test('of a flood the last lines are read, and each line of a kind that was not read yet', () => {
  const gate = createFloodGate();
  read(gate, failures(1_000));
  const lines = [
    ...failures(500),
    'Error: the token has expired',
    ...failures(500),
    'HTTP 401',
    'HTTP 403',
    ...failures(500),
  ];
  const found = read(gate, lines);
  expect(found).toEqual([failure(0), 'Error: the token has expired', 'HTTP 401', 'HTTP 403', ...lines.slice(-8)]);
});

test('numbers and ids make no other kind, a status does', () => {
  const gate = createFloodGate();
  read(gate, failures(1_000));
  const last = Array.from({ length: 8 }, () => 'Error: last');
  const lines = [
    'Error: try 7 of a1b2-c3 answered 500',
    'Error: try 80 of d4-e5f6 answered 500',
    'Error: try 9 of a answered 401',
  ];
  expect(read(gate, [...lines, ...last])).toEqual([lines[0], lines[2], ...last]);
});

test('of a long line both ends tell its kind', () => {
  const gate = createFloodGate();
  read(gate, failures(1_000));
  const long = (end: string) => `{"type":"assistant","text":"${'x'.repeat(5_000)}","error":"${end}"}`;
  const lines = [long('overloaded'), long('overloaded'), long('authentication_failed')];
  const last = Array.from({ length: 8 }, () => 'Error: last');
  expect(read(gate, [...lines, ...last])).toEqual([lines[0], lines[2], ...last]);
});

test('what is read of a flood is bounded, whatever its words', () => {
  const gate = createFloodGate();
  const word = (i: number) => i.toString(26).replace(/[0-9]/g, (digit) => 'qrstuvwxyz'[Number(digit)] as string);
  const lines = Array.from({ length: 50_000 }, (_, i) => `Error: ${word(i)}`);
  expect(read(gate, lines).length).toBeLessThan(1_600);
  expect(read(gate, lines)).toHaveLength(8);
});

test('a line that says what state the run is in is read each time', () => {
  const gate = createFloodGate();
  read(gate, failures(1_000));
  const passage = gate.enter('a.e.1.stdout', 100, T0);
  for (let i = 0; i < 50; i += 1) expect(passage.isRead(Buffer.from('done'))).toBe(true);
  expect(passage.passedOver).toBe(0);
});

test('one run that floods takes nothing from another, nor from its own other stream', () => {
  const gate = createFloodGate();
  read(gate, failures(10_000));
  for (const key of ['a.e.2.stdout', 'a.e.1.stderr']) expect(read(gate, failures(500), T0, key)).toHaveLength(500);
});

test('a stream that was calm for long is read in full again', () => {
  const gate = createFloodGate();
  expect(gate.enter('a', 5_000, T0).begins).toBe(true);
  read(gate, failures(5_000));
  expect(read(gate, failures(1_000), T0 + 10_000)).toHaveLength(1_000);
});
