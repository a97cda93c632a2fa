import { join } from 'node:path';
import { type AgentRecipe, DEFAULT_PROMPT, type Scenario } from '../agent-recipe.ts';
import { writeFileDeep } from '../workspace.ts';
import { COMMON_SCENARIOS } from './common-scenarios.ts';

const scenarios: Scenario[] = [
  ...COMMON_SCENARIOS,
  { answer: '200', name: 'no-such-provider', format: 'text', args: ['--provider', 'nonesuch'] },
];

/** pi, with an Anthropic-compatible provider of its own: `docs/models.md` in its package. */
export const pi: AgentRecipe = {
  runtime: 'pi',
  package: '@mariozechner/pi-coding-agent',
  versions: ['0.73.1'],
  bin: 'pi',
  scenarios,
  prepare: ({ home, providerUrl }) =>
    writeFileDeep(
      join(home, '.pi/agent/models.json'),
      JSON.stringify({
        providers: {
          stub: {
            baseUrl: providerUrl,
            api: 'anthropic-messages',
            apiKey: 'stub-key',
            models: [{ id: 'stub-model' }],
          },
        },
      }),
    ),
  args: (_place, { format, prompt = DEFAULT_PROMPT }) => [
    '--provider',
    'stub',
    '--model',
    'stub-model',
    '--mode',
    format,
    '-p',
    prompt,
  ],
  env: () => ({ PI_OFFLINE: '1', PI_TELEMETRY: '0' }),
};
