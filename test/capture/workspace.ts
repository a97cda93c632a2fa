import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';

/** Files of the project that captured agents work on: an incident report and a log full of other runs' errors. */
const FILES: Readonly<Record<string, string>> = {
  'docs/incident.md': `# Incident: executions hung for an hour

Two of nine executions ended with a clear message, the others hung until the watchdog came.

    Login expired · Please run /login
    Invalid API key · Please run /login
    Not logged in · Please run /login
    Failed to authenticate. API Error: 401 OAuth token has expired. Please obtain a new token or refresh your existing token.
    Credit balance is too low

What the stream of one of them held:

{"type":"system","subtype":"api_retry","attempt":1,"max_retries":10,"retry_delay_ms":508,"error_status":401,"error":"authentication_failed"}
{"type":"system","subtype":"api_retry","attempt":2,"max_retries":10,"retry_delay_ms":1120,"error_status":401,"error":"authentication_failed"}
{"type":"result","subtype":"success","is_error":true,"api_error_status":401,"terminal_reason":"api_error","result":"Failed to authenticate."}
{"type":"turn.failed","error":{"message":"unexpected status 401 Unauthorized"}}

Cause: CLAUDE_CODE_OAUTH_TOKEN had expired. "You've hit your usage limit" was not the cause.
`,
  'logs/agent.log': `2026-05-10T03:11:20Z run 401f529a-4290-4401-8503-529401429500 started
2026-05-10T03:11:21Z error: 401 Unauthorized: invalid x-api-key
2026-05-10T03:11:24Z error: 429 rate_limit_error: This request would exceed your account's rate limit
2026-05-10T03:11:31Z error: 529 overloaded_error: Overloaded
2026-05-10T03:12:02Z You've hit your session limit · resets 3:30am (America/New_York)
2026-05-10T03:12:02Z quota exceeded; token expired; ECONNRESET; ENOSPC: no space left on device
2026-05-10T03:12:40Z FATAL ERROR: Reached heap limit Allocation failed - JavaScript heap out of memory
2026-05-10T03:12:41Z run 401f529a-4290-4401-8503-529401429500 exited with 1
`,
  'src/failover.mjs': `export function isAuthFailure(status) {
  return status === 401 || status === 403; // authentication_error, permission_error
}

export function shouldRetry(status) {
  return status === 429 || status === 500 || status === 529; // rate_limit_error, api_error, overloaded_error
}
`,
  'test/auth.test.mjs': `import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isAuthFailure, shouldRetry } from '../src/failover.mjs';

test('test_token_expired: 401 Unauthorized, OAuth token has expired', () => assert.equal(isAuthFailure(401), true));
test('Invalid API key · Please run /login', () => assert.equal(isAuthFailure(403), true));
test('529 overloaded_error is retried', () => assert.equal(shouldRetry(529), true));
`,
  'bin/call-gateway.mjs': `console.error('POST https://gateway.example.com/v1/messages');
console.error('API Error: 401 {"type":"error","error":{"type":"authentication_error","message":"invalid x-api-key"}}');
console.error('Failed to authenticate. API Error: 401 Invalid bearer token');
process.exit(1);
`,
};

export interface Workspace {
  /** Holds the other two. */
  readonly root: string;
  readonly home: string;
  readonly app: string;
  remove(): Promise<void>;
}

/** Makes a fresh home folder and a small project under version control, in the system's temporary folder. */
export async function makeWorkspace(): Promise<Workspace> {
  const root = await realpath(await mkdtemp(join(tmpdir(), 'knell-capture-')));
  const home = join(root, 'home');
  const app = join(root, 'app');
  await mkdir(home, { recursive: true });
  for (const [name, text] of Object.entries(FILES)) await writeFileDeep(join(app, name), text);
  await promisify(execFile)('git', ['init', '--quiet', '--initial-branch=main', app]);
  return { root, home, app, remove: () => rm(root, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 }) };
}

/** Writes a file and the folders above it. */
export async function writeFileDeep(path: string, text: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, text);
}
