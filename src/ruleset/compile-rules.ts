import type { RuleOverrides, RulePack } from '../contracts/rule-pack.ts';
import { compileLater, compileSearch, compileWholeLine } from '../patterns/pattern.ts';
import { type Causes, compileCauses } from './causes/compile-causes.ts';
import { compileClause, conditionsOf } from './compile-clause.ts';
import { compileStalls } from './compile-stall.ts';
import { digestRules } from './digest.ts';
import { everyLine } from './every-line.ts';
import { createLatePrefilter, WORTHWHILE_BYTES } from './late-prefilter.ts';
import { compileCaptures } from './match/capture.ts';
import { compileCondition } from './match/compile-condition.ts';
import { createExplainer, type Explainer } from './match/explain-rules.ts';
import { createMatcher, type MatchableRule, type MatchableSignal, type Matcher } from './match/matcher.ts';
import { createRuleTimer, type RuleTimer } from './match/time-rules.ts';
import { isInForce, overrideRule } from './override-rule.ts';
import { createPrefilter } from './prefilter.ts';
import type { ConditionHit, RuleSet } from './rule-set.ts';
import { compileStatements, textPatterns } from './statements/compile-statements.ts';
import { createFailureReader, type FailureReader } from './statements/failure-hits.ts';
import { createTextPrefilter } from './text-prefilter.ts';

export interface CompileOptions {
  /** The decoders' `errorLiterals`: lines that contain one are candidates whatever the rules say. */
  readonly errorLiterals?: readonly string[];
  /**
   * Make the tables that pay on long output only once there is long output. Without them every line is decoded and every
   * rule tried, so the answers are the same.
   */
  readonly startsLight?: boolean;
  /** What verdicts name the rules by; left out: the SHA-256 over the canonical form of packs and overrides. */
  readonly digest?: string;
}

/** Trying so many texts one by one takes about as long as making the index for them: 0.5 ms each, and a second for the shipped causes. */
const LIGHT_TEXTS = 1_000;

/** The rules that apply to one runtime, and what can be done with them. */
interface RuntimeRules {
  readonly match: Matcher;
  readonly explain: Explainer;
  readonly time: RuleTimer;
  readonly failures: FailureReader;
}

interface Matchable {
  readonly rules: MatchableRule[];
  readonly signals: MatchableSignal[];
}

/**
 * Makes the rule set in force from packs and overrides that have been read already. Nothing is checked beyond what
 * compiling needs; `loadRules` and `checkPacks` do that. Patterns are compiled when they are first needed.
 */
export function compileRules(
  packs: readonly RulePack[],
  overrides?: RuleOverrides,
  options: CompileOptions = {},
): RuleSet {
  return compileWithout(new Set(), packs, overrides, options);
}

function compileWithout(
  left: ReadonlySet<string>,
  packs: readonly RulePack[],
  overrides: RuleOverrides | undefined,
  options: CompileOptions,
): RuleSet {
  const { errorLiterals = [], startsLight = false } = options;
  const digest = options.digest ?? digestRules(packs, overrides);
  const compiled = packs.map((pack) => ({ pack, ...compilePack(pack, overrides, digest, left) }));
  const causes = compileCauses(packs, digest, overrides, startsLight ? LIGHT_TEXTS : 0);
  const rules = [
    ...compiled.flatMap((pack) => pack.rules.map(({ rule }) => rule)),
    ...causes.all.map(({ rule }) => rule),
  ];
  const signals = compiled.flatMap((pack) => pack.signals.map(({ signal }) => signal.signal));
  const sources = { rules: rules.map(({ rule }) => rule), signals, errorLiterals };
  const readsText = causes.all.length > 0;
  const after = startsLight ? WORTHWHILE_BYTES : 0;
  const forEvents = createLatePrefilter(() => createPrefilter({ ...sources, eventsOnly: readsText }), after);
  const forText = createLatePrefilter(() => {
    const texts = packs.flatMap(({ statements }) => textPatterns(statements));
    const pattern = compileLater(texts, compileSearch);
    return createTextPrefilter({
      ruled: createPrefilter(sources),
      banners: causes.banners,
      isBanner: ({ body }) => causes.isBanner(body),
      stated: texts,
      isStated: ({ text, body }) =>
        [...new Set([text.trim(), body])].some((one) => pattern.test(Buffer.from(one, 'utf8')) === 'yes'),
    });
  }, after);
  const matcherOf = createMatchers(compiled, causes, startsLight ? LIGHT_TEXTS : 0);
  return {
    digest,
    packs: packs.map(({ pack, version }) => ({ pack, version })),
    runtimes: [...new Set(packs.flatMap(({ runtime }) => runtime))].filter((runtime) => runtime !== 'any'),
    rules,
    // Without causes nothing is read from plain text but what rules look for.
    candidates(chunk, format) {
      if (format === 'structured' || !readsText) return forEvents(chunk);
      return format === 'text' ? forText(chunk) : everyLine(chunk);
    },
    match(event, stream, runtime, window) {
      const { match, failures } = matcherOf(runtime);
      const matched = match(event, stream);
      const own =
        window && matched.hits.length > 0 && failures.isSpokenOf(window, stream)
          ? matched.hits.filter(endsNothing)
          : matched.hits;
      return { ...matched, hits: [...own, ...failures.hits(event, stream, window)] };
    },
    readText: (window, stream, runtime) => matcherOf(runtime).failures.readText(window, stream),
    explain: (event, stream, runtime) => matcherOf(runtime).explain(event, stream),
    time: (line, event, runtime, nowMs) => matcherOf(runtime).time(line, event, nowMs),
    timeCauses: (event, stream, runtime, nowMs, window) =>
      matcherOf(runtime).failures.time(event, stream, nowMs, window),
    without: (keys) => compileWithout(new Set([...left, ...keys]), packs, overrides, options),
    stallOf: compileStalls(packs, overrides, digest),
  };
}

