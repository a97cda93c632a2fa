import { describe, expect, test } from 'vitest';
import { newRunState } from '../../../src/classify/run-state.ts';
import type { Run } from '../../../src/contracts/run.ts';
import { decoderFor } from '../../../src/decode/decoders.ts';
import { createMemoryLog } from '../../../src/memory/memory-log.ts';
import { openCallsIn, openToolOf } from '../../../src/pipeline/due/open-tool.ts';
import type { CompiledStall } from '../../../src/ruleset/rule-set.ts';
import { claude } from '../../support/claude-lines.ts';
import { T0 } from '../../support/messages.ts';
import { shippedRules } from '../../support/shipped-rules.ts';
import { fleet, useMemoryFleet } from '../../support/use-memory-fleet.ts';

/*
 * A tool call is open until its result is there, whatever the run says meanwhile: such a run may be silent for as long as a tool may
 * be. With the shipped rules and time in the test's hands.
 */
const { ruleSet } = await shippedRules();
useMemoryFleet(ruleSet);

const run: Run = { agent: 'a1', execution: 'e1', attempt: 1 };
const MINUTE = 60_000;
/** Longer than any limit on a silence without a tool, and shorter than those with one. */
const PAST_SILENCE = 100 * MINUTE;
const aborted = () => fleet.publisher.aborts.map(({ category }) => category);

interface Shape {
  readonly opening: object;
  calls(id: string): object;
  answers(id: string): object;
}

const envelope = (opening: object): Shape => ({
  opening,
  calls: (id) => JSON.parse(claude.calls('WebFetch', id)),
  answers: (id) => JSON.parse(claude.toolSays('ok', id)),
});
const codexItem = (type: string, id: string) => ({
  type,
  item: { id, type: 'mcp_tool_call', server: 'web', tool: 'get' },
});
const clineTool = (type: string, id: string) => ({
  type: 'agent_event',
  event: { type, contentType: 'tool', toolCallId: id, toolName: 'fetch' },
});
const gooseSays = (role: string, block: object) => ({ type: 'message', message: { role, content: [block] } });

/** How each runtime prints its first event, a call, and a call's result. */
const SHAPES: Readonly<Record<string, Shape>> = {
  'claude-code': envelope(JSON.parse(claude.init())),
  amp: envelope({ type: 'system', subtype: 'init', session_id: 's1' }),
  'qwen-code': envelope({ type: 'system', subtype: 'init', session_id: 's1', qwen_code_version: '0.24.4' }),
  'cursor-agent': {
    opening: { type: 'system', subtype: 'init', session_id: 's1', apiKeySource: 'login' },
    calls: (call_id) => ({ type: 'tool_call', subtype: 'started', call_id, tool_call: { readToolCall: {} } }),
    answers: (call_id) => ({ type: 'tool_call', subtype: 'completed', call_id, tool_call: { readToolCall: {} } }),
  },
  codex: {
    opening: { type: 'thread.started', thread_id: 't' },
    calls: (id) => codexItem('item.started', id),
    answers: (id) => codexItem('item.completed', id),
  },
  gemini: {
    opening: { type: 'init', session_id: 's1', timestamp: '2026-11-22T12:00:00Z' },
    calls: (tool_id) => ({ type: 'tool_use', tool_id, tool_name: 'web_fetch' }),
    answers: (tool_id) => ({ type: 'tool_result', tool_id, status: 'success', output: 'ok' }),
  },
  goose: {
    opening: gooseSays('assistant', { type: 'text', text: 'I look.' }),
    calls: (id) => gooseSays('assistant', { type: 'toolRequest', id, toolCall: { value: { name: 'fetch' } } }),
    answers: (id) => gooseSays('user', { type: 'toolResponse', id }),
  },
  cline: {
    opening: { type: 'run_start' },
    calls: (id) => clineTool('content_start', id),
    answers: (id) => clineTool('content_end', id),
  },
  pi: {
    opening: { type: 'session', version: 3, id: 's1', cwd: '/w' },
    calls: (toolCallId) => ({ type: 'tool_execution_start', toolCallId, toolName: 'fetch' }),
    answers: (toolCallId) => ({ type: 'tool_execution_end', toolCallId, result: { content: [] } }),
  },
  'copilot-cli': {
    opening: { type: 'session.started', data: {} },
    calls: (toolCallId) => ({ type: 'tool.execution_start', data: { toolCallId, toolName: 'fetch' } }),
    answers: (toolCallId) => ({ type: 'tool.execution_complete', data: { toolCallId } }),
  },
};
const RUNTIMES = Object.keys(SHAPES);
const shapeOf = (runtime: string) => SHAPES[runtime] as Shape;

async function start(runtime: string, sees: 'tree' | 'no tree', more: object = {}) {
  await fleet.start(run, { runtime, format: 'structured', ...more });
  if (sees === 'tree') fleet.watchTree(run);
}

/** The run prints these events, each in a message of its own. */
async function print(runtime: string, events: readonly (object | string)[]) {
  for (const event of events) {
    await fleet.say(run, [typeof event === 'string' ? event : JSON.stringify(event)], 'stdout', runtime);
  }
}

