/** Lines in the shape that Claude Code prints with `--output-format stream-json`, for the demo's scripted agents. */
const SESSION = '6f1c1f0e-8f5c-4f5e-9a44-3a6f0d2b7c11';
let lastTool = 0;

const print = (event: object): string => JSON.stringify({ ...event, session_id: SESSION });

export const claudeLine = {
  init: (): string =>
    print({
      type: 'system',
      subtype: 'init',
      cwd: '/srv/app',
      model: 'claude-opus-4-8',
      permissionMode: 'default',
      apiKeySource: 'none',
      claude_code_version: '2.1.197',
    }),
  retry401: (attempt: number, delayMs: number): string =>
    print({
      type: 'system',
      subtype: 'api_retry',
      attempt,
      max_retries: 10,
      retry_delay_ms: delayMs,
      error_status: 401,
      error: 'authentication_failed',
    }),
  /** What the program itself says through an assistant event of its own. */
  synthetic: (text: string): string =>
    print({
      type: 'assistant',
      message: { model: '<synthetic>', role: 'assistant', content: [{ type: 'text', text }] },
      parent_tool_use_id: null,
      error: 'authentication_failed',
    }),
  failed: (text: string): string =>
    print({ type: 'result', subtype: 'success', is_error: true, api_error_status: 401, num_turns: 1, result: text }),
  says: (text: string): string =>
    print({
      type: 'assistant',
      message: { model: 'claude-opus-4-8', role: 'assistant', content: [{ type: 'text', text }] },
      parent_tool_use_id: null,
    }),
  /** A tool call and what the tool said, two lines. */
  uses: (command: string, output: string): string[] => {
    lastTool += 1;
    const id = `toolu_${String(lastTool).padStart(4, '0')}`;
    return [
      print({
        type: 'assistant',
        message: {
          model: 'claude-opus-4-8',
          role: 'assistant',
          content: [{ type: 'tool_use', id, name: 'Bash', input: { command } }],
        },
        parent_tool_use_id: null,
      }),
      print({
        type: 'user',
        message: {
          role: 'user',
          content: [{ type: 'tool_result', tool_use_id: id, content: output, is_error: false }],
        },
        parent_tool_use_id: null,
      }),
    ];
  },
  succeeded: (text: string): string =>
    print({ type: 'result', subtype: 'success', is_error: false, api_error_status: null, num_turns: 9, result: text }),
};
