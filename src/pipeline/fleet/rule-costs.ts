import type { DecodedEvent } from '../../decode/event.ts';
import type { Line } from '../../decode/line.ts';
import type { EventMatch, RuleSet } from '../../ruleset/rule-set.ts';
import { setAside } from '../../ruleset/set-aside.ts';
import type { TextWindow } from '../../ruleset/statements/text-reading.ts';
import type { StreamContext } from '../output/stream-context.ts';
import type { RuleLedger } from './rule-ledger.ts';
import { createRuleMeter, type RuleMeterOptions } from './rule-meter.ts';

/** A line, understood. */
export interface ReadLine {
  readonly event: DecodedEvent;
  readonly match: EventMatch;
}

/** How a worker takes lines through the rules, and what that costs. */
export interface RuleCosts {
  /** The rules to take one message with. */
  rules(): RuleSet;
  /**
   * @param agent whose line it is
   * @param window the lines around a line of plain text
   */
  read(agent: string, line: Line, context: StreamContext, rules: RuleSet, window?: TextWindow): ReadLine;
}

export interface RuleCostsOptions extends RuleMeterOptions {
  /** The rules in force. */
  readonly rules: () => RuleSet;
  /** The rules that are in quarantine, by key. */
  readonly quarantined: () => ReadonlySet<string>;
  /** Learns what each rule and cause takes, for people to see; left out: nobody looks. */
  readonly ledger?: RuleLedger;
}

/** A share of a worker's time that no single rule needs: all the shipped ones together take less on healthy output. */
export const RULE_SHARE = 0.1;
export const COST_WINDOW_MS = 10_000;

/** All rules, whatever they cost: for a run of one's own, or a log that is read once. */
export function uncounted(rules: () => RuleSet): RuleCosts {
  return { rules, read: (_, ...line) => read(...line) };
}

function read(line: Line, { decoder, format }: StreamContext, rules: RuleSet, window?: TextWindow): ReadLine {
  const event = decoder.decode(line, format);
  return { event, match: rules.match(event, line.stream, decoder.runtime, window) };
}

/**
 * Holds rules to their share of the worker's time. Those in quarantine are set aside, and together get one rule's share:
 * after a message with all rules that took so long, the next ones are taken without them until the share is made up
 * for. So they cost a known part at most, and what they are about still leaves a record now and then.
 */
export function createRuleCosts(options: RuleCostsOptions): RuleCosts {
  const { limit, nowMs, quarantined, ledger } = options;
  const meter = createRuleMeter(options);
  let known: { all: RuleSet; keys: ReadonlySet<string>; others: RuleSet } | undefined;
  let tryFromMs = 0;

  function withoutQuarantined(all: RuleSet, keys: ReadonlySet<string>): RuleSet {
    if (known?.all !== all || known.keys !== keys) known = { all, keys, others: setAside(all, keys) };
    return known.others;
  }

  return {
    rules() {
      const all = options.rules();
      const keys = quarantined();
      if (keys.size === 0) return all;
      return nowMs() < tryFromMs ? withoutQuarantined(all, keys) : all;
    },
    read(agent, line, context, rules, window) {
      const startMs = nowMs();
      const { event, match } = read(line, context, rules, window);
      const endMs = nowMs();
      // However many lines the message has: each puts off the next message that is taken with all rules.
      if (quarantined().size > 0 && rules !== known?.others) {
        tryFromMs = Math.max(tryFromMs, startMs) + (endMs - startMs) / limit;
      }
      if (meter.add(endMs - startMs)) {
        const times = rules.time(line, event, context.decoder.runtime, nowMs);
        const isText = window !== undefined && !window.shapes[window.at]?.isMute;
        const isWantedAnyway = isText || match.signals.length > 0 || event.claimsError;
        const sampled = { agent, ms: endMs - startMs, isWantedAnyway, rules: times };
        meter.sample(sampled, nowMs() - endMs);
      }
      const kind = match.hits.length > 0 || event.claimsError ? 'failing' : 'other';
      if (ledger?.isDue(kind)) {
        const { runtime } = context.decoder;
        const fromMs = nowMs();
        const times = [
          ...rules.time(line, event, runtime, nowMs),
          ...rules.timeCauses(event, line.stream, runtime, nowMs, window),
        ];
        ledger.add(kind, rules.digest, times, nowMs() - fromMs);
      }
      return { event, match };
    },
  };
}
