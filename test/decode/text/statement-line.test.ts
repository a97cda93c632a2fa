import { describe, expect, it } from 'vitest';
import { shapeLine } from '../../../src/decode/text/line-shape.ts';
import { isField, statementIn } from '../../../src/decode/text/statement-line.ts';
import { spentMs } from '../../support/spent.ts';

const read = (line: string) => statementIn(shapeLine(line));

describe('statementIn', () => {
  it.each([
    ['Error: boom', 'label', 'boom'],
    ['401 Unauthorized', 'label', '401 Unauthorized'],
    ['{"error":{"message":"m"}}', 'label', '{"error":{"message":"m"}}'],
    ['✗ Execution failed', 'label', 'Execution failed'],
    [
      'Error when talking to Gemini API {"error":{"message":"m"}}',
      'label',
      'Error when talking to Gemini API {"error":{"message":"m"}}',
    ],
    ['[ERROR] API Error: 500', 'label', '500'],
    ['Task failed: AgentError: Claude exited: API Error: 401 x', 'chain', '401 x'],
    ['Failed to login. Message: You are not eligible', 'weak', 'You are not eligible'],
    ['MCP server "jira" error: closed', 'weak', 'closed'],
    ['Your session has expired', 'weak', 'Your session has expired'],
    ['[ERROR] agent stopped early', 'weak', 'agent stopped early'],
    ['2026-11-03T10:00:00Z ERROR cache: could not write', 'log', 'cache: could not write'],
    [
      '2026-11-03T10:00:00Z INFO httpx "HTTP/1.1 429 Too Many Requests"',
      'log',
      'httpx "HTTP/1.1 429 Too Many Requests"',
    ],
    ['warning: unused variable', 'log', 'warning: unused variable'],
    ['Rate limit reached. Retrying in 8s…', 'log', 'Rate limit reached. Retrying in 8s…'],
    ['[IDEClient] [ERROR] Failed to connect', undefined, undefined],
  ])('reads %s as %s', (line, grade, message) => {
    const found = read(line);
    if (grade === undefined) expect(found?.grade).not.toBe('label');
    else expect(found).toMatchObject({ grade, message });
  });

  it.each([
    'All tests pass',
    'Login required: no',
    'page rendered in 401 ms',
    'error = none',
    'Fix "Error: x" on reload',
    '**Error: x** is bold',
    '- Error: x',
    '12 Error: x',
    '2026-11-03T10:00:00Z DEBUG previous error: x',
    '2026-11-03T10:00:00Z INFO done',
  ])('finds nothing strong in %s', (line) => {
    expect(['label', 'chain', undefined, 'log', 'weak'].indexOf(read(line)?.grade)).toBeGreaterThan(1);
  });

  it('keeps the words before as a prefix', () => {
    expect(read('run failed: litellm.AuthenticationError: bad key')).toMatchObject({
      prefix: 'run failed litellm.AuthenticationError:',
      message: 'bad key',
    });
  });

  it.each(['error: ', 'failed: ', 'a: ', '[', '"', 'Error '])('stays within bounds on many %j', (piece) => {
    const line = piece.repeat(1_000_000 / piece.length);
    expect(spentMs(() => read(line))).toBeLessThan(500);
  });
});

it('takes a field of a report for no statement, unless it says that it tries again', () => {
  expect(isField('Errors: 3')).toBe(true);
  expect(isField('took 12 ms')).toBe(true);
  expect(isField('code: 401')).toBe(false);
  expect(isField('Retrying in 12 ms')).toBe(false);
});

it('takes what was reached for no field, and a count for one', () => {
  expect(isField('Max number of steps reached: 100')).toBe(false);
  expect(isField('Steps: 100')).toBe(true);
  expect(isField('Budget exceeded: yes')).toBe(false);
  expect(isField('Budget left: yes')).toBe(true);
});

it('reads a status behind what names a reason, and none behind another field', () => {
  expect(read('Grund: 401 Unauthorized')).toMatchObject({ message: '401 Unauthorized' });
  expect(read('Reason: 429 Too Many Requests')).toMatchObject({ message: '429 Too Many Requests' });
  expect(read('Title: 401 Unauthorized')).toBeUndefined();
  expect(read('Grund: der Plan ist voll')).toBeUndefined();
});
