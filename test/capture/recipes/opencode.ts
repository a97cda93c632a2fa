import { join } from 'node:path';
import { type AgentRecipe, DEFAULT_PROMPT } from '../agent-recipe.ts';
import { writeFileDeep } from '../workspace.ts';
import { COMMON_SCENARIOS } from './common-scenarios.ts';

/** opencode with an Anthropic-compatible provider. Settings: https://opencode.ai/docs/config and …/docs/providers. */
export const opencode: AgentRecipe = {
  runtime: 'opencode',
  package: 'opencode-ai',
  versions: ['1.18.33'],
  bin: 'opencode',
  scenarios: COMMON_SCENARIOS,
  prepare: ({ home, providerUrl }) =>
    writeFileDeep(
      join(home, '.config/opencode/opencode.json'),
      JSON.stringify({
        autoupdate: false,
        share: 'disabled',
        model: 'stub/stub-model',
        small_model: 'stub/stub-model',
        provider: {
          stub: {
            npm: '@ai-sdk/anthropic',
            name: 'Stub',
            options: { baseURL: `${providerUrl}/v1`, apiKey: 'stub-key' },
            models: { 'stub-model': { name: 'Stub model', limit: { context: 200_000, output: 32_000 } } },
          },
        },
      }),
    ),
  args: (_place, { format, prompt = DEFAULT_PROMPT }) => [
    'run',
    ...(format === 'json' ? ['--format', 'json'] : []),
    prompt,
  ],
  env: () => ({
    OPENCODE_DISABLE_AUTOUPDATE: '1',
    OPENCODE_DISABLE_MODELS_FETCH: '1',
    OPENCODE_DISABLE_LSP_DOWNLOAD: '1',
  }),
};
