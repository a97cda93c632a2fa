// A healthy coding agent whose work is about failures: it reads the lines of a file, quotes each of them in its own
// words and in tool results, and finishes with code 7.
import { readFileSync } from 'node:fs';

const print = (value) => console.log(JSON.stringify(value));
const say = (text) =>
  print({
    type: 'assistant',
    message: { model: 'claude-sonnet-4-5', content: [{ type: 'text', text }] },
    parent_tool_use_id: null,
  });
const show = (content, id) =>
  print({
    type: 'user',
    message: { role: 'user', content: [{ type: 'tool_result', tool_use_id: id, content }] },
    parent_tool_use_id: null,
  });
print({ type: 'system', subtype: 'init', session_id: 's1', apiKeySource: 'none', claude_code_version: '2.1.197' });
for (const [at, line] of readFileSync(process.argv[2], 'utf8').split('\n').entries()) {
  say(line);
  show(line, `toolu_${at}`);
}
say('All of these are handled now.');
print({ type: 'result', subtype: 'success', is_error: false, api_error_status: null, result: 'Done.' });
process.exitCode = 7;
