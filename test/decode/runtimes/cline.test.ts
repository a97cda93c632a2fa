import { expect, it } from 'vitest';
import { cline } from '../../../src/decode/runtimes/cline.ts';

const decode = (line: string) => cline.decode({ stream: 'stdout', number: 0, raw: Buffer.from(line) }, 'structured');

it('an error after which it tries again is not its last word', () => {
  const error = (recoverable: boolean) =>
    JSON.stringify({ type: 'agent_event', event: { type: 'error', error: { message: '529' }, recoverable } });
  expect(decode(error(true))).toMatchObject({ name: 'agent_event/error/recoverable', claimsError: true });
  expect(decode(error(false))).toMatchObject({ name: 'agent_event/error', claimsError: true });
});

it('an error after which it tries again is not its last word', () => {
  const error = (recoverable: boolean) =>
    JSON.stringify({ type: 'agent_event', event: { type: 'error', error: { message: '529' }, recoverable } });
  expect(decode(error(true))).toMatchObject({ name: 'agent_event/error/recoverable', claimsError: true });
  expect(decode(error(false))).toMatchObject({ name: 'agent_event/error', claimsError: true });
});

const content = (phase: string, rest: object): string =>
  JSON.stringify({
    ts: '2026-11-22T17:38:21.301Z',
    type: 'agent_event',
    event: { type: `content_${phase}`, ...rest },
  });

it('is the model’s prose or a tool’s output by its content type', () => {
  const tool = { contentType: 'tool', toolCallId: 'c', toolName: 'run_commands' };
  expect(decode(content('start', { contentType: 'text', text: '401' }))).toMatchObject({
    provenance: 'narration',
    text: '401',
  });
  expect(decode(content('start', tool))).toMatchObject({
    provenance: 'tool',
    tool: { opens: [{ id: 'c', name: 'run_commands' }] },
  });
  expect(decode(content('end', { ...tool, output: [{ query: 'cat x', result: '401' }] }))).toMatchObject({
    provenance: 'tool',
    text: '401',
    tool: { closes: ['c'] },
  });
});
