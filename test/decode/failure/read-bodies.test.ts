import { describe, expect, it } from 'vitest';
import { readBodies, readBodiesOf } from '../../../src/decode/failure/read-bodies.ts';
import { spentMs } from '../../support/spent.ts';

describe('readBodies', () => {
  it('opens a JSON body inside a message', () => {
    const bodies = readBodies('401 {"type":"error","error":{"type":"authentication_error","message":"bad key"}}');
    expect(bodies.texts).toEqual(['bad key']);
    expect(bodies.codes).toContain('authentication_error');
  });

  it("opens Python's repr", () => {
    const bodies = readBodies("Error code: 429 - {'error': {'message': 'slow', 'code': 'rate_limit_exceeded'}}");
    expect(bodies).toMatchObject({ texts: ['slow'], codes: ['rate_limit_exceeded'] });
  });

  it('opens a body inside a body that is a string', () => {
    const inner = JSON.stringify({ error: { code: 503, message: 'overloaded', status: 'UNAVAILABLE' } });
    const bodies = readBodies(JSON.stringify({ error: { message: inner } }));
    expect(bodies.status).toBe(503);
    expect(bodies.texts).toContain('overloaded');
    expect(bodies.codes).toContain('UNAVAILABLE');
  });

  it("keeps a provider's own number as a code, and a status as the status", () => {
    expect(readBodies('{"error":{"code":1113,"message":"x"}}').codes).toContain('1113');
    expect(readBodies('{"error":{"code":"429","message":"x"}}').status).toBe(429);
  });

  it('takes brackets of a label for no body', () => {
    expect(readBodies('[API Error: You have hit your limit]')).toEqual({ texts: [], codes: [] });
  });

  it('reads an event that is parsed already, and the class a runtime names', () => {
    expect(readBodiesOf({ error: { message: 'm' }, errorClass: 'overloaded' })).toMatchObject({
      texts: ['m'],
      codes: ['overloaded'],
    });
  });

  it.each([
    ['a hundred thousand open brackets', '['.repeat(100_000)],
    ['a hundred thousand nested objects', '{"a":'.repeat(100_000)],
    ['JSON that never closes', `{"error":{"message":"${'x'.repeat(1_000_000)}`],
    ['a megabyte of small bodies', '{"a":1} '.repeat(120_000)],
    ['a megabyte of quotes', `{${"'".repeat(1_000_000)}`],
  ])('stays within bounds on %s', (_, text) => {
    expect(spentMs(() => readBodies(text))).toBeLessThan(500);
  });
});
