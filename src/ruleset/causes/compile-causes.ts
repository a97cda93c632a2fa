import { categoryDefaults } from '../../contracts/category-defaults.ts';
import type { Cause, Rule, RuleOverrides, RulePack } from '../../contracts/rule-pack.ts';
import type { Failure } from '../../decode/failure/failure.ts';
import { withoutAdvice } from '../../decode/failure/without-advice.ts';
import { overrideRule } from '../override-rule.ts';
import { type CompiledPattern, compileLater, compileSearch } from '../patterns/pattern.ts';
import type { CompiledRule } from '../rule-set.ts';
import { CAUSE_CLAUSES } from './cause-clauses.ts';

/** A cause with what it takes to know it. */
export interface CompiledCause {
  readonly rule: CompiledRule;
  readonly cause: Cause;
  /** Tried in order; the first that holds tells. */
  readonly words: readonly WordTest[];
  readonly codes: readonly string[];
  readonly statuses: readonly number[];
}

interface WordTest {
  readonly pattern: CompiledPattern;
  readonly status?: readonly number[];
  readonly codes?: readonly string[];
  readonly runtimes?: readonly string[];
  /** Holds only where no HTTP status is known: a provider that answered was reached. */
  readonly unanswered?: true;
}

/** How a cause was told: by the failure's words, by a code, or by its status alone. */
export interface Resolved {
  readonly cause: CompiledCause;
  readonly by: 'words' | 'code' | 'status';
}

export interface Causes {
  /** What a failure means; undefined where no cause knows it. Pure. */
  resolve(failure: Failure, runtime: string): Resolved | undefined;
  /** Whether a line of text begins with a banner of some cause. */
  isBanner(text: string): boolean;
  readonly all: readonly CompiledCause[];
}

/**
 * Statuses that say more than the class names around them: clients wrap a 401 into whatever class they have. 429 is not
 * one of them, since it stands for four causes.
 */
const DECISIVE = new Set([401, 402, 403, 404, 413, 529]);

/** Class names and provider types, which are as coarse as a status: `BadRequestError`, `invalid_request_error`. */
const CLASS_NAME = /(?:Error|Exception|Fault|_error|^error_during_execution)$/;

/**
 * What may stand behind a banner: its end, a mark, or a word that carries the sentence on. A noun or verb there makes it
 * the subject of another sentence ("Access denied page rendered"), and a plain value a field ("Login required: no").
 */
const BANNER_END =
  '(?: ?[.!·∙|({<;,\u2013\u2014[/-].*| ?: ?(?:[^ ]+ .+|.{12,})| (?:please|for|to|in|on|at|with|from|by|while|and|after|before|or|as|using|during|until|since|resets?|again|yet|the|your|this|an?)\\b.*)?$';

/** Makes the causes of all packs ready. Patterns are compiled when they are first needed. */
export function compileCauses(packs: readonly RulePack[], digest: string, overrides?: RuleOverrides): Causes {
  const all = packs
    .flatMap((pack) => pack.causes.map((cause) => compileCause(cause, pack, digest, overrides)))
    .filter((cause) => cause !== undefined)
    .sort((a, b) => b.cause.precedence - a.cause.precedence);
  const byCode = indexBy(all, (cause) => cause.codes);
  const byStatus = indexBy(all, (cause) => cause.statuses);
  const banners = all.flatMap(({ cause }) =>
    cause.any.flatMap(({ banner: one }) => listOf(one).map((text) => `(?i)^(?:${text})${BANNER_END}`)),
  );
  const banner = banners.length === 0 ? undefined : compileLater(banners, compileSearch);
  return {
    all,
    isBanner: (text) => banner?.test(Buffer.from(text, 'utf8')) === 'yes',
    resolve(failure, runtime) {
      const said =
        firstWorded(all, withoutAdvice(failure.message), failure, runtime) ??
        firstWorded(all, failure.message, failure, runtime);
      if (said) return { cause: said, by: 'words' };
      const coded = firstOf(
        byCode,
        failure.codes.filter((code) => !CLASS_NAME.test(code)),
      );
      if (coded) return { cause: coded, by: 'code' };
      const { status } = failure;
      const byNumber = status === undefined ? undefined : byStatus.get(status)?.[0];
      if (byNumber && DECISIVE.has(status as number)) return { cause: byNumber, by: 'status' };
      const classed = firstOf(byCode, failure.codes);
      if (classed) return { cause: classed, by: 'code' };
      if (byNumber) return { cause: byNumber, by: 'status' };
      // An exception of which no cause knows the class is a crash of the program that printed it.
      const crash = failure.codes.some((code) => CLASS_NAME.test(code)) && byCode.get('Exception')?.[0];
      return crash ? { cause: crash, by: 'status' } : undefined;
    },
  };
}

/** Of the causes whose words are in a message the one of the highest precedence; among equals the one named first. */
function firstWorded(
  causes: readonly CompiledCause[],
  message: string,
  failure: Failure,
  runtime: string,
): CompiledCause | undefined {
  const text = Buffer.from(message, 'utf8');
  let best: { cause: CompiledCause; index: number } | undefined;
  for (const cause of causes) {
    if (best && cause.cause.precedence < best.cause.cause.precedence) break;
    const index = placeOf(cause, text, failure, runtime);
    if (index !== -1 && (!best || index < best.index)) best = { cause, index };
  }
  return best?.cause;
}

function placeOf({ words }: CompiledCause, text: Buffer, failure: Failure, runtime: string): number {
  let place = -1;
  for (const word of words) {
    if (word.runtimes && !word.runtimes.includes(runtime)) continue;
    if (word.status && !word.status.includes(failure.status ?? 0)) continue;
    if (word.codes && !word.codes.some((code) => failure.codes.includes(code))) continue;
    if (word.unanswered && failure.status !== undefined) continue;
    const index = word.pattern.indexIn(text);
    if (index !== -1 && (place === -1 || index < place)) place = index;
  }
  return place;
}

function firstOf(index: ReadonlyMap<string, readonly CompiledCause[]>, codes: readonly string[]) {
  for (const code of codes) {
    const found = index.get(code)?.[0];
    if (found) return found;
  }
  return undefined;
}

function indexBy<K>(causes: readonly CompiledCause[], keysOf: (cause: CompiledCause) => readonly K[]) {
  const index = new Map<K, CompiledCause[]>();
  for (const cause of causes) {
    for (const key of keysOf(cause)) index.set(key, [...(index.get(key) ?? []), cause]);
  }
  return index;
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
    words: worded.map(({ banner, message, status, code, runtime, answered }) => ({
      pattern: compileLater(
        [...listOf(banner), ...listOf(message)].map((text) => `(?im)${text}`),
        compileSearch,
      ),
      ...(status !== undefined && { status: listOf(status) }),
      ...(code !== undefined && { codes: listOf(code) }),
      ...(runtime !== undefined && { runtimes: listOf(runtime) }),
      ...(answered === false && { unanswered: true as const }),
    })),
    codes: bare.filter(({ status }) => status === undefined).flatMap(({ code }) => listOf(code)),
    statuses: bare.filter(({ code }) => code === undefined).flatMap(({ status }) => listOf(status)),
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
