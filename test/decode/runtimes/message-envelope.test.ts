import { describe, expect, it } from 'vitest';
import {
  beginsSession,
  messageText,
  readNarration,
  readResult,
  readSystem,
  readUser,
} from '../../../src/decode/runtimes/message-envelope.ts';

const TEXT = { type: 'text', text: 'a' };

describe('messageText', () => {
  it.each([
    [{ content: 'a' }, 'a'],
    [{ content: [TEXT, { type: 'thinking', text: 'x' }, { ...TEXT, text: 'b' }] }, 'a\nb'],
    [{}, ''],
    [undefined, ''],
  ])('%j', (message, text) => {
    expect(messageText(message)).toBe(text);
  });
});

it('knows the event that opens a session', () => {
  const init = { type: 'system', subtype: 'init', session_id: 's' };
  expect(beginsSession(init)).toBe(true);
  expect(beginsSession({ ...init, session_id: 1 })).toBe(false);
  expect(beginsSession({ ...init, subtype: 'status' })).toBe(false);
});

it("names a system event by its subtype, and marks a subagent's", () => {
  expect(readSystem({ subtype: 'status', message: 'm' })).toMatchObject({ name: 'system/status', text: 'm' });
  expect(readSystem({})).toMatchObject({ name: 'system', subagent: false });
  expect(readSystem({ parent_tool_use_id: 't' }).subagent).toBe(true);
});

it('opens the calls that the model makes', () => {
  const content = [TEXT, { type: 'tool_use', id: 't1', name: 'Bash' }, { type: 'tool_use' }];
  expect(readNarration({ message: { content } })).toMatchObject({
    text: 'a',
    tool: { opens: [{ id: 't1', name: 'Bash' }] },
  });
  expect(readNarration({ message: { content: [TEXT] } }).tool).toBeUndefined();
});

it('reads what tools returned, or else a prompt', () => {
  const content = [{ type: 'tool_result', tool_use_id: 't1', content: [TEXT] }];
  expect(readUser({ message: { content } })).toMatchObject({ provenance: 'tool', text: 'a', tool: { closes: ['t1'] } });
  expect(readUser({ message: { content: 'a' } })).toMatchObject({ provenance: 'prompt', text: 'a' });
});

describe('readResult', () => {
  it('has no text where nothing failed', () => {
    expect(readResult({ subtype: 'success', result: 'Error: 401' })).not.toHaveProperty('text');
  });

  it.each([
    [{ is_error: true, subtype: 'success', result: 'no' }, 'no'],
    [{ subtype: 'error_max_turns', errors: ['no', { message: 'nor' }, '[ede_diagnostic] x'] }, 'no\nnor'],
  ])('%j failed', (fields, text) => {
    expect(readResult(fields)).toMatchObject({ text, claimsError: true });
  });
});
