import { join } from 'node:path';
import { type AgentRecipe, DEFAULT_PROMPT } from '../agent-recipe.ts';
import { writeFileDeep } from '../workspace.ts';
import { COMMON_SCENARIOS } from './common-scenarios.ts';

/** Continue's CLI with an OpenAI-compatible provider: https://docs.continue.dev/reference. */
export const continueCli: AgentRecipe = {
  runtime: 'continue-cli',
  package: '@continuedev/cli',
  versions: ['1.5.47'],
  bin: 'cn',
  scenarios: COMMON_SCENARIOS,
  prepare: ({ home, providerUrl }) =>
    writeFileDeep(
      join(home, 'config.yaml'),
      [
        'name: stub',
        'version: 1.0.0',
        'schema: v1',
        'models:',
        '  - name: stub',
        '    provider: openai',
        '    model: stub-model',
        `    apiBase: ${providerUrl}/v1`,
        '    apiKey: stub-key',
        '    roles: [chat]',
        '    capabilities: [tool_use]',
        '',
      ].join('\n'),
    ),
  args: ({ home }, { format, prompt = DEFAULT_PROMPT }) => [
    '--config',
    join(home, 'config.yaml'),
    '--auto',
    ...(format === 'json' ? ['--format', 'json'] : []),
    '-p',
    prompt,
  ],
  env: () => ({ CONTINUE_TELEMETRY_ENABLED: '0', CONTINUE_METRICS_ENABLED: '0' }),
};
