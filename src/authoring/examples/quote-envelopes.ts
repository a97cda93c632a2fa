/** Who quotes, in the contract's words, and in which of the runtime's events. */
export interface QuoteEnvelope {
  readonly who: 'narration' | 'tool' | 'prompt' | 'answer' | 'subagent';
  readonly name: string;
  wrap(text: string): unknown;
}

/** How a runtime with structured output says what others than itself have said. */
export interface QuotingRuntime {
  readonly runtime: string;
  /** What a run begins with; its first line tells that the stream is structured. */
  readonly opening: readonly unknown[];
  readonly envelopes: readonly QuoteEnvelope[];
}

const AT = '2026-11-22T17:39:46.814Z';
const USAGE = { input_tokens: 1200, output_tokens: 40 };

/** Anthropic messages in `assistant`, `user` and `result` objects; four runtimes print them. */
function messageEnvelopes(model: string): QuoteEnvelope[] {
  const says = (text: string) => ({
    type: 'assistant',
    message: { role: 'assistant', model, content: [{ type: 'text', text }], usage: USAGE },
    parent_tool_use_id: null,
    session_id: 's1',
  });
  return [
    { who: 'narration', name: 'assistant', wrap: says },
    {
      who: 'tool',
      name: 'user/tool_result',
      wrap: (content) => ({
        type: 'user',
        message: { role: 'user', content: [{ type: 'tool_result', tool_use_id: 'toolu_1', content, is_error: true }] },
        parent_tool_use_id: null,
        tool_use_result: `Error: ${content}`,
      }),
    },
    {
      who: 'prompt',
      name: 'user',
      wrap: (text) => ({ type: 'user', message: { role: 'user', content: [{ type: 'text', text }] } }),
    },
    {
      who: 'answer',
      name: 'result',
      wrap: (result) => ({
        type: 'result',
        subtype: 'success',
        is_error: false,
        api_error_status: null,
        result,
        usage: USAGE,
      }),
    },
  ];
}

const claudeCode: QuotingRuntime = {
  runtime: 'claude-code',
  opening: [
    { type: 'system', subtype: 'init', session_id: 's1', apiKeySource: 'none', claude_code_version: '2.1.197' },
  ],
  envelopes: [
    ...messageEnvelopes('claude-sonnet-4-5'),
    {
      who: 'narration',
      name: 'stream_event',
      wrap: (text) => ({
        type: 'stream_event',
        event: { type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text } },
      }),
    },
    {
      who: 'tool',
      name: 'user/tool_result blocks',
      wrap: (text) => ({
        type: 'user',
        message: {
          role: 'user',
          content: [{ type: 'tool_result', tool_use_id: 'toolu_1', content: [{ type: 'text', text }] }],
        },
      }),
    },
    {
      who: 'subagent',
      name: 'assistant of a subagent',
      wrap: (text) => ({
        type: 'assistant',
        message: { role: 'assistant', model: '<synthetic>', content: [{ type: 'text', text }] },
        parent_tool_use_id: 'toolu_9',
        error: 'authentication_failed',
      }),
    },
  ],
};

const codex: QuotingRuntime = {
  runtime: 'codex',
  opening: [{ type: 'thread.started', thread_id: 't1' }, { type: 'turn.started' }],
  envelopes: [
    item('narration', 'agent_message', (text) => ({ text })),
    item('narration', 'reasoning', (text) => ({ text })),
    item('tool', 'command_execution', (text) => ({
      command: 'npm test',
      aggregated_output: text,
      exit_code: 1,
      status: 'failed',
    })),
    item('tool', 'mcp_tool_call', (message) => ({ server: 's', tool: 't', error: { message }, status: 'failed' })),
  ],
};

function item(who: QuoteEnvelope['who'], type: string, fields: (text: string) => object): QuoteEnvelope {
  return {
    who,
    name: `item.completed/${type}`,
    wrap: (text) => ({ type: 'item.completed', item: { id: 'item_1', type, ...fields(text) } }),
  };
}

const gemini: QuotingRuntime = {
  runtime: 'gemini',
  opening: [{ type: 'init', timestamp: AT, session_id: 's1', model: 'gemini-2.5-pro' }],
  envelopes: [
    {
      who: 'narration',
      name: 'message',
      wrap: (content) => ({ type: 'message', timestamp: AT, role: 'assistant', content, delta: true }),
    },
    {
      who: 'tool',
      name: 'tool_result output',
      wrap: (output) => ({ type: 'tool_result', timestamp: AT, tool_id: 't1', status: 'success', output }),
    },
    {
      who: 'tool',
      name: 'tool_result error',
      wrap: (message) => ({
        type: 'tool_result',
        timestamp: AT,
        tool_id: 't1',
        status: 'error',
        output: message,
        error: { type: 'execution_failed', message },
      }),
    },
    {
      who: 'prompt',
      name: 'message of the user',
      wrap: (content) => ({ type: 'message', timestamp: AT, role: 'user', content }),
    },
  ],
};

const qwenCode: QuotingRuntime = {
  runtime: 'qwen-code',
  opening: [{ type: 'system', subtype: 'init', session_id: 's1', qwen_code_version: '0.15.10' }],
  envelopes: messageEnvelopes('qwen3-coder'),
};

const opencode: QuotingRuntime = {
  runtime: 'opencode',
  opening: [{ type: 'step_start', timestamp: 1, sessionID: 'ses_1', part: { type: 'step-start' } }],
  envelopes: [
    part('narration', 'text', (text) => ({ type: 'text', text })),
    part('narration', 'reasoning', (text) => ({ type: 'reasoning', text })),
    part('tool', 'tool_use', (output) => ({ type: 'tool', tool: 'bash', state: { status: 'completed', output } })),
    part('tool', 'tool_use', (error) => ({ type: 'tool', tool: 'bash', state: { status: 'error', error } })),
  ],
};

