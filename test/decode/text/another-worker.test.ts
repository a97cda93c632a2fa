import { expect, it } from 'vitest';
import { countsOn, nameOf, speaksOfAnother } from '../../../src/decode/text/another-worker.ts';
import { shapeLine } from '../../../src/decode/text/line-shape.ts';

it.each([
  ['hub: agent-2: key refused', 'hub: agent-5 has job 8', true],
  ['hub: agent-2: key refused', 'hub: agent-2 has job 8', false],
  ['hub: agent-2: key refused', 'den: agent-5 has job 8', false],
  ["crew 'a': key refused", "crew 'b' has job 8", true],
  ["crew 'a': key refused", "crew 'a' has job 8", false],
  ['run 773 failed: key refused', '772: wrote 3 files', true],
  ['run 773 failed: key refused', '773: wrote 3 files', false],
  ['run 773 failed: key refused', '12: core::panicking', false],
  ['key refused', '772: wrote 3 files', false],
  ['seat a: key refused', 'pane b: key refused', false],
  ['key refused', 'seat 4 in use', false],
])('behind %j %j speaks of another worker: %s', (above, line, expected) => {
  expect(speaksOfAnother(shapeLine(above), shapeLine(line))).toBe(expected);
});

it('counts items, not codes and times', () => {
  expect(countsOn(shapeLine('item 3 failed'), shapeLine('item 4 began'))).toBe(true);
  expect(countsOn(shapeLine('exit code 3'), shapeLine('exit code 4'))).toBe(false);
});

it('knows a name by its colon', () => {
  expect(nameOf('hub: no')).toBe('hub:');
  expect(nameOf('a hub: no')).toBeUndefined();
});
