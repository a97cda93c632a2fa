import { join } from 'node:path';
import { type AgentRecipe, DEFAULT_PROMPT } from '../agent-recipe.ts';
import { writeFileDeep } from '../workspace.ts';
import { COMMON_SCENARIOS } from './common-scenarios.ts';

/** Cline's CLI with an OpenAI-compatible provider; the file is what `cline auth` writes. */
export const cline: AgentRecipe = {
  runtime: 'cline',
  package: 'cline',
  versions: ['3.0.65'],
  bin: 'cline',
  scenarios: COMMON_SCENARIOS,
  prepare: ({ home, providerUrl }) =>
    writeFileDeep(
      join(home, '.cline/data/settings/providers.json'),
      JSON.stringify({
        version: 1,
        lastUsedProvider: 'openai-compatible',
        modes: {},
        providers: {
          'openai-compatible': {
            settings: {
              provider: 'openai-compatible',
              apiKey: 'stub-key',
              model: 'stub-model',
              baseUrl: `${providerUrl}/v1`,
            },
            updatedAt: '2026-01-01T00:00:00.000Z',
            tokenSource: 'manual',
          },
        },
      }),
    ),
  args: (_place, { format, prompt = DEFAULT_PROMPT }) => [
    '-P',
    'openai-compatible',
    '-m',
    'stub-model',
    ...(format === 'json' ? ['--json'] : []),
    prompt,
  ],
  env: () => ({ CLINE_TELEMETRY_DISABLED: '1' }),
};
