import { expect, test } from 'vitest';
import { observe } from '../../src/classify/observe.ts';
import type { Occurrence } from '../../src/classify/occurrence.ts';
import { DEFAULT_POLICY } from '../../src/classify/policy.ts';
import { newRunState } from '../../src/classify/run-state.ts';
import type { Credential } from '../../src/contracts/evidence.ts';
import { decoderFor } from '../../src/decode/decoders.ts';
import { claude } from '../support/claude-lines.ts';
import { RUN, T0 } from '../support/messages.ts';
import { rulesFrom } from '../support/rules.ts';

const rules = rulesFrom(`
signals:
  - id: uses-api-key
    means: credential
    kind: api_key
    match: [{ event: system/init, where: { apiKeySource: { not: none } } }]
  - id: uses-subscription
    means: credential
    kind: oauth
    match: [{ event: system/init, where: { apiKeySource: none } }]
rules: []
`);

/** What is known of a run's credential once it has said itself what it uses. */
function after(startedWith: Credential | undefined, apiKeySource: string): Credential | undefined {
  const line = { stream: 'stdout' as const, number: 0, raw: Buffer.from(claude.init(apiKeySource)) };
  const event = decoderFor('claude-code').decode(line, 'structured');
  const occurrence: Occurrence = {
    position: { seq: 1, row: 0 },
    atMs: T0,
    line,
    event,
    match: rules.match(event, 'stdout', 'claude-code'),
    runtime: 'claude-code',
  };
  const state = { ...newRunState(RUN), ...(startedWith ? { credential: startedWith } : {}) };
  return observe(state, occurrence, { policy: DEFAULT_POLICY, nowMs: T0, digest: 'd' }).state.credential;
}

test.each<[string, Credential | undefined, string, Credential]>([
  [
    'a run that was started with a key and says so keeps the fingerprint of the key',
    { kind: 'api_key', subscription: 'team-a', fingerprint: 'key' },
    'ANTHROPIC_API_KEY',
    { kind: 'api_key', subscription: 'team-a', fingerprint: 'key' },
  ],
  [
    'a run that says it uses a key it was not started with is not known by the fingerprint of its token',
    { kind: 'oauth', subscription: 'team-a', fingerprint: 'token' },
    'apiKeyHelper',
    { kind: 'api_key' },
  ],
  [
    'a run that uses its subscription keeps all that is known',
    { kind: 'unknown', subscription: 'team-a', fingerprint: 'token' },
    'none',
    { kind: 'oauth', subscription: 'team-a', fingerprint: 'token' },
  ],
])('%s', (_what, startedWith, apiKeySource, known) => {
  expect(after(startedWith, apiKeySource)).toEqual(known);
});
