/** Lines as Claude Code 2.1.197 prints them with `--output-format stream-json`, shortened to what decides. */
const line = (value: unknown): string => JSON.stringify(value);

export const claude = {
  init: (apiKeySource = 'none') =>
    line({ type: 'system', subtype: 'init', session_id: 's1', apiKeySource, claude_code_version: '2.1.197' }),
  retry: (status: number, attempt = 1) =>
    line({
      type: 'system',
      subtype: 'api_retry',
      attempt,
      max_retries: 10,
      retry_delay_ms: 500,
      error_status: status,
      error: 'authentication_failed',
    }),
  says: (text: string) =>
    line({
      type: 'assistant',
      message: { model: 'claude-sonnet-4-5', content: [{ type: 'text', text }] },
      parent_tool_use_id: null,
    }),
  calls: (name: string, id = 'toolu_1') =>
    line({
      type: 'assistant',
      message: { model: 'claude-sonnet-4-5', content: [{ type: 'tool_use', id, name, input: {} }] },
      parent_tool_use_id: null,
    }),
  toolSays: (content: string, id = 'toolu_1') =>
    line({
      type: 'user',
      message: { role: 'user', content: [{ type: 'tool_result', tool_use_id: id, content }] },
      parent_tool_use_id: null,
    }),
  synthetic: (text: string, error: string, parent: string | null = null) =>
    line({
      type: 'assistant',
      message: { model: '<synthetic>', content: [{ type: 'text', text }] },
      parent_tool_use_id: parent,
      error,
    }),
  fails: (text: string, status: number) =>
    line({
      type: 'result',
      subtype: 'success',
      is_error: true,
      api_error_status: status,
      result: text,
      terminal_reason: 'api_error',
    }),
  succeeds: (text = 'Done.') =>
    line({ type: 'result', subtype: 'success', is_error: false, api_error_status: null, result: text }),
};