function part(who: QuoteEnvelope['who'], type: string, fields: (text: string) => object): QuoteEnvelope {
  return { who, name: type, wrap: (text) => ({ type, timestamp: 1, sessionID: 'ses_1', part: fields(text) }) };
}

const pi: QuotingRuntime = {
  runtime: 'pi',
  opening: [{ type: 'session', version: 3, id: 's1', timestamp: AT, cwd: '/srv/app' }],
  envelopes: [
    piMessage('narration', 'assistant', { stopReason: 'stop' }),
    piMessage('tool', 'toolResult', { toolCallId: 'c1', isError: true }),
    piMessage('prompt', 'user', {}),
    {
      who: 'tool',
      name: 'tool_execution_end',
      wrap: (text) => ({
        type: 'tool_execution_end',
        toolCallId: 'c1',
        toolName: 'bash',
        result: { content: [{ type: 'text', text }] },
        isError: true,
      }),
    },
  ],
};

function piMessage(who: QuoteEnvelope['who'], role: string, rest: object): QuoteEnvelope {
  const wrap = (text: string) => ({
    type: 'message_end',
    message: { role, content: [{ type: 'text', text }], ...rest },
  });
  return { who, name: `message_end of ${role}`, wrap };
}

const cline: QuotingRuntime = {
  runtime: 'cline',
  opening: [{ ts: AT, type: 'hook_event', hookEventName: 'agent_start', agentId: 'a1', parentAgentId: null }],
  envelopes: [
    clineContent('narration', 'content_end', (text) => ({ contentType: 'text', text })),
    clineContent('tool', 'content_update', (chunk) => ({
      contentType: 'tool',
      toolName: 'run_commands',
      toolCallId: 'c1',
      update: { stream: 'stderr', chunk },
    })),
    clineContent('tool', 'content_end', (result) => ({
      contentType: 'tool',
      toolName: 'run_commands',
      toolCallId: 'c1',
      output: [{ query: 'npm test', result, success: false }],
    })),
    {
      who: 'answer',
      name: 'run_result',
      wrap: (text) => ({ ts: AT, type: 'run_result', finishReason: 'completed', text }),
    },
  ],
};

function clineContent(who: QuoteEnvelope['who'], type: string, fields: (text: string) => object): QuoteEnvelope {
  const wrap = (text: string) => ({ ts: AT, type: 'agent_event', event: { type, ...fields(text) } });
  return { who, name: `agent_event/${type}`, wrap };
}

const cursorAgent: QuotingRuntime = {
  runtime: 'cursor-agent',
  opening: [{ type: 'system', subtype: 'init', apiKeySource: 'login', session_id: 's1', model: 'auto' }],
  envelopes: [
    ...messageEnvelopes('auto'),
    {
      who: 'tool',
      name: 'tool_call/completed',
      wrap: (output) => ({
        type: 'tool_call',
        subtype: 'completed',
        call_id: 'c1',
        tool_call: { shellToolCall: { result: { failure: { exitCode: 1, stdout: output, stderr: output } } } },
      }),
    },
  ],
};

const copilotCli: QuotingRuntime = {
  runtime: 'copilot-cli',
  opening: [{ type: 'session.tools_updated', data: { model: 'stub-model' } }],
  envelopes: [
    copilot('narration', 'assistant.message', (content) => ({ messageId: 'm1', content })),
    copilot('tool', 'tool.execution_complete', (message) => ({
      toolCallId: 'c1',
      success: false,
      error: { message },
      result: { content: message },
    })),
    copilot('prompt', 'user.message', (content) => ({ content })),
  ],
};

function copilot(who: QuoteEnvelope['who'], type: string, data: (text: string) => object): QuoteEnvelope {
  return { who, name: type, wrap: (text) => ({ type, data: data(text), id: 'e1', timestamp: AT }) };
}

const amp: QuotingRuntime = {
  runtime: 'amp',
  opening: [{ type: 'system', subtype: 'init', session_id: 'T-1', cwd: '/srv/app', tools: [], mcp_servers: [] }],
  envelopes: messageEnvelopes('claude-sonnet-4-5'),
};

const goose: QuotingRuntime = {
  runtime: 'goose',
  opening: [{ type: 'message', message: { role: 'assistant', content: [] } }],
  envelopes: [
    gooseMessage('narration', 'assistant', (text) => ({ type: 'text', text })),
    gooseMessage('tool', 'user', (text) => ({
      type: 'toolResponse',
      id: 'c1',
      toolResult: { status: 'success', value: { content: [{ type: 'text', text }], isError: true } },
    })),
    gooseMessage('prompt', 'user', (text) => ({ type: 'text', text })),
    {
      who: 'tool',
      name: 'notification',
      wrap: (message) => ({ type: 'notification', extension_id: 'developer', log: { message } }),
    },
  ],
};

function gooseMessage(who: QuoteEnvelope['who'], role: string, block: (text: string) => object): QuoteEnvelope {
  const wrap = (text: string) => ({ type: 'message', message: { role, created: 1, content: [block(text)] } });
  return { who, name: `message of ${role}`, wrap };
}

/**
 * Every runtime with structured output. Shapes as captured (`test/corpus/captured`), shortened to what decoders read;
 * those of Cursor's agent and Amp are from their manuals, Goose's from its source, as their decoders are.
 */
export const QUOTING_RUNTIMES: readonly QuotingRuntime[] = [
  claudeCode,
  codex,
  gemini,
  qwenCode,
  opencode,
  pi,
  cline,
  cursorAgent,
  copilotCli,
  amp,
  goose,
];
