import { expect, it } from 'vitest';
import { copilotCli } from '../../../src/decode/runtimes/copilot-cli.ts';

const decode = (line: string) =>
  copilotCli.decode({ stream: 'stdout', number: 0, raw: Buffer.from(line) }, 'structured');

const event = (type: string, data: object): string =>
  JSON.stringify({ type, data, id: '1', timestamp: '2026-11-22T17:38:15.511Z' });

it.each([
  ['session.tools_updated', { model: 'm' }, 'runtime', false],
  ['session.error', { errorType: 'authentication', message: '401' }, 'runtime', true],
  ['model.call_finished', { outcome: 'success' }, 'runtime', false],
  ['model.call_finished', { outcome: 'failure' }, 'runtime', true],
  ['assistant.turn_retry', { turnId: '0', reason: 'transient_auth_error' }, 'runtime', false],
  ['assistant.idle', {}, 'runtime', false],
  ['assistant.message', { content: 'Login expired · Please run /login' }, 'narration', false],
  ['tool.execution_complete', { toolCallId: 'c', success: true, result: { content: '401' } }, 'tool', false],
  ['user.message', { content: 'Why 401?' }, 'prompt', false],
])('reads %s %j as %s', (type, data, provenance, claimsError) => {
  expect(decode(event(type, data))).toMatchObject({
    name: type,
    provenance,
    claimsError,
    typed: true,
  });
});

it('opens and closes tool calls', () => {
  expect(decode(event('tool.execution_start', { toolCallId: 'c', toolName: 'bash' })).tool).toEqual({
    opens: [{ id: 'c', name: 'bash' }],
  });
  expect(decode(event('tool.execution_complete', { toolCallId: 'c' })).tool).toEqual({
    closes: ['c'],
  });
});

it('takes a bad exit code in its result as a failure', () => {
  const result = (exitCode: number): string => JSON.stringify({ type: 'result', sessionId: 's', exitCode });
  expect(decode(result(1))).toMatchObject({ name: 'result', claimsError: true });
  expect(decode(result(0))).toMatchObject({ name: 'result', claimsError: false });
});
