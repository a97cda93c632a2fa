import { join } from 'node:path';
import { type AgentRecipe, DEFAULT_PROMPT, type Scenario } from '../agent-recipe.ts';
import { writeFileDeep } from '../workspace.ts';
import { COMMON_SCENARIOS } from './common-scenarios.ts';

const scenarios: Scenario[] = [
  ...COMMON_SCENARIOS,
  { answer: '200', name: 'no-key', format: 'json', env: { GEMINI_API_KEY: null } },
  { answer: '200', name: 'no-key', format: 'text', env: { GEMINI_API_KEY: null } },
];

/** Gemini CLI with an API key. Settings: https://geminicli.com/docs/reference/configuration. */
export const gemini: AgentRecipe = {
  runtime: 'gemini',
  package: '@google/gemini-cli',
  versions: ['0.61.0'],
  bin: 'gemini',
  scenarios,
  prepare: ({ home }, { answer }) =>
    writeFileDeep(
      join(home, '.gemini/settings.json'),
      JSON.stringify({
        // Fewer attempts than ten, whose pauses grow to half a minute.
        general: { enableAutoUpdate: false, maxAttempts: answer.endsWith('-heals') ? 4 : 2 },
        privacy: { usageStatisticsEnabled: false },
        security: { auth: { selectedType: 'gemini-api-key' } },
      }),
    ),
  args: (_place, { format, prompt = DEFAULT_PROMPT }) => [
    '--skip-trust',
    '--yolo',
    '-m',
    'gemini-2.5-pro',
    '-p',
    prompt,
    ...(format === 'json' ? ['--output-format', 'stream-json'] : []),
  ],
  env: ({ providerUrl }) => ({ GEMINI_API_KEY: 'stub-key', GOOGLE_GEMINI_BASE_URL: providerUrl }),
};
