import { RuleOverrides, RulePack } from '../../src/contracts/rule-pack.ts';
import type { StreamName } from '../../src/contracts/run.ts';
import { type DecodedEvent, LINE_EVENT } from '../../src/decode/event.ts';
import { compileRules } from '../../src/ruleset/compile-rules.ts';
import type { RuleSet } from '../../src/ruleset/rule-set.ts';

/** A rule as small as a rule can be, with whatever a test is about. */
export function aRule(changes: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    id: 'a-rule',
    title: 'A rule',
    category: 'auth.token_expired',
    match: [{ event: 'result', where: { is_error: true } }],
    action: 'abort',
    origin: { seen: '2026-05-10', source: 'https://example.org/report' },
    examples: { match: ['{"type":"result","is_error":true}'], ignore: ['{"type":"result","is_error":false}'] },
    ...changes,
  };
}

export function rawPack(
  rules: readonly Record<string, unknown>[],
  changes: Record<string, unknown> = {},
): Record<string, unknown> {
  return { schema: 'knell.rules/v1', pack: 'test', version: '1.2.3', runtime: 'claude-code', rules, ...changes };
}

export function aPack(rules: readonly Record<string, unknown>[], changes: Record<string, unknown> = {}): RulePack {
  return RulePack.parse(rawPack(rules, changes));
}

export function someOverrides(rules: Record<string, Record<string, unknown>>, stall?: unknown): RuleOverrides {
  const named = Object.entries(rules).map(([key, override]) => [key, { reason: 'a test', ...override }]);
  return RuleOverrides.parse({
    schema: 'knell.overrides/v1',
    rules: Object.fromEntries(named),
    ...(stall !== undefined && { stall }),
  });
}

/** A typed event on the runtime's own word. */
export function typed(name: string, fields: Record<string, unknown> = {}, changes: Partial<DecodedEvent> = {}) {
  return event({ name, fields, typed: true, ...changes });
}

/** A line of plain text on a channel that only the runtime writes to. */
export function plain(text: string, changes: Partial<DecodedEvent> = {}) {
  return event({ name: LINE_EVENT, text, ...changes });
}

function event(changes: Partial<DecodedEvent>): DecodedEvent {
  return {
    name: LINE_EVENT,
    provenance: 'runtime',
    typed: false,
    shared: false,
    subagent: false,
    fields: {},
    text: '',
    claimsError: false,
    ...changes,
  };
}

/** A pack for any runtime, of rules that say only what matters to a test. */
export function packOf(rules: readonly Record<string, unknown>[], changes: Record<string, unknown> = {}): RulePack {
  return aPack(
    rules.map((rule, i) => aRule({ id: `rule-${i}`, ...rule })),
    { runtime: 'any', ...changes },
  );
}

/** A rule set that looks for exactly one thing. */
export function lookFor(condition: Record<string, unknown>): RuleSet {
  return compileRules([packOf([{ match: [condition] }])]);
}

/** The rows of a chunk that a rule set has to look at. */
export const rowsOf = (rules: RuleSet, chunk: Buffer) => rules.candidates(chunk).map(({ row }) => row);

/** What a rule with these changes hits on an event. */
export function hitsOf(changes: Record<string, unknown>, event: DecodedEvent, stream: StreamName = 'stdout') {
  return compileRules([aPack([aRule(changes)])]).match(event, stream, 'claude-code').hits;
}

/** A rule's only clause. */
export const clause = (condition: Record<string, unknown>) => ({ match: [condition] });
