import { type AgentRecipe, DEFAULT_PROMPT } from '../agent-recipe.ts';
import { COMMON_SCENARIOS } from './common-scenarios.ts';

/** GitHub Copilot CLI with a model provider of one's own: `copilot help providers`. */
export const copilotCli: AgentRecipe = {
  runtime: 'copilot-cli',
  package: '@github/copilot',
  versions: ['1.0.102'],
  bin: 'copilot',
  scenarios: COMMON_SCENARIOS,
  args: (_place, { format, prompt = DEFAULT_PROMPT }) => [
    '-p',
    prompt,
    '--allow-all-tools',
    ...(format === 'json' ? ['--output-format', 'json'] : []),
  ],
  env: ({ providerUrl }) => ({
    COPILOT_PROVIDER_BASE_URL: `${providerUrl}/v1`,
    COPILOT_PROVIDER_API_KEY: 'stub-key',
    COPILOT_MODEL: 'stub-model',
    COPILOT_OFFLINE: 'true',
    COPILOT_AUTO_UPDATE: 'false',
  }),
};