function endsNothing({ rule }: ConditionHit): boolean {
  return rule.rule.action !== 'abort';
}

function compilePack(
  pack: RulePack,
  overrides: RuleOverrides | undefined,
  digest: string,
  left: ReadonlySet<string>,
): Matchable {
  const rules: MatchableRule[] = [];
  for (const given of pack.rules) {
    const key = `${pack.pack}/${given.id}`;
    const override = overrides && Object.hasOwn(overrides.rules, key) ? overrides.rules[key] : undefined;
    if (left.has(key) || !isInForce(given, override)) continue;
    const rule = overrideRule(given, override);
    const continues =
      rule.continues === undefined ? undefined : compileLater([rule.continues].flat(), compileWholeLine);
    rules.push({
      rule: {
        reference: { id: rule.id, pack: pack.pack, version: pack.version, digest },
        key,
        rule,
        clauses: rule.match.map(compileClause),
        continues: (text) => continues?.test(Buffer.from(text, 'utf8')) === 'yes',
      },
      clauses: rule.match.map((clause) => conditionsOf(clause).map((condition) => compileCondition(condition))),
      unless: (rule.unless ?? []).map((condition) => compileCondition(condition, 'exclusion')),
      recover: (rule.recover ?? []).map((condition) => compileCondition(condition)),
      captures: compileCaptures(rule.capture),
    });
  }
  const signals = pack.signals.map((signal) => ({
    signal: { key: `${pack.pack}/${signal.id}`, signal },
    conditions: signal.match.map((condition) => compileCondition(condition)),
  }));
  return { rules, signals };
}

/**
 * A matcher for each runtime that packs name, made when first asked for, and one for every other runtime.
 * Runtime names come from outside, so unknown ones must not be remembered.
 */
function createMatchers(
  packs: readonly (Matchable & { pack: RulePack })[],
  causes: Causes,
  indexAfter: number,
): (runtime: string) => RuntimeRules {
  const known = new Set(packs.flatMap(({ pack }) => pack.runtime));
  const matchers = new Map<string, RuntimeRules>();
  return (runtime) => {
    const name = known.has(runtime) ? runtime : 'any';
    let matcher = matchers.get(name);
    if (!matcher) {
      const applying = packs.filter(({ pack }) => [pack.runtime].flat().some((one) => one === name || one === 'any'));
      const rules = applying.flatMap((pack) => pack.rules);
      matcher = {
        match: createMatcher(
          rules,
          applying.flatMap(({ signals }) => signals),
          indexAfter,
        ),
        explain: createExplainer(rules),
        time: createRuleTimer(rules),
        failures: createFailureReader(name, compileStatements(applying.map(({ pack }) => pack)), causes),
      };
      matchers.set(name, matcher);
    }
    return matcher;
  };
}
