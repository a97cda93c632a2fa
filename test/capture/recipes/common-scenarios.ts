import { bothFormats, type Scenario } from '../agent-recipe.ts';

const LOOK = 'Why did two executions end with 401 Unauthorized? Look into docs/incident.md';

/** What is worth knowing of any agent, in both formats: each failure of the provider, and healthy runs that look like failures. */
export const COMMON_SCENARIOS: readonly Scenario[] = [
  ...bothFormats({ answer: '401' }),
  ...bothFormats({ answer: '401-expired' }),
  { answer: '401-midway', prompt: LOOK, format: 'json' },
  ...bothFormats({ answer: '403' }),
  ...bothFormats({ answer: '402-credit' }),
  ...bothFormats({ answer: '429' }),
  ...bothFormats({ answer: '429-usage' }),
  { answer: '429-heals', format: 'json' },
  ...bothFormats({ answer: '500' }),
  { answer: '500-heals', format: 'json' },
  ...bothFormats({ answer: '529' }),
  ...bothFormats({ answer: '404-model' }),
  ...bothFormats({ answer: '400-context' }),
  ...bothFormats({ answer: 'refusal' }),
  ...bothFormats({ answer: 'reset' }),
  { answer: 'cut', format: 'json' },
  { answer: 'stall', format: 'json', capMs: 30_000 },
  ...bothFormats({ answer: '200', everyVersion: true }),
  ...bothFormats({ answer: 'quotes', prompt: LOOK, everyVersion: true }),
  ...bothFormats({ answer: 'tool-fails', prompt: LOOK }),
  ...bothFormats({ answer: '200', name: 'wrong-flag', args: ['--no-such-flag'] }),
];
