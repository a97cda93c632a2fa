import { type Finding, sortFindings } from '../../ruleset/findings/finding.ts';
import { createReport, type Report, type Said } from '../../ruleset/findings/report.ts';
import type { RuleSource } from '../../ruleset/findings/rule-source.ts';
import { quote } from '../../ruleset/quote.ts';
import type { CompiledRule, RuleReport, RuleSet } from '../../ruleset/rule-set.ts';
import { decodeLog } from '../explain/decode-log.ts';
import type { ExampleCase } from './example-case.ts';
import { rulesThatFired, tryLog, wasDropped } from './try-log.ts';

export interface CheckExamplesOptions {
  /** Called after each example with how many of all are done. */
  readonly onProgress?: (done: number, of: number) => void;
}

/**
 * Runs examples and says which don't hold: a `match` that its own rule does not hit or another rule takes, an `ignore`
 * that its rule hits, a category that is not what comes out, an abort that would not wait for silence where it must.
 *
 * @param rules the packs without overrides: examples describe them as they are
 */
export async function checkExamples(
  cases: readonly ExampleCase[],
  rules: RuleSet,
  { onProgress }: CheckExamplesOptions = {},
): Promise<Finding[]> {
  const reports = new Map<RuleSource, Report>();
  const byKey = new Map(rules.rules.map((rule) => [rule.key, rule]));
  for (const [done, one] of cases.entries()) {
    const report = reports.get(one.source) ?? createReport(one.source);
    reports.set(one.source, report);
    const own = byKey.get(one.key);
    if (own) for (const said of await faultsOf(one, own, rules)) report.about(one.key)({ ...said, path: one.path });
    onProgress?.(done + 1, cases.length);
  }
  return sortFindings([...reports.values()].flatMap(({ findings }) => findings));
}

type Fault = Omit<Said, 'path'>;

async function faultsOf(one: ExampleCase, own: CompiledRule, rules: RuleSet): Promise<Fault[]> {
  const verdict = await tryLog(one, rules);
  const fired = rulesThatFired(verdict);
  if (one.kind === 'ignore') {
    if (!fired.has(one.key)) return [];
    const hint = 'Make the pattern narrower, add it to `unless`, or move the example to `match`.';
    return [{ code: 'example-hit', message: `The rule hits a line that it must leave alone: ${shown(one)}.`, hint }];
  }
  const reports = reportsOn(one, own, rules);
  if (!fired.has(one.key)) {
    const others = [...fired].filter((key) => key !== one.key && !key.startsWith('drift/'));
    return [whyNot(one, own, reports, others, wasDropped(verdict, one.key), rules)];
  }
  const wanted = typeof one.example === 'string' ? undefined : one.example.category;
  const said = verdict.state?.verdict?.category ?? own.rule.category;
  const faults: Fault[] = [];
  if (wanted !== undefined && wanted !== said) {
    const message = `The example should come out as ${quote(wanted)} and comes out as ${quote(said)}.`;
    faults.push({ code: 'example-category', message, hint: 'Correct the `category`, here or in the rule.' });
  }
  if (abortsUnconfirmed(one, own, rules)) {
    const message = 'Others than the runtime can print this line, and the rule would not wait for silence.';
    const hint = 'Add `quiet: 20s` or `exit: true` to the clause, or name the `stream` that only the runtime writes.';
    faults.push({ code: 'example-unconfirmed', message, hint });
  }
  return faults;
}

interface Nearest extends RuleReport {
  /** Number of the line, from 1. */
  readonly line: number;
}

/** What the example's own rule has to say about each of its lines. */
function reportsOn(one: ExampleCase, own: CompiledRule, rules: RuleSet): Nearest[] {
  return decodeLog(one.lines, one.runtime, one.stream).flatMap(({ line, event }) => {
    const report = rules.explain(event, one.stream, one.runtime).find(({ rule }) => rule.key === own.key);
    return report ? [{ ...report, line: line.number + 1 }] : [];
  });
}

function abortsUnconfirmed(one: ExampleCase, own: CompiledRule, rules: RuleSet): boolean {
  if (own.rule.action !== 'abort') return false;
  return decodeLog(one.lines, one.runtime, one.stream).some(({ event }) =>
    rules.match(event, one.stream, one.runtime).hits.some(({ rule, clause, grade }) => {
      const times = own.clauses[clause];
      return rule.key === own.key && grade === 'mixed' && times?.quietMs === undefined && times?.exit !== true;
    }),
  );
}

function whyNot(
  one: ExampleCase,
  own: CompiledRule,
  reports: readonly Nearest[],
  others: readonly string[],
  dropped: boolean,
  rules: RuleSet,
): Fault {
  if (dropped) {
    const message = 'The rule hits, and then takes what follows for the run going on.';
    return {
      code: 'example-dropped',
      message,
      hint: 'Add the lines of the same message to `continues`, or cut the example.',
    };
  }
  if (reports.length === 0) {
    const message = `The pack is not for the runtime ${quote(one.runtime)}, so the rule never sees the example.`;
    return { code: 'example-missed', message, hint: 'Correct the `runtime` of the example or of the pack.' };
  }
  const hit = reports.find(({ outcome }) => outcome === 'hit');
  if (hit && others.length > 0) {
    const taker = rules.rules.find(({ key }) => key === others[0]);
    const theirs = taker?.rule.precedence ?? 0;
    return {
      code: 'example-taken',
      message: `Another rule takes it: ${others.map(quote).join(', ')}, precedence ${theirs} against ${own.rule.precedence}.`,
      hint: `Give this rule a precedence over ${theirs}, or leave the example to the other rule.`,
    };
  }
  if (hit) {
    const message = 'The conditions hold on the lines of the example, but not often or not close enough together.';
    return { code: 'example-incomplete', message, hint: 'Add the lines that `repeat`, `sequence` or `all` wait for.' };
  }
  const excluded = reports.find(({ outcome }) => outcome === 'excluded');
  if (excluded) {
    const message = `Line ${excluded.line} is hit, and then excluded by \`unless\` (number ${(excluded.excludedBy ?? 0) + 1}).`;
    return { code: 'example-missed', message, hint: 'Make the exclusion narrower.' };
  }
  return { code: 'example-missed', ...nearestMiss(reports) };
}

function nearestMiss(reports: readonly Nearest[]): Pick<Fault, 'message' | 'hint'> {
  const [nearest] = reports.toSorted((a, b) => b.report.passed - a.report.passed);
  const failed = nearest?.report.failed;
  const where = `line ${nearest?.line ?? 1}, clause ${(nearest?.clause ?? 0) + 1}`;
  const message = failed
    ? `The rule does not hit it. Nearest was ${where}: ${quote(failed.part)} wants ${quote(failed.wanted)} and finds ${quote(failed.found)}.`
    : `The rule does not hit it (${where}).`;
  return { message, hint: 'Correct the condition or the example; `knell rules explain` shows every step.' };
}

function shown({ lines }: ExampleCase): string {
  return quote(lines.find((line) => line.trim() !== '') ?? '');
}
