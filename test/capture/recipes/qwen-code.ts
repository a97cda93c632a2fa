import { type AgentRecipe, DEFAULT_PROMPT, type Scenario } from '../agent-recipe.ts';
import { COMMON_SCENARIOS } from './common-scenarios.ts';

/** It retries these for about eighty seconds and has no setting for that. */
const RETRIED = ['402-credit', '429', '429-usage', '500', '529', 'reset'];

const scenarios: Scenario[] = [
  ...COMMON_SCENARIOS.map((scenario) =>
    RETRIED.includes(scenario.answer) ? { ...scenario, capMs: 150_000 } : scenario,
  ),
  { answer: '200', name: 'no-key', format: 'json', env: { OPENAI_API_KEY: null } },
  { answer: '200', name: 'no-key', format: 'text', env: { OPENAI_API_KEY: null } },
];

/** Qwen Code with an OpenAI-compatible provider. Variables: https://qwenlm.github.io/qwen-code-docs/. */
export const qwenCode: AgentRecipe = {
  runtime: 'qwen-code',
  package: '@qwen-code/qwen-code',
  versions: ['0.15.10', '0.24.4'],
  bin: 'qwen',
  scenarios,
  args: (_place, { format, prompt = DEFAULT_PROMPT }) => [
    '--auth-type',
    'openai',
    '--yolo',
    '-p',
    prompt,
    ...(format === 'json' ? ['--output-format', 'stream-json'] : []),
  ],
  env: ({ providerUrl }) => ({
    OPENAI_API_KEY: 'stub-key',
    OPENAI_BASE_URL: `${providerUrl}/v1`,
    OPENAI_MODEL: 'stub-model',
  }),
};
