import { expect, it } from 'vitest';
import { decoderFor } from '../../../src/decode/decoders.ts';
import { createRuleCosts } from '../../../src/pipeline/fleet/rule-costs.ts';
import { createRuleLedger } from '../../../src/pipeline/fleet/rule-ledger.ts';
import { shippedRules } from '../../support/shipped-rules.ts';

const time = (key: string, ms: number) => ({ key, ms, held: false });

it('adds up what each rule took, on how many lines', () => {
  const ledger = createRuleLedger(() => 0);
  ledger.add('other', 'd1', [time('a', 1), time('b', 2)], 3);
  ledger.add('other', 'd1', [time('a', 3)], 3);
  expect(Object.fromEntries(ledger.costs('d1'))).toEqual({ a: { lines: 2, ms: 4 }, b: { lines: 1, ms: 2 } });
});

it('forgets what other rules took', () => {
  const ledger = createRuleLedger(() => 0);
  ledger.add('other', 'd1', [time('a', 1)], 1);
  expect(ledger.costs('d2').size).toBe(0);
  ledger.add('other', 'd2', [time('a', 5)], 1);
  expect(ledger.costs('d2').get('a')).toEqual({ lines: 1, ms: 5 });
});

it('takes no more than a five-hundredth of the time, and waits no longer than a second', () => {
  let nowMs = 0;
  const ledger = createRuleLedger(() => nowMs);
  expect(ledger.isDue('other')).toBe(true);
  ledger.add('other', 'd1', [], 1);
  nowMs = 499;
  expect(ledger.isDue('other')).toBe(false);
  nowMs = 500;
  expect(ledger.isDue('other')).toBe(true);
  ledger.add('other', 'd1', [], 60);
  nowMs = 1_500;
  expect(ledger.isDue('other')).toBe(true);
});

it('looks at a line that fails though another was just looked at', () => {
  const ledger = createRuleLedger(() => 0);
  ledger.add('other', 'd1', [], 5);
  expect([ledger.isDue('other'), ledger.isDue('failing')]).toEqual([false, true]);
});

it('learns of causes from lines that state a failure, typed or text, and of none from others', async () => {
  const { ruleSet: rules } = await shippedRules();
  let nowMs = 0;
  // Each look at the clock is a tick, and nothing that was looked at puts off the next.
  const ledger = { ...createRuleLedger(() => nowMs), isDue: () => true };
  const costs = createRuleCosts({
    rules: () => rules,
    quarantined: () => new Set(),
    limit: 0.1,
    windowMs: 1_000_000,
    nowMs: () => nowMs++,
    onDear: () => undefined,
    ledger,
  });
  const read = (text: string, runtime: string, format: 'structured' | 'text') =>
    costs.read(
      'a1',
      { stream: 'stdout', number: 0, raw: Buffer.from(text) },
      { decoder: decoderFor(runtime), format },
      rules,
    );
  const timed = () => ledger.costs(rules.digest).get('auth/token-expired')?.lines ?? 0;
  read('{"type":"assistant","message":{"content":[{"type":"text","text":"Hello"}]}}', 'claude-code', 'structured');
  expect(timed()).toBe(0);
  read(
    '{"type":"result","is_error":true,"api_error_status":401,"result":"OAuth token has expired"}',
    'claude-code',
    'structured',
  );
  expect(timed()).toBe(1);
  read('API Error: 401 OAuth access token has expired.', 'claude-code', 'text');
  expect(timed()).toBe(2);
});
