import { describe, expect, it } from 'vitest';
import { decoderFor } from '../../../src/decode/decoders.ts';
import { OPENING_BYTES } from '../../../src/decode/stream-opening.ts';
import { createStreamTally } from '../../../src/decode/whole-log/stream-tally.ts';

const decoder = decoderFor('opencode');
const EVENT = '{"type":"error"}';

describe('createStreamTally', () => {
  it('counts all lines, and keeps those of the opening that are not blank', () => {
    const tally = createStreamTally('stdout', () => ({ decoder, format: 'structured' }));
    for (const line of [EVENT, '', 'prose']) tally.add(Buffer.from(line));
    expect(tally.lines).toBe(3);
    expect(tally.opening).toEqual([EVENT, 'prose']);
  });

  it('counts the lines of a structured stream that are no events, of a text none', () => {
    const tally = createStreamTally('stdout', () => ({ decoder, format: 'structured' }));
    for (const line of [EVENT, 'prose', 'more']) tally.add(Buffer.from(line));
    expect(tally.notUnderstood(decoder, 'structured')).toBe(2);
    expect(tally.notUnderstood(decoder, 'text')).toBe(0);
  });

  it('asks once how the stream is read, and counts also behind its opening', () => {
    let asked = 0;
    const tally = createStreamTally('stdout', () => {
      asked += 1;
      return { decoder, format: 'structured' };
    });
    tally.add(Buffer.from(`x${' x'.repeat(OPENING_BYTES / 2)}`));
    expect(asked).toBe(0);
    for (const line of [EVENT, 'prose', 'more']) tally.add(Buffer.from(line));
    expect(asked).toBe(1);
    expect(tally.opening).toHaveLength(1);
    expect(tally.notUnderstood(decoder, 'structured')).toBe(3);
  });
});
