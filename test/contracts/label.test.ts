import { describe, expect, it } from 'vitest';
import { Ack } from '../../src/contracts/ack.ts';
import { Label } from '../../src/contracts/label.ts';
import { RunEvent } from '../../src/contracts/run-event.ts';

const at = '2026-11-22T12:00:00.000Z';
const run = { agent: 'a', execution: 'e', attempt: 1 };
const HOSTILE = ['x'.repeat(257), 'a\nb', '\u001b]0;x\u0007', '\u009b2J', '\ud800'];

describe('a name that a publisher chooses', () => {
  it.each(['', 'team-max', 'Équipe 7 / 漢字', 'x'.repeat(256)])('%j is one', (text) => {
    expect(Label.parse(text)).toBe(text);
  });

  it.each(HOSTILE)('%j names nothing', (text) => {
    expect(Label.parse(text)).toBeUndefined();
  });

  it.each(HOSTILE)('%j in a run event names nothing, and the event counts', (text) => {
    const common = { schema: 'knell.run/v1', ...run, at };
    const credential = { kind: 'oauth', fingerprint: text };
    const started = RunEvent.parse({ ...common, type: 'started', runtime: text, subscription: text, credential });
    expect(started).toEqual({ ...common, type: 'started', credential: { kind: 'oauth' } });
    const exited = RunEvent.parse({ ...common, type: 'exited', code: 1, signal: text });
    expect(exited).toEqual({ ...common, type: 'exited', code: 1 });
  });

  it.each(HOSTILE)('%j as who acted is nobody, and the answer counts', (text) => {
    const ack = { schema: 'knell.ack/v1', command_id: 'c', ...run, outcome: 'terminated', by: text, at };
    expect(Ack.parse(ack)).toEqual({ ...ack, by: 'unknown' });
  });
});
