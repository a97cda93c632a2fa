import { expect, it } from 'vitest';
import { shapeLine } from '../../../src/decode/text/line-shape.ts';
import { isTestOutput } from '../../../src/decode/text/test-output.ts';

it.each([
  ' ✓ test/client.test.ts  (4 tests) 31ms',
  'ok 1 - throws "Invalid API key"',
  ' FAIL  src/a.test.ts',
  'FAILED tests/test_client.py::test_x - Error',
  'Tests:       1 failed, 41 passed',
  'test auth::expired ... FAILED',
  '--- FAIL: TestFetch (0.03s)',
  '> Task :test FAILED',
  '3 passing (240ms)',
  'AssertionError: Timed out',
])('%s is output of a test', (line) => {
  expect(isTestOutput(shapeLine(line))).toBe(true);
});

it.each([
  'Attempt 1 failed with status 429. Retrying',
  'Package extraction attempt 2/3 failed, retrying',
  'Auto-retry attempt 3 of 3 failed',
  'FAILED: agent request timed out',
  'Error: 1 thing',
  'loop: 3 failed iterations in a row, stopping',
  'batch: item 14 failed',
  'job-controller: agent-52 failed',
  '0 succeeded, 1 failed, 0 running',
  '0 succeeded, 3 failed',
])('%s is none', (line) => {
  expect(isTestOutput(shapeLine(line))).toBe(false);
});
