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

  it('takes the name of an event for words, and what stands in other fields for its error', () => {
    expect(readLogRecord('{"lvl":"error","ev":"agent_error","detail":"the window is used up"}')).toEqual({
      level: 'error',
      message: 'agent error: the window is used up',
    });
    expect(readLogRecord('{"sev":"warn","evt":"x","error_description":"d"}')?.message).toBe('x: d');
  });

  it.each([
    ['{"@t":"t","@l":"Error","@m":"run failed"}', 'run failed'],
    ['{"Level":"Error","MessageTemplate":"run failed"}', 'run failed'],
    ['{"severity":"Error","textPayload":"run failed"}', 'run failed'],
    ['{"severity":"Error","jsonPayload":{"message":"run failed"}}', 'run failed'],
    ['{"log":{"level":"Error"},"message":"run failed"}', 'run failed'],
    [
      '{"levelname":"Error","message":"run failed","exc_info":"Traceback\\n  f\\nx.AuthError: 401\\n"}',
      'run failed: x.AuthError: 401',
    ],
  ])('reads %s, as other libraries name their fields', (line, message) => {
    expect(readLogRecord(line)).toEqual({ level: 'error', message });
  });

  it.each([
    ['{"lvl":"info","msg":"agent.stdout","line":"Login expired"}', 'Login expired'],
    ['{"lvl":"error","msg":"claude stderr: Login expired"}', 'Login expired'],
    ['level=ERROR msg="agent said" line="Login expired"', 'Login expired'],
    ['level=info stream=stderr line="Login expired"', 'Login expired'],
  ])('%s passes on what an agent printed, which has no level', (line, message) => {
    expect(readLogRecord(line)).toEqual({ level: '', message });
  });

  it('spells the name of an event that stands for words, and hears that it did not end well', () => {
    expect(readLogRecord('{"level":"info","event":"acp.session.closed","reason":"error"}')?.message).toBe(
      'acp session closed: error',
    );
    expect(readLogRecord('{"level":"info","msg":"agent end","ok":false}')?.level).toBe('fatal');
    expect(readLogRecord('{"level":"info","msg":"agent end","ok":true}')?.level).toBe('info');
    expect(readLogRecord('{"level":"info","msg":"agent exited","code":2}')?.level).toBe('fatal');
  });

  it('hears an exit in an event that names an end, and no code of anything else', () => {
    expect(readLogRecord('{"lvl":"info","ev":"closed","code":1}')?.level).toBe('fatal');
    expect(readLogRecord('{"lvl":"info","ev":"closed","code":0}')?.level).toBe('info');
    expect(readLogRecord('{"lvl":"info","ev":"answered","code":1}')?.level).toBe('info');
  });

  it.each(['plain words', 'a=b', '{"level":"error"', '{"type":"error","message":"m"}', 'level=error'])(
    'is undefined for %s',
    (line) => {
      expect(readLogRecord(line)).toBeUndefined();
    },
  );

  it("reads a host's event on the end of its agent, which has no level", () => {
    expect(readLogRecord('{"event":"task_done","task":"9e","rc":1}')).toEqual({
      level: 'fatal',
      message: 'task done: exit code 1',
    });
    expect(readLogRecord('{"event":"task_done","rc":0}')).toBeUndefined();
    expect(readLogRecord('{"event":"test_done","rc":1}')).toBeUndefined();
    expect(readLogRecord('{"event":"task_added","rc":1}')).toBeUndefined();
  });

  it('reads the last line that a host has kept of an agent that failed, and of no tool', () => {
    const record = (msg: string, exit: number) =>
      readLogRecord(JSON.stringify({ level: 'error', msg, exit, stdout: 'starting\nError: 401\n' }))?.message;
    expect(record('agent failed', 1)).toBe('agent failed: Error: 401');
    expect(record('tool failed', 1)).toBe('tool failed');
    expect(record('agent finished', 0)).toBe('agent finished');
  });
});

it('takes the body of the answer for the error of a log', () => {
  const line = JSON.stringify({ level: 'error', msg: 'call failed', body: { error: { message: 'token expired' } } });
  expect(readLogRecord(line)?.message).toBe('call failed: {"error":{"message":"token expired"}}');
});
