import type { StreamName } from '../../contracts/run.ts';
import { isObject, type JsonObject } from '../json.ts';
import { timeFrom, timeOf } from './carried-time.ts';
import type { Carrier } from './carrier.ts';
import { envelopeOf, linesOfText } from './json-envelope.ts';
import { withoutNoise } from './line-start.ts';
import { readFields } from './logfmt.ts';

/** Where a record says on which stream its line was printed, and how. */
const STREAM_KEYS = [
  'stream',
  'fd',
  'pipe',
  'channel',
  'source',
  'src',
  'iostream',
  'log.iostream',
  'std',
  'type',
  'event',
  'kind',
  'name',
];
const STREAMS: Readonly<Record<string, StreamName>> = {
  stdout: 'stdout',
  stderr: 'stderr',
  out: 'stdout',
  err: 'stderr',
};
const NUMBERED: Readonly<Record<string, StreamName>> = { '1': 'stdout', '2': 'stderr' };
/** `agent.stdout`, `process-stderr`, `stdout_line`. */
const NAMED =
  /^(?:(?:agent|child|process|proc|run|job|task|worker|claude|codex|gemini)[._:-])?(stdout|stderr)(?:[._:-](?:line|data|chunk|output))?$/i;
/** Where the line stands: its text, or the event that a wrapper has parsed. */
const LINE_KEYS = [
  'message',
  'msg',
  'log',
  'line',
  'text',
  'data',
  'chunk',
  'output',
  'content',
  'payload',
  'body',
  'raw',
  '_msg',
  'MESSAGE',
  'event',
  'json',
  'record',
];
const TIME_KEYS = ['time', 'timestamp', 'ts', '@timestamp', 't', 'at', 'date', '_time'];
/** What an agent's own event of its tool has: its stream is the tool's. */
const OF_A_TOOL =
  /^(?:tool|tool_?name|tool_?use_?id|tool_?call_?id|call_?id|command|cmd|exec_id|item|parent_tool_use_id)$/i;
const OTHER_EVENT =
  /(?:^|[._:/-])(?:[Tt]ools?|TOOL|[Cc]ommands?|[Cc]md|[Ee]xec|[Ss]hell|[Bb]ash|mcp|MCP|[Hh]ooks?|[Tt]ests?)(?:$|[._:/-]|[A-Z])/;

/**
 * The record that a wrapper, a collector or a logger makes of each line of its agent: in JSON or logfmt, with the stream's
 * name and the line beside fields of any other name: `{"pod":"a-1","stream":"stderr","message":"…"}`,
 * `time=… level=info component=loop stream=stdout msg="…"`.
 */
export const streamed: Carrier = {
  name: 'streamed',
  title: "a wrapper's records",
  kind: 'envelope',
  open(stored) {
    const fields = fieldsOf(stored);
    const stream = fields && streamOf(fields);
    if (!fields || !stream || Object.keys(fields).some((key) => OF_A_TOOL.test(key))) return undefined;
    const text = textOf(fields);
    return text === undefined ? undefined : linesOfText(text, { stream, ...timeIn(fields) });
  },
};

function fieldsOf(stored: Buffer): JsonObject | undefined {
  const first = withoutNoise(stored)[0] ?? 0;
  if (first === OPENING_BRACE) return envelopeOf(stored);
  return isLetter(first) && stored.includes('std') ? readFields(withoutNoise(stored).toString('utf8')) : undefined;
}

const OPENING_BRACE = 0x7b;

function isLetter(byte: number): boolean {
  return (byte | 0x20) >= 0x61 && (byte | 0x20) <= 0x7a;
}

function streamOf(fields: JsonObject): StreamName | undefined {
  // An event of another kind, which names a stream too.
  if (['type', 'event', 'kind', 'name'].some((key) => isOtherEvent(fields[key]))) return undefined;
  for (const key of STREAM_KEYS) {
    const value = fields[key];
    if (typeof value !== 'string' && !(key === 'fd' && typeof value === 'number')) continue;
    const word = String(value);
    if (key === 'fd' && Object.hasOwn(NUMBERED, word)) return NUMBERED[word];
    if (key !== 'name' && Object.hasOwn(STREAMS, word)) return STREAMS[word];
    const named = NAMED.exec(word)?.[1]?.toLowerCase();
    if (named !== undefined) return STREAMS[named];
  }
  return undefined;
}

function isOtherEvent(value: unknown): boolean {
  return typeof value === 'string' && OTHER_EVENT.test(value);
}

function textOf(fields: JsonObject): string | undefined {
  for (const key of LINE_KEYS) {
    const value = fields[key];
    if (typeof value === 'string' && !NAMED.test(value)) return value;
    // A wrapper that has parsed the agent's event.
    if (isObject(value) && typeof value.type === 'string') return JSON.stringify(value);
  }
  return undefined;
}

function timeIn(fields: JsonObject): { timeMs?: number } {
  const value = TIME_KEYS.map((key) => fields[key]).find((one) => typeof one === 'string' || typeof one === 'number');
  if (typeof value === 'number') return timeFrom(value < 1e11 ? value * 1_000 : value);
  return timeOf(value);
}
