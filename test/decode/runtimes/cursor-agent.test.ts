import { expect, it } from 'vitest';
import { cursorAgent } from '../../../src/decode/runtimes/cursor-agent.ts';

const decode = (line: string) =>
  cursorAgent.decode({ stream: 'stdout', number: 0, raw: Buffer.from(line) }, 'structured');

it('a tool call is opened and closed by its id', () => {
  const line = (subtype: string): string =>
    JSON.stringify({ type: 'tool_call', subtype, call_id: 'call_1', tool_call: { shellToolCall: { args: {} } } });
  expect(decode(line('started'))).toMatchObject({
    provenance: 'tool',
    tool: { opens: [{ id: 'call_1', name: 'shellToolCall' }] },
  });
  expect(decode(line('completed')).tool).toEqual({ closes: ['call_1'] });
});