describe.each(['tree', 'no tree'] as const)('where its host sees %s', (sees) => {
  test.each(RUNTIMES)('%s: a run is left alone while the first of two calls has no result', async (runtime) => {
    const { opening, calls, answers } = shapeOf(runtime);
    await start(runtime, sees);
    await print(runtime, [opening, calls('t1'), calls('t2'), answers('t2')]);
    await fleet.clock.advance(PAST_SILENCE);
    expect(aborted()).toEqual([]);
  });

  test.each(RUNTIMES)('%s: a run is left alone while its only call has no result', async (runtime) => {
    const { opening, calls } = shapeOf(runtime);
    await start(runtime, sees);
    await print(runtime, [opening, calls('t1')]);
    await fleet.clock.advance(PAST_SILENCE);
    expect(aborted()).toEqual([]);
  });

  test.each(RUNTIMES)('%s: a run whose calls are all answered is ended by its limit', async (runtime) => {
    const { opening, calls, answers } = shapeOf(runtime);
    await start(runtime, sees);
    await print(runtime, [opening, calls('t1'), calls('t2'), answers('t2'), answers('t1')]);
    await fleet.clock.advance(35 * MINUTE);
    expect(aborted()).toEqual(['runtime.stalled']);
  });
});

const runtime = 'claude-code';
const fromReply = (event: string, id: string) => {
  const { message, ...rest } = JSON.parse(event);
  return { ...rest, message: { ...message, id } };
};
const ofSubagent = (event: string) => ({ ...JSON.parse(event), parent_tool_use_id: 'toolu_task' });
const messages = (count: number) => Array.from({ length: count }, (_, at) => claude.says(`step ${at}`));

test.each<[string, (object | string)[]]>([
  ['one event makes both calls', [bothCalls(), claude.toolSays('ok', 't2')]],
  ['the model speaks behind the call', [claude.calls('WebFetch', 't1'), claude.says('It takes a while.')]],
  [
    'a subagent works for the call',
    [claude.calls('Task', 't1'), ofSubagent(claude.calls('Read', 's1')), ofSubagent(claude.toolSays('ok', 's1'))],
  ],
  ["the subagent's result is none of the run's", [claude.calls('Task', 't1'), { ...ofSubagent(claude.succeeds()) }]],
  ['it was called two thousand messages ago', [claude.calls('WebFetch', 't1'), ...messages(1_900)]],
  ['so much was said that it may have been called before', messages(2_100)],
])('a run is left alone while a call has no result and %s', async (_how, events) => {
  await start(runtime, 'no tree');
  await print(runtime, [claude.init(), ...events]);
  await fleet.clock.advance(PAST_SILENCE);
  expect(aborted()).toEqual([]);
});

test.each<[string, (object | string)[]]>([
  ['a hundred messages ago', [claude.calls('WebFetch', 't1'), claude.toolSays('ok', 't1'), ...messages(150)]],
  [
    'before another reply',
    [...messages(2_100), fromReply(claude.says('a'), 'msg_1'), fromReply(claude.says('b'), 'msg_2')],
  ],
])('a run is ended by its limit where all calls were answered %s', async (_when, events) => {
  await start(runtime, 'no tree');
  await print(runtime, [claude.init(), ...events]);
  await fleet.clock.advance(20 * MINUTE);
  expect(aborted()).toEqual(['runtime.stalled']);
});

test('a call of a turn that is over is open no more in the next one', async () => {
  await start(runtime, 'tree', { goes_on: 'turns' });
  await print(runtime, [
    claude.init(),
    claude.calls('WebFetch', 't1'),
    claude.succeeds(),
    claude.init(),
    claude.says('On.'),
  ]);
  await fleet.clock.advance(20 * MINUTE);
  expect(aborted()).toEqual(['runtime.stalled']);
});

test('the warning names the tool whose call is open', async () => {
  await start(runtime, 'no tree');
  await print(runtime, [
    claude.init(),
    claude.calls('WebFetch', 't1'),
    claude.calls('Read', 't2'),
    claude.toolSays('ok', 't2'),
  ]);
  await fleet.clock.advance(30 * MINUTE);
  expect(fleet.publisher.notices.map(({ message }) => message)).toEqual([
    'The run has said nothing for 1200 s while its tool WebFetch is at work. It is ended after 7200 s.',
  ]);
});

function bothCalls(): object {
  const [first, second] = ['t1', 't2'].map((id) => JSON.parse(claude.calls('WebFetch', id)));
  return { ...first, message: { ...first.message, content: [...first.message.content, ...second.message.content] } };
}

test('a call is answered for certain only behind what the log has lost', () => {
  const said = [fromReply(claude.says('a'), 'msg_1'), fromReply(claude.says('b'), 'msg_2')].map((one) =>
    JSON.stringify(one),
  );
  const lines = said.map((text, at) => ({
    stream: 'stdout' as const,
    text,
    position: { seq: at + 5, row: 0 },
    atMs: T0,
  }));
  const isSure = (seq: number, atMs: number) => openCallsIn(lines, decoderFor(runtime, []), { seq, atMs }).isSure;
  expect([isSure(1, T0), isSure(5, T0), isSure(6, T0), isSure(7, T0), isSure(1, T0 + 1)]).toEqual([
    true,
    true,
    false,
    false,
    false,
  ]);
});

test('a tool may be open where the log has lost what the run said first', async () => {
  const log = createMemoryLog();
  const message = { run, stream: 'stdout' as const, subject: 's', codec: 'lines' };
  log.append({ ...message, data: Buffer.from(claude.says('On.')), seq: 12, storedMs: T0 });
  const history = { ...log, begin: async () => ({ seq: 9, atMs: T0 }) };
  const stall = ruleSet.stallOf(runtime) as CompiledStall;
  const toolOf = (started_ms: number) =>
    openToolOf({ ...newRunState(run), runtime, started_ms }, stall, ruleSet, history);
  expect([await toolOf(T0 - MINUTE), await toolOf(T0 + 2 * MINUTE)]).toEqual(['', undefined]);
});
