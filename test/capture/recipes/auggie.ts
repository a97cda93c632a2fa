import { type AgentRecipe, DEFAULT_PROMPT, type OutputFormat, type Scenario } from '../agent-recipe.ts';

const formats: OutputFormat[] = ['text', 'json'];
const scenarios = formats.flatMap((format): Scenario[] => [
  { answer: '401', format },
  { answer: '403', format },
  { answer: '429', format, capMs: 30_000 },
  { answer: '500', format, capMs: 30_000 },
  { answer: 'reset', format, capMs: 30_000 },
  { answer: 'stall', format, capMs: 30_000 },
  { answer: '200', name: 'no-key', format, env: { AUGMENT_SESSION_AUTH: null }, capMs: 20_000 },
  { answer: '200', name: 'wrong-flag', format, args: ['--no-such-flag'] },
]);

/** Auggie speaks to its own server only, which the stub does not play: faults, but no healthy run. */
export const auggie: AgentRecipe = {
  runtime: 'auggie',
  package: '@augmentcode/auggie',
  versions: ['0.36.0'],
  bin: 'auggie',
  ownServer: true,
  scenarios,
  args: (_place, { format, prompt = DEFAULT_PROMPT }) => [
    '-p',
    prompt,
    ...(format === 'json' ? ['--output-format', 'json'] : []),
  ],
  env: ({ providerUrl }) => ({
    AUGMENT_SESSION_AUTH: JSON.stringify({
      accessToken: 'stub-token',
      tenantURL: `${providerUrl}/`,
      scopes: ['read', 'write'],
    }),
    AUGMENT_DISABLE_AUTO_UPDATE: '1',
  }),
};
