import { expect, it } from 'vitest';
import {
  asideAt,
  isAccessLog,
  isAgentsEnd,
  isBackAtShell,
  isComposer,
  isInputBox,
  isStatusLine,
} from '../../../src/decode/text/after-end.ts';
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

const BOX = (title: string) => `╭────────╮\n│ ${title} │\n│ port: 443 │\n╰────────╯\nafter`;

it.each([
  [BOX('Debug Console (F12 to close)'), 3],
  ['╭────────╮\n│ Debug Console (F12 to close) │\n│ port: 443 │', 2],
  [BOX('✓  Shell npm test'), undefined],
  ['Debug Console\n│ port: 443 │', undefined],
])('%j has a box that tells of no work up to %s', (text, expected) => {
  expect(asideAt(shapesOf(text), 0)).toBe(expected);
});

it.each([
  ['\n▌ Ask Codex to do anything\n\n  ⏎ send   Ctrl+C quit', true],
  ['\n› Summarize recent commits\n\n  ? for shortcuts', true],
  ['text\n› Summarize recent commits', false],
  ['\n❯ cat err.log', false],
  ['\n› go on\n\n• Reading the parser now and changing it.', false],
])('%j has a composer: %s', (text, expected) => {
  expect(isComposer(shapesOf(text), 1)).toBe(expected);
});

it.each([
  [
    ' ~/src/shop [main]            gpt-5-mini\n──────\n❯  Type @ to mention files\n──────\n Ctrl+c Exit · Ctrl+r Expand',
    true,
  ],
  ['shop on main via v20.1\n❯', true],
  [' ~/src/shop [main]            gpt-5-mini\nReading the parser now.\n\n❯', false],
  ['shop on main via v20.1\n❯\nReading the parser now.', false],
  ['Reading the parser now.\n\n❯', false],
])('%j begins with what a screen shows of itself: %s', (text, expected) => {
  expect(isStatusLine(shapesOf(text), 0)).toBe(expected);
});

it.each([
  ["dev@box:~/shop$ codex exec 'port it'\nERROR: no\ndev@box:~/shop$ that was all", true],
  ["PS D:\\shop> codex exec 'port it'\nERROR: no\nPS D:\\shop> 一直这样", true],
  ["dev@box:~/shop$ codex exec 'port it'\nERROR: no\ndev@box:~/shop$ codex exec 'port it'", false],
  ["dev@box:~/shop$ codex exec 'port it'\nERROR: no\nme@other:~/shop$ that was all", false],
  ['dev@box:~/shop$ make\nERROR: no\ndev@box:~/shop$ that was all', false],
])('%j is back at the shell that started the agent: %s', (text, expected) => {
  expect(isBackAtShell(shapesOf(text), 2)).toBe(expected);
});
