import { describe, expect, it } from 'vitest';
import { readLogRecord } from '../../../src/decode/text/log-record.ts';

describe('readLogRecord', () => {
  it('reads logfmt, quotes and escapes in it', () => {
    expect(readLogRecord('time=10:00 level=ERROR msg="agent \\"a\\" failed" err=timeout')).toEqual({
      level: 'ERROR',
      message: 'agent "a" failed: timeout',
    });
  });

  it('reads a JSON object, and the numbers that pino has for levels', () => {
    expect(readLogRecord('{"level":50,"msg":"run failed","err":{"message":"m"}}')).toEqual({
      level: 'error',
      message: 'run failed: {"message":"m"}',
    });
  });

  it.each(['plain words', 'a=b', '{"level":"error"', '{"type":"error","message":"m"}', 'level=error'])(
    'is undefined for %s',
    (line) => {
      expect(readLogRecord(line)).toBeUndefined();
    },
  );
});
