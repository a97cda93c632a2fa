import { join } from 'node:path';
import { type AgentRecipe, bothFormats, DEFAULT_PROMPT, type Scenario } from '../agent-recipe.ts';
import { writeFileDeep } from '../workspace.ts';

/** One retry of a request and of a stream instead of four and five. */
const FEW_RETRIES = [
  '-c',
  'model_providers.stub.request_max_retries=1',
  '-c',
  'model_providers.stub.stream_max_retries=1',
];
const MISSING_MCP = ['-c', 'mcp_servers.jira.command=/no/such/mcp-server'];
const MCP_REQUIRED = ['-c', 'mcp_servers.jira.required=true'];
const LOOK = 'Why did two executions end with 401 Unauthorized? Look into docs/incident.md';

const scenarios: Scenario[] = [
  ...bothFormats({ answer: '401', name: '401-default-retries' }),
  ...bothFormats({ answer: '401-expired', args: FEW_RETRIES }),
  ...bothFormats({ answer: '401-midway', args: FEW_RETRIES }),
  { answer: '401-heals', format: 'json' },
  ...bothFormats({ answer: '401-revoked', args: FEW_RETRIES }),
  ...bothFormats({ answer: '403', args: FEW_RETRIES }),
  ...bothFormats({ answer: '402-credit', args: FEW_RETRIES }),
  ...bothFormats({ answer: '429', args: FEW_RETRIES }),
  ...bothFormats({ answer: '429-usage', args: FEW_RETRIES }),
  { answer: '429-usage-midway', format: 'json' },
  { answer: '429-heals', format: 'json' },
  ...bothFormats({ answer: '500', name: '500-default-retries' }),
  ...bothFormats({ answer: '500-heals' }),
  ...bothFormats({ answer: '529', args: FEW_RETRIES }),
  ...bothFormats({ answer: '404-model', args: [...FEW_RETRIES, '-m', 'gpt-nonesuch'] }),
  ...bothFormats({ answer: '400-context', args: FEW_RETRIES }),
  ...bothFormats({ answer: 'reset', args: FEW_RETRIES }),
  ...bothFormats({ answer: 'cut', args: FEW_RETRIES }),
  ...bothFormats({ answer: 'stall', capMs: 30_000 }),
  { answer: 'stall-midway', format: 'json', capMs: 30_000 },
  { answer: 'stall-later', format: 'json', capMs: 30_000 },
  ...bothFormats({ answer: '200' }),
  ...bothFormats({ answer: 'quotes', prompt: LOOK }),
  ...bothFormats({ answer: 'tool-fails', prompt: LOOK }),
  ...bothFormats({ answer: '200', name: 'mcp-missing', args: MISSING_MCP }),
  ...bothFormats({ answer: '200', name: 'mcp-missing-required', args: [...MISSING_MCP, ...MCP_REQUIRED] }),
  ...bothFormats({ answer: '200', name: 'wrong-flag', args: ['--no-such-flag'] }),
  ...bothFormats({ answer: '200', name: 'no-key', env: { STUB_API_KEY: null } }),
];

/**
 * OpenAI Codex, against a model provider of its own so that no login is needed.
 * Settings: https://developers.openai.com/codex/config-reference.
 */
export const codex: AgentRecipe = {
  runtime: 'codex',
  package: '@openai/codex',
  versions: ['0.169.0'],
  bin: 'codex',
  scenarios,
  prepare: ({ home, providerUrl }) =>
    writeFileDeep(
      join(home, '.codex/config.toml'),
      [
        // Later models are given a JavaScript cell in place of a shell tool.
        'model = "gpt-5.5"',
        'model_provider = "stub"',
        '[analytics]',
        'enabled = false',
        '[model_providers.stub]',
        'name = "stub"',
        `base_url = "${providerUrl}/v1"`,
        'env_key = "STUB_API_KEY"',
        'wire_api = "responses"',
        '',
      ].join('\n'),
    ),
  args: (_place, { format, prompt = DEFAULT_PROMPT }) => [
    'exec',
    ...(format === 'json' ? ['--json'] : []),
    '--sandbox',
    'danger-full-access',
    prompt,
  ],
  env: () => ({ STUB_API_KEY: 'stub-key' }),
};
