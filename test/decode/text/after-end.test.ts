import { expect, it } from 'vitest';
import { isAccessLog, isAgentsEnd, isInputBox } from '../../../src/decode/text/after-end.ts';
import type { LineShape } from '../../../src/decode/text/line-shape.ts';
import { shapesOf } from './shapes.ts';

const only = (text: string) => shapesOf(text)[0] as LineShape;

it.each([
  ['INFO:     10.0.0.4:51234 - "POST /api/runs HTTP/1.1" 201 Created', true],
  ['10.0.0.4 - - [02/Nov/2026:10:00:00 +0000] "GET / HTTP/1.1" 200 612', true],
  ['HTTP/1.1 401 Unauthorized', false],
  ['the client sends "GET / HTTP/1.1"', false],
])('%s is a request in the log of a server: %s', (text, expected) => {
  expect(isAccessLog(only(text))).toBe(expected);
});

const ENDED = "AgentStateChangedObservation(content='', agent_state='error', reason='x')";

it.each([
  [ENDED, true],
  [`OBSERVATION\n${ENDED}`, true],
  [ENDED.replace("'error'", "'running'"), false],
  ["OBSERVATION\nCmdOutputObservation(content='ok')", false],
  ['OBSERVATION', false],
])('%j tells of an agent’s end: %s', (text, expected) => {
  expect(isAgentsEnd(shapesOf(text), 0)).toBe(expected);
});

const RULE = '─'.repeat(20);

it.each([
  [`${RULE}\n> hi\n${RULE}\n? for shortcuts`, true],
  [`${RULE}\n>`, true],
  ['text\n> hi', false],
  [`${RULE}\n> hi\n● Reading the parser now and changing it.`, false],
])('%j has a box for input: %s', (text, expected) => {
  expect(isInputBox(shapesOf(text), 1)).toBe(expected);
});
