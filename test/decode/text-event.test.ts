import { expect, it } from 'vitest';
import { textEvent, unparsedEvent } from '../../src/decode/text-event.ts';

const line = { stream: 'stderr', number: 3, raw: Buffer.from('\u001b[31mIt’s over\u001b[0m') } as const;

it('is an untyped line of the runtime with plain text, shared as its channel is', () => {
  const event = { name: 'line', provenance: 'runtime', typed: false, subagent: false, claimsError: false, fields: {} };
  expect(textEvent(line, true)).toEqual({ ...event, shared: true, text: "It's over" });
  expect(textEvent(line, false)).toEqual({ ...event, shared: false, text: "It's over" });
});

it('has another name and no known speaker where it has no place in its stream', () => {
  expect(unparsedEvent(line)).toMatchObject({ name: 'unparsed', provenance: 'unknown', typed: false, shared: true });
});
