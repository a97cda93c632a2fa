import { splitLines } from '../../decode/split-lines.ts';
import type { CompiledRule, RuleSet } from '../../ruleset/rule-set.ts';
import type { AuthoredRules } from '../check-folder.ts';
import { type ExampleCase, placeOfExample } from './example-case.ts';
import { mutationsOf } from './mutate-example.ts';
import { createQuoteTrial, type Quote, quotesOf } from './quote-example.ts';
import { rulesThatFired, tryLog } from './try-log.ts';

/** One way in which a rule let itself be talked into another answer. */
export interface TestFailure {
  /** `example`: it does not hold as written · `mutation`: it changes its mind · `quote`: it ends who quotes it. */
  readonly kind: 'example' | 'mutation' | 'quote' | 'split';
  /** `pack/rule-id` of the rule whose example it is. */
  readonly rule: string;
  /** Where the example stands: `file:line`. */
  readonly place: string;
  /** What was done to the example: the mutation's name, or who quoted it where. */
  readonly how: string;
  readonly message: string;
  readonly runtime: string;
  readonly lines: readonly string[];
}

export interface TestSummary {
  readonly rules: number;
  readonly examples: number;
  readonly mutations: number;
  readonly quotes: number;
  readonly failures: number;
}

export interface TestReport {
  readonly summary: TestSummary;
  readonly failures: readonly TestFailure[];
}

export interface TestRulesOptions {
  /** Only the examples of this rule, by its key. */
  readonly rule?: string;
  readonly onProgress?: (done: number, of: number) => void;
}

/**
 * Runs every example, mutated in every way, and quotes each `match` example in a healthy run of every runtime.
 * Deterministic: the same rules always give the same report.
 */
export async function testRules(
  { rules, cases }: AuthoredRules,
  { rule, onProgress }: TestRulesOptions = {},
): Promise<TestReport> {
  const chosen = rule === undefined ? cases : cases.filter(({ key }) => key === rule);
  const byKey = new Map(rules.rules.map((one) => [one.key, one]));
  const abortFrom = createQuoteTrial(rules);
  const failures: TestFailure[] = [];
  let mutations = 0;
  let quotes = 0;
  for (const [done, one] of chosen.entries()) {
    const own = byKey.get(one.key);
    if (!own) continue;
    const mutated = await testMutations(one, own, rules);
    mutations += mutated.tried;
    failures.push(...mutated.failures);
    if (one.kind === 'match') {
      const quoted = await testQuotes(one, abortFrom);
      quotes += quoted.tried;
      failures.push(...quoted.failures);
    }
    onProgress?.(done + 1, chosen.length);
  }
  const summary = {
    rules: new Set(chosen.map(({ key }) => key)).size,
    examples: chosen.length,
    mutations,
    quotes,
    failures: failures.length,
  };
  return { summary, failures };
}

interface Tested {
  readonly tried: number;
  readonly failures: readonly TestFailure[];
}

async function testMutations(one: ExampleCase, own: CompiledRule, rules: RuleSet): Promise<Tested> {
  const holds = async (lines: readonly string[], cuts?: readonly number[]): Promise<boolean> => {
    const { runtime, stream } = one;
    const verdict = await tryLog({ lines, runtime, stream, ...(cuts && { cuts }) }, rules);
    return rulesThatFired(verdict).has(one.key) === (one.kind === 'match');
  };
  const fail = (kind: TestFailure['kind'], how: string, message: string, lines: readonly string[]): TestFailure => ({
    kind,
    rule: one.key,
    place: placeOfExample(one),
    how,
    message,
    runtime: one.runtime,
    lines,
  });
  const failures: TestFailure[] = [];
  if (!(await holds(one.lines))) {
    // What is wrong already says nothing about mutations; `knell rules check` says why it is wrong.
    const message = one.kind === 'match' ? 'its own rule does not speak for it' : 'its rule hits it';
    return { tried: 0, failures: [fail('example', 'as written', message, one.lines)] };
  }
  const mutations = mutationsOf(one, own, rules);
  for (const { name, lines, cuts } of mutations) {
    if (await holds(lines, cuts)) continue;
    const message = one.kind === 'match' ? 'the rule no longer hits' : 'the rule now hits';
    failures.push(fail('mutation', name, message, lines));
  }
  const badCut = findBadByteCut(one.lines);
  if (badCut !== undefined) {
    failures.push(fail('split', `cut at byte ${badCut}`, 'the lines come out differently', one.lines));
  }
  return { tried: mutations.length, failures };
}

async function testQuotes(one: ExampleCase, abortFrom: (quote: Quote) => Promise<string | undefined>): Promise<Tested> {
  const failures: TestFailure[] = [];
  let tried = 0;
  for (const quote of quotesOf(one.lines)) {
    tried += 1;
    const rule = await abortFrom(quote);
    if (rule === undefined) continue;
    failures.push({
      kind: 'quote',
      rule: one.key,
      place: placeOfExample(one),
      how: quote.how,
      message: `${rule} ends a healthy run that quotes it`,
      runtime: quote.runtime,
      lines: quote.lines,
    });
  }
  return { tried, failures };
}

/** The first byte at which cutting the output makes other lines of it, when what was cut off is carried over. */
function findBadByteCut(lines: readonly string[]): number | undefined {
  const whole = Buffer.from(lines.map((line) => `${line}\n`).join(''));
  const wanted = splitLines(whole);
  for (let at = 1; at < whole.length; at++) {
    const head = splitLines(whole.subarray(0, at));
    const carried = whole[at - 1] === 0x0a ? Buffer.alloc(0) : (head.pop() ?? Buffer.alloc(0));
    const tail = splitLines(Buffer.concat([carried, whole.subarray(at)]));
    const same =
      head.length + tail.length === wanted.length &&
      [...head, ...tail].every((line, i) => line.equals(wanted[i] as Buffer));
    if (!same) return at;
  }
  return undefined;
}
