import { type AgentRecipe, DEFAULT_PROMPT, type OutputFormat, type Scenario } from '../agent-recipe.ts';

const formats: OutputFormat[] = ['text', 'json'];
const scenarios = formats.flatMap((format): Scenario[] => [
  { answer: '401', format },
  { answer: '403', format },
  { answer: '429', format, capMs: 30_000 },
  { answer: '500', format, capMs: 30_000 },
  { answer: 'reset', format, capMs: 30_000 },
  { answer: 'stall', format, capMs: 30_000 },
  { answer: '200', name: 'no-key', format, env: { AMP_API_KEY: null }, capMs: 20_000 },
  { answer: '200', name: 'wrong-flag', format, args: ['--no-such-flag'] },
]);

/** Amp speaks to its own server only, which the stub does not play: faults, but no healthy run. */
export const amp: AgentRecipe = {
  runtime: 'amp',
  package: '@sourcegraph/amp',
  versions: ['0.0.1790142911-g7618fb'],
  bin: 'amp',
  buildsPackages: ['@ampcode/cli'],
  ownServer: true,
  scenarios,
  args: (_place, { format, prompt = DEFAULT_PROMPT }) => [
    '-x',
    prompt,
    ...(format === 'json' ? ['--stream-json'] : []),
  ],
  env: ({ providerUrl }) => ({ AMP_URL: providerUrl, AMP_API_KEY: 'stub-key', AMP_SKIP_UPDATE_CHECK: '1' }),
};
