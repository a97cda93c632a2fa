// A coding agent with a refused credential: says so twice in its own events, and then hangs for an hour with a child.
// Prints the child's process id as a line of its own first.
import { spawn } from 'node:child_process';

const print = (value) => console.log(typeof value === 'string' ? value : JSON.stringify(value));
const retry = (attempt) => ({
  type: 'system',
  subtype: 'api_retry',
  attempt,
  max_retries: 10,
  retry_delay_ms: 500,
  error_status: 401,
  error: 'authentication_failed',
});
const child = spawn(process.execPath, ['-e', 'setTimeout(() => {}, 3_600_000)'], { detached: true, stdio: 'inherit' });
print({ type: 'system', subtype: 'init', session_id: 's1', apiKeySource: 'none', claude_code_version: '2.1.197' });
print({ type: 'system', subtype: 'status', pids: [process.pid, child.pid] });
print(retry(1));
print(retry(2));
// `briefly`: gives up by itself instead.
if (process.argv[2] === 'briefly') {
  child.kill('SIGKILL');
  process.exitCode = 1;
} else {
  setTimeout(() => {}, 3_600_000);
}
