import { categoryDefaults } from '../../contracts/category-defaults.ts';
import type { Cause, Rule, RuleOverrides, RulePack } from '../../contracts/rule-pack.ts';
import type { Failure } from '../../decode/failure/failure.ts';
import { compileLater, compileSearch } from '../../patterns/pattern.ts';
import { isTried } from '../is-tried.ts';
import { knownTextNeedles, textNeedles } from '../needles/text-needles.ts';
import { overrideRule } from '../override-rule.ts';
import type { RuleTime } from '../rule-set.ts';
import { CAUSE_CLAUSES } from './cause-clauses.ts';
import type { CompiledCause, Wording } from './compiled-cause.ts';
import { indexParts } from './index-parts.ts';
import { createResolver, type Resolved } from './resolve-cause.ts';

export interface Causes {
  /** What a failure means by the causes in force; undefined where none of them knows it. Pure. */
  resolve(failure: Failure, runtime: string): Resolved | undefined;
  /** The experimental cause that would say what it means, were it in force; undefined where there is none. Pure. */
  tried(failure: Failure, runtime: string): Resolved | undefined;
  /** Whether a line of text begins with a banner of some cause. */
  isBanner(text: string): boolean;
  /** The patterns of the banners, of which a whole line matches one. */
  readonly banners: readonly string[];
  readonly all: readonly CompiledCause[];
  /** What trying each cause's own words on a failure takes. Which causes' words occur in it is found out for all at once. */
  time(failure: Failure, runtime: string, nowMs: () => number): RuleTime[];
}

/**
 * What may stand behind a banner: its end, a mark, or a word that carries the sentence on. A noun or verb there makes it
 * the subject of another sentence ("Access denied page rendered"), and a plain value a field ("Login required: no").
 */
const BANNER_END = [
  ' ?[.!·∙|({<;,\u2013\u2014[/-].*',
  ' ?: ?(?:[^ ]+ .+|.{12,})',
  ' (?:please|for|to|in|on|at|with|from|by|while|and|after|before|or|as|using|during|until|since|resets?|again|yet|the|your|this|an?)\\b.*',
].join('|');

/** The pattern of a banner: from the start of a line, without regard to case. */
export function bannerPattern(text: string): string {
  return `(?i)^(?:${text})(?:${BANNER_END})?$`;
}

/** The pattern of a wording: anywhere in a message of several lines, without regard to case. */
export function wordingPattern(text: string): string {
  return `(?im)${text}`;
}

/**
 * Makes the causes of all packs ready. Patterns are compiled when they are first needed.
 *
 * @param indexAfter of how many texts all patterns are tried before they are indexed; see `indexParts`
 */
export function compileCauses(
  packs: readonly RulePack[],
  digest: string,
  overrides?: RuleOverrides,
  indexAfter = 0,
): Causes {
  const all = packs
    .flatMap((pack) => pack.causes.map((cause) => compileCause(cause, pack, digest, overrides)))
    .filter((cause) => cause !== undefined)
    .sort((a, b) => b.cause.precedence - a.cause.precedence);
  const banners = all.flatMap(({ cause }) =>
    cause.any.flatMap(({ banner }) => (banner === undefined ? [] : [listOf(banner).map(bannerPattern)])),
  );
  const bannersIn = indexParts(banners, (patterns) => patterns.map(wordingOf), indexAfter);
  const inForce = all.filter(({ rule }) => !isTried(rule));
  const inForceOnly = createResolver(inForce, indexAfter);
  const byAll = inForce.length < all.length ? createResolver(all, indexAfter) : undefined;
  return {
    all,
    tried(failure, runtime) {
      const found = byAll?.(failure, runtime);
      return found && isTried(found.cause.rule) ? found : undefined;
    },
    isBanner(text) {
      const line = Buffer.from(text, 'utf8');
      return bannersIn(line).some(({ wording }) => wording.pattern.test(line) === 'yes');
    },
    banners: banners.flat(),
    resolve: inForceOnly,
    time(failure, runtime, nowMs) {
      let found: Resolved | undefined;
      const spentOnce = () => {
        const spent = new Map<string, number>();
        const tried = ({ rule }: CompiledCause, ms: number) => spent.set(rule.key, (spent.get(rule.key) ?? 0) + ms);
        found = (byAll ?? inForceOnly)(failure, runtime, { nowMs, tried });
        return spent;
      };
      // A process may stand still for a moment: the better of two.
      const [one, other] = [spentOnce(), spentOnce()];
      const best = (key: string) => Math.min(one.get(key) ?? 0, other.get(key) ?? 0);
      return all.map(({ rule: { key } }) => ({ key, held: found?.cause.rule.key === key, ms: best(key) }));
    },
  };
}

function compileCause(
  cause: Cause,
  { pack, version }: RulePack,
  digest: string,
  overrides: RuleOverrides | undefined,
): CompiledCause | undefined {
  const key = `${pack}/${cause.id}`;
  const override = overrides && Object.hasOwn(overrides.rules, key) ? overrides.rules[key] : undefined;
  if (override?.disabled === true || cause.status === 'deprecated') return undefined;
  const worded = cause.any.filter(({ banner, message }) => banner !== undefined || message !== undefined);
  const bare = cause.any.filter(({ banner, message }) => banner === undefined && message === undefined);
  return {
    cause,
    rule: {
      reference: { id: cause.id, pack, version, digest },
      key,
      rule: overrideRule(ruleOf(cause), override),
      clauses: CAUSE_CLAUSES,
      continues: () => false,
    },
    words: worded.map(({ banner, message, status, code, runtime, answered, coarse }) => ({
      wordings: [...listOf(banner), ...listOf(message)].map(wordingPattern).map(wordingOf),
      ...(status !== undefined && { status: listOf(status) }),
      ...(code !== undefined && { codes: listOf(code) }),
      ...(runtime !== undefined && { runtimes: listOf(runtime) }),
      ...(answered === false && { unanswered: true as const }),
      ...(coarse && { coarse }),
    })),
    codes: bare.filter(({ status }) => status === undefined).flatMap(({ code }) => listOf(code)),
    statuses: bare.filter(({ code }) => code === undefined).flatMap(({ status }) => listOf(status)),
  };
}

function wordingOf(source: string): Wording {
  return {
    pattern: compileLater([source], compileSearch),
    textNeedles: (choose) =>
      (choose ? undefined : knownTextNeedles([source])) ?? textNeedles([source], 'decoded', choose),
    knownNeedles: () => knownTextNeedles([source]),
  };
}

/** A cause as the rule that a verdict names. */
function ruleOf(cause: Cause): Rule {
  const defaults = categoryDefaults(cause.category);
  const retryable = cause.retryable ?? (cause.next === undefined ? defaults.retryable : undefined);
  return {
    id: cause.id,
    title: cause.title,
    category: cause.category,
    scope: cause.scope ?? defaults.scope,
    severity: cause.severity ?? defaults.severity,
    status: cause.status,
    precedence: cause.precedence,
    match: [],
    action: cause.action,
    next: cause.next ?? defaults.next,
    ...(retryable !== undefined && { retryable }),
    remedy: cause.remedy ?? defaults.remedy,
    origin: { seen: '2026-11-28', source: 'causes' },
    examples: { match: [], ignore: [] },
  };
}

function listOf<T>(value: T | readonly T[] | undefined): T[] {
  return value === undefined ? [] : ([value].flat() as T[]);
}
