import { expect, test } from 'vitest';
import { shippedRules } from '../support/shipped-rules.ts';

const { packs, ruleSet } = await shippedRules();

/** The agents that have a pack of their own. */
const agents = packs.flatMap(({ pack }) => (pack.runtime === 'any' || Array.isArray(pack.runtime) ? [] : pack.runtime));

/** A gateway waits for messages, for days if none comes. */
const MAY_BE_SILENT_FOR_GOOD = ['openclaw'];

/** Longer than a request is waited for before the provider's client gives it up: `timeout` of the openai and anthropic packages. */
const REQUEST_MS = 600_000;

test.each(agents)('a run of %s that is over and not reported is recorded', (runtime) => {
  expect(ruleSet.stallOf(runtime)?.completionMs).toBeGreaterThan(0);
});

test.each(agents.filter((runtime) => !MAY_BE_SILENT_FOR_GOOD.includes(runtime)))(
  'a run of %s that is silent for good is ended, later than a healthy one speaks again',
  (runtime) => {
    const stall = ruleSet.stallOf(runtime);
    for (const limits of [stall, stall?.text, stall?.openTool('any')])
      expect(limits?.abortMs).toBeGreaterThan(REQUEST_MS);
  },
);

test('there are many agents', () => {
  expect(agents.length).toBeGreaterThan(20);
});
