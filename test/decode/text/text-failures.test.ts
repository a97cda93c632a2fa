import { describe, expect, it } from 'vitest';
import { readTextFailure, type TextSource } from '../../../src/decode/text/text-failures.ts';
import { elapsedMs } from '../../support/elapsed.ts';
import { shapesOf } from './shapes.ts';

const AGENT: TextSource = { known: () => undefined, isAgent: true, hasAnswers: true, isClientOnly: false };
const HOST: TextSource = { known: () => undefined, isAgent: false, hasAnswers: false, isClientOnly: false };

const read = (text: string, at = 0, source = AGENT) => readTextFailure(shapesOf(text), at, source);

describe('readTextFailure', () => {
  it('reads a label with its body', () => {
    expect(read('Error: 401 {"error":{"code":"invalid_api_key"}}')).toMatchObject({
      grade: 'label',
      failure: { status: 401, codes: ['invalid_api_key'] },
      first: 0,
      last: 0,
    });
  });

  it('reads a body that is printed over several lines', () => {
    expect(read('{\n  "error": {\n    "message": "no"\n  }\n}')).toMatchObject({ grade: 'label', last: 4 });
  });

  it('reads the first words of an agent, and of nobody else', () => {
    expect(read('403 token has expired')?.grade).toBe('weak');
    expect(read('the token has expired', 0, HOST)).toBeUndefined();
  });

  it('reads a statement once, not line by line', () => {
    const text = 'Error: boom\n  error: 401 inside\nCaused by: x';
    expect(read(text, 1)).toBeUndefined();
  });

  it.each([
    ['Error: boom\nRetrying in 2s', 'retried'],
    ['Retrying in 2s\nError: boom', 'retried', 1],
    ['Attempt 1 failed. Retrying...\n  [cause]: Error: read', undefined, 0],
    ['Error: boom\nstep 4 ok', 'went on'],
    ['Error: boom\nThe mirror of the registry is used since then', 'went on'],
    ['Error: boom\n  ✓ logs it (8ms)', 'the output of a test'],
    ['Error: boom\nPlease run `x login`\nhttps://example.com', undefined],
    ['Error: boom\nProcess completed with exit code 1.', undefined],
    ['Error: boom\nError: boom', undefined],
  ])('%j is %s', (text, cancelled, at = 0) => {
    expect(read(text, at)?.cancelled).toBe(cancelled);
  });

  it("asks the runtime's pack before the form, and keeps what it says of the end", () => {
    const known: TextSource['known'] = ({ body }) =>
      body.startsWith('It seems') ? { grade: 'label', message: body, prefix: '', final: 'yes' } : undefined;
    expect(read('It seems that it broke, retrying', 0, { ...AGENT, known })).toMatchObject({
      grade: 'label',
      failure: { final: 'yes' },
    });
  });

  it('stays linear in the lines around', () => {
    const shapes = shapesOf('Error: boom\n'.repeat(4_000));
    const took = elapsedMs(() => {
      for (let at = 0; at < shapes.length; at += 1) {
        readTextFailure(shapes.slice(Math.max(0, at - 200), at + 200), Math.min(at, 200), AGENT);
      }
    });
    expect(took).toBeLessThan(8_000);
  });
});
