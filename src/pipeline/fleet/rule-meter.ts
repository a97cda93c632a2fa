import type { RuleTime } from '../../ruleset/rule-set.ts';

/** A rule that takes more of a worker's time than it may, on lines that are none of its business. */
export interface DearRule {
  /** `pack/id`. */
  readonly key: string;
  /** Of the worker's time, 0 to 1. */
  readonly share: number;
  readonly limit: number;
}

export interface RuleMeterOptions {
  /** What one rule may take of the worker's time, 0 to 1. */
  readonly limit: number;
  /** Over how long shares are measured, in milliseconds. */
  readonly windowMs: number;
  /** Milliseconds from some moment on. */
  readonly nowMs: () => number;
  readonly onDear: (dear: DearRule) => void;
  /** What all rules together took of the window that is over, 0 to 1. */
  readonly onWindow?: (share: number) => void;
}

/** One line that was looked at closely. */
export interface SampledLine {
  readonly agent: string;
  /** What decoding it and trying all rules took. */
  readonly ms: number;
  /** Not only rules want such lines: a signal does, drift, or whoever reads failures. Without the rules it would cost as much. */
  readonly isWantedAnyway: boolean;
  readonly rules: readonly RuleTime[];
}

export interface RuleMeter {
  /** A line was decoded and tried; returns whether it is one to be looked at closely. */
  add(ms: number): boolean;
  /** @param tookMs what looking closely took */
  sample(line: SampledLine, tookMs: number): void;
}

/** Fewer lines than this say little about all rules, or about one. */
const MIN_LINES = 20;
const MIN_LINES_OF_RULE = 5;
/** What looking closely may take of the worker's time, as long as that leaves some lines in each window. */
const SAMPLING_SHARE = 0.02;
const PAUSES_A_WINDOW = 10;
/** For how many windows nothing is looked at closely after nothing was found. */
const REST_WINDOWS = 5;

/**
 * Tells which rules take too much of a worker's time. In steps, so that it costs next to nothing while all is well: the
 * time for all rules together is added up; only after a window in which it was more than one rule may take, some lines
 * are looked at closely; and a rule is named when it is over its share in two windows, one after the other.
 *
 * What a rule takes is its own trying, and its part of all else that the lines take which rules alone wanted; but for the
 * dearest of those, in which the process may have stood still. Lines on which it holds don't count: a fleet that fails all
 * at once is what it is there for. It has to be over its share on the lines of all agents but the one that it takes most
 * on: no agent can have a rule switched off for the others.
 */
export function createRuleMeter({ limit, windowMs, nowMs, onDear, onWindow }: RuleMeterOptions): RuleMeter {
  let startMs = nowMs();
  let busyMs = 0;
  let isHot = false;
  let restUntilMs = 0;
  let nextSampleMs = 0;
  let samples = newSamples();
  let suspects = new Set<string>();

  function closeWindow(atMs: number): void {
    const share = busyMs / (atMs - startMs);
    startMs = atMs;
    busyMs = 0;
    onWindow?.(share);
    if (isHot) {
      samples.busy.push(share);
      if (samples.lines >= MIN_LINES) judge(atMs);
    }
    isHot = share > limit && atMs >= restUntilMs;
    if (isHot) return;
    samples = newSamples();
    suspects = new Set();
  }

  function judge(atMs: number): void {
    const busy = samples.busy.reduce((sum, share) => sum + share, 0) / samples.busy.length;
    const over = new Set<string>();
    for (const [key, byAgent] of samples.byRule) {
      const { ms, dearestMs, lines } = sumOf([...byAgent.values()]);
      const others = sumOf([...byAgent.values()].toSorted((a, b) => b.ms - a.ms).slice(1));
      const share = (busy * (ms - dearestMs)) / (samples.ms - dearestMs);
      const shareOfOthers = (busy * (others.ms - others.dearestMs)) / samples.ms;
      if (lines < MIN_LINES_OF_RULE || !(shareOfOthers > limit)) continue;
      over.add(key);
      if (suspects.has(key)) onDear({ key, share, limit });
    }
    suspects = over;
    samples = newSamples();
    if (over.size === 0) restUntilMs = atMs + REST_WINDOWS * windowMs;
  }

  return {
    add(ms) {
      const atMs = nowMs();
      if (atMs - startMs >= windowMs) closeWindow(atMs);
      busyMs += ms;
      return isHot && atMs >= nextSampleMs;
    },
    sample({ agent, ms, isWantedAnyway, rules }, tookMs) {
      const tried = rules.reduce((sum, rule) => sum + rule.ms, 0);
      const part = isWantedAnyway ? 0 : Math.max(0, ms - tried) / Math.max(1, rules.length);
      samples.lines += 1;
      samples.ms += Math.max(ms, tried);
      for (const { key, held, ms: own } of rules) {
        if (held) continue;
        const byAgent = samples.byRule.get(key) ?? new Map<string, Taken>();
        samples.byRule.set(key, byAgent);
        byAgent.set(agent, sumOf([byAgent.get(agent) ?? NOTHING, { ms: own + part, dearestMs: own + part, lines: 1 }]));
      }
      nextSampleMs = nowMs() + Math.min(tookMs / SAMPLING_SHARE, windowMs / PAUSES_A_WINDOW);
    },
  };
}

/** What a rule took of some lines, and of the dearest of them. */
interface Taken {
  readonly ms: number;
  readonly dearestMs: number;
  readonly lines: number;
}

const NOTHING: Taken = { ms: 0, dearestMs: 0, lines: 0 };

function sumOf(all: readonly Taken[]): Taken {
  return all.reduce(
    (sum, { ms, dearestMs, lines }) => ({
      ms: sum.ms + ms,
      dearestMs: Math.max(sum.dearestMs, dearestMs),
      lines: sum.lines + lines,
    }),
    NOTHING,
  );
}

function newSamples() {
  return {
    lines: 0,
    ms: 0,
    /** Rule, agent → what it took. */
    byRule: new Map<string, Map<string, Taken>>(),
    /** What all rules took of the windows in which these lines were. */
    busy: [] as number[],
  };
}
