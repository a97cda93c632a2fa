import { type AgentRecipe, bothFormats, DEFAULT_PROMPT, type Scenario } from '../agent-recipe.ts';

/** Two retries instead of ten, so that what stays broken ends after about two seconds. */
const FEW_RETRIES = { CLAUDE_CODE_MAX_RETRIES: '2' };
/** A subscription's token instead of an API key. */
const SUBSCRIPTION = { ANTHROPIC_API_KEY: null, CLAUDE_CODE_OAUTH_TOKEN: 'stub-subscription-token' };
const WITH_SHELL = ['--allowedTools', 'Bash'];
const MISSING_MCP = JSON.stringify({ mcpServers: { jira: { command: '/no/such/mcp-server' } } });
const LOOK = 'Why did two executions end with 401 Unauthorized? Look into docs/incident.md';

const scenarios: Scenario[] = [
  // The client's own ten retries, in full: about three minutes each.
  { answer: '401', name: '401-default-retries', format: 'json', capMs: 240_000, everyVersion: true },
  { answer: '529', name: '529-default-retries', format: 'json', capMs: 240_000 },
  // The larger model gives up on the third 529; this one goes up the whole ladder.
  { answer: '529', name: '529-default-retries-sonnet', format: 'json', args: ['--model', 'sonnet'], capMs: 240_000 },
  ...bothFormats({ answer: '401', env: FEW_RETRIES }),
  { answer: '401-expired', name: '401-expired-default-retries', format: 'json', env: SUBSCRIPTION, everyVersion: true },
  { answer: '401-expired', name: '401-expired-default-retries', format: 'text', env: SUBSCRIPTION },
  { answer: '401-midway', format: 'json', args: WITH_SHELL, env: SUBSCRIPTION, everyVersion: true },
  { answer: '401-heals', format: 'json', env: SUBSCRIPTION, everyVersion: true },
  ...bothFormats({ answer: '401-revoked', env: { ...FEW_RETRIES, ...SUBSCRIPTION } }),
  ...bothFormats({ answer: '403', env: { ...FEW_RETRIES, ...SUBSCRIPTION } }),
  ...bothFormats({ answer: '402-credit', env: FEW_RETRIES }),
  ...bothFormats({ answer: '429', env: FEW_RETRIES }),
  ...bothFormats({ answer: '429-usage', env: SUBSCRIPTION, everyVersion: true }),
  { answer: '429-usage-midway', format: 'json', args: WITH_SHELL, env: SUBSCRIPTION, everyVersion: true },
  ...bothFormats({ answer: '200-quota-warning', env: SUBSCRIPTION, everyVersion: true }),
  { answer: '200-overage-refused', format: 'json', env: SUBSCRIPTION, everyVersion: true },
  { answer: '429-heals', format: 'json' },
  ...bothFormats({ answer: '500', env: FEW_RETRIES }),
  { answer: '500-heals', format: 'json' },
  ...bothFormats({ answer: '529', env: FEW_RETRIES }),
  ...bothFormats({ answer: '529-heals', everyVersion: true }),
  ...bothFormats({ answer: '404-model', args: ['--model', 'claude-nonesuch-9'], env: FEW_RETRIES }),
  ...bothFormats({ answer: '400-context', env: FEW_RETRIES }),
  ...bothFormats({ answer: 'refusal' }),
  ...bothFormats({ answer: 'reset', env: FEW_RETRIES }),
  ...bothFormats({ answer: 'cut', env: FEW_RETRIES }),
  ...bothFormats({ answer: 'stall', capMs: 30_000 }),
  { answer: 'stall', name: 'stall-with-time-limit', format: 'json', env: { ...FEW_RETRIES, API_TIMEOUT_MS: '3000' } },
  { answer: 'stall-midway', format: 'json', capMs: 30_000 },
  { answer: 'stall-later', format: 'json', args: WITH_SHELL, capMs: 30_000 },
  ...bothFormats({ answer: '200', everyVersion: true }),
  ...bothFormats({ answer: 'quotes', prompt: LOOK, args: WITH_SHELL, everyVersion: true }),
  ...bothFormats({ answer: 'tool-fails', prompt: LOOK, args: WITH_SHELL }),
  // No tool is allowed, so the shell call is denied and the run goes on.
  { answer: 'tool-fails', name: 'tool-denied', format: 'json', prompt: LOOK, args: ['--disallowedTools', 'Read'] },
  { answer: 'subagent-401', format: 'json', env: FEW_RETRIES, everyVersion: true },
  { answer: 'subagent-429-usage', format: 'json', env: SUBSCRIPTION },
  { answer: 'subagent-quotes', format: 'json', args: WITH_SHELL, everyVersion: true },
  ...bothFormats({ answer: 'tool-loop', name: 'max-turns', args: [...WITH_SHELL, '--max-turns', '2'] }),
  { answer: '200', name: 'mcp-missing', format: 'json', args: ['--mcp-config', MISSING_MCP], everyVersion: true },
  ...bothFormats({ answer: '200', name: 'wrong-flag', args: ['--no-such-flag'] }),
  { answer: '200', name: 'skip-permissions-as-root', format: 'json', args: ['--dangerously-skip-permissions'] },
  ...bothFormats({ answer: '200', name: 'not-logged-in', env: { ANTHROPIC_API_KEY: null }, everyVersion: true }),
  {
    answer: '200',
    name: 'no-such-session',
    format: 'json',
    args: ['--resume', '11111111-2222-4333-8444-555555555555'],
  },
];

/** Claude Code. Its environment variables: https://code.claude.com/docs/en/settings and …/env-vars. */
export const claudeCode: AgentRecipe = {
  runtime: 'claude-code',
  package: '@anthropic-ai/claude-code',
  versions: ['2.1.197', '2.1.330'],
  bin: 'claude',
  scenarios,
  args: (_place, { format, prompt = DEFAULT_PROMPT }) =>
    format === 'json' ? ['-p', prompt, '--output-format', 'stream-json', '--verbose'] : ['-p', prompt],
  env: ({ providerUrl }) => ({
    ANTHROPIC_BASE_URL: providerUrl,
    ANTHROPIC_API_KEY: 'stub-key',
    CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
    DISABLE_AUTOUPDATER: '1',
  }),
};
