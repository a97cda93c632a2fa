import { describe, expect, it } from 'vitest';
import { createStructuredDecoder } from '../../../src/decode/runtimes/structured-decoder.ts';
import { spentMs } from '../../support/spent.ts';

const decoder = createStructuredDecoder({
  runtime: 'opencode',
  read: ({ type }) =>
    typeof type === 'string' ? { name: type, provenance: 'runtime', claimsError: type === 'error' } : undefined,
  opens: () => true,
  recognisesEvent: ({ own }) => own === true,
  recognisesText: (text) => text === 'Hello',
  errorLiterals: [],
});
const decode = (text: string) => decoder.decode({ stream: 'stdout', number: 0, raw: Buffer.from(text) }, 'structured');

describe('createStructuredDecoder', () => {
  it.each([
    ['an event', '{"type":"a"}'],
    ['blanks before it', ' \t{"type":"a"}'],
    ['a byte order mark', '\ufeff{"type":"a"}'],
    ['colour resets around it', '\u001b[0m{"type":"a"}\u001b[0m'],
  ])('reads %s', (_, text) => {
    expect(decode(text)).toMatchObject({ name: 'a', typed: true, subagent: false, claimsError: false, text: '' });
  });

  it.each(['prose', '{"type":', '{"other":1}', '["a"]', ''])('reads no event from %j', (text) => {
    expect(decode(text).typed).toBe(false);
  });

  it('tells the format by the first line of a stream on which it writes JSON', () => {
    expect(decoder.formatOf('stdout', '{"type":"a"}')).toBe('structured');
    expect(decoder.formatOf('stdout', '{"other":1}')).toBe('text');
    expect(decoder.formatOf('stderr', '{"type":"a"}')).toBe('text');
  });

  it('opens no run with an event of a failure', () => {
    expect(decoder.opensRun('stdout', '{"type":"a"}')).toBe(true);
    expect(decoder.opensRun('stdout', '{"type":"error"}')).toBe(false);
    expect(decoder.opensRun('stderr', '{"type":"a"}')).toBe(false);
    expect(decoder.opensRun('stdout', 'prose')).toBe(false);
  });

  it('recognises its own events, and its own first words', () => {
    expect(decoder.recognises('stdout', '{"own":true}')).toBe(true);
    expect(decoder.recognises('stderr', '{"own":true}')).toBe(false);
    expect(decoder.recognises('stdout', '{"own":false}')).toBe(false);
    expect(decoder.recognises('stdout', 'Hello')).toBe(true);
  });
});

it('tells nothing by a line of brackets that never close, and in no time', () => {
  const line = '{"type":["a",'.repeat(300_000);
  const ask = () => [decoder.recognises('stdout', line), decoder.opensRun('stdout', line)];
  expect(ask()).toEqual([false, false]);
  expect(spentMs(ask)).toBeLessThan(50);
});
