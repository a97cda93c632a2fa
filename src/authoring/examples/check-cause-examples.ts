import type { Cause, RulePack } from '../../contracts/rule-pack.ts';
import { shapeLine } from '../../decode/text/line-shape.ts';
import { type Finding, sortFindings } from '../../ruleset/findings/finding.ts';
import { createReport } from '../../ruleset/findings/report.ts';
import type { SourcedPack } from '../../ruleset/findings/rule-source.ts';
import { quote } from '../../ruleset/quote.ts';
import type { RuleSet } from '../../ruleset/rule-set.ts';

/**
 * Reads the examples of causes as failures and says which don't hold: a `match` that another cause takes or none knows, an
 * `ignore` that comes out as its cause.
 *
 * @param rules the packs without overrides, all of them: a cause has to be found among all others
 */
export function checkCauseExamples(packs: readonly SourcedPack[], rules: RuleSet): Finding[] {
  return sortFindings(
    packs.flatMap(({ pack, source }) => {
      const report = createReport(source);
      for (const [i, cause] of pack.causes.entries()) {
        if (cause.status === 'deprecated') continue;
        const key = `${pack.pack}/${cause.id}`;
        const say = report.about(key);
        for (const kind of ['match', 'ignore'] as const) {
          for (const [j, example] of cause.examples[kind].entries()) {
            const found = causeOf(example, runtimeOf(cause, pack), rules);
            if ((found === key) === (kind === 'match')) continue;
            const path = ['causes', i, 'examples', kind, j];
            say({ path, ...faultOf(kind, example, found) });
          }
        }
      }
      return report.findings;
    }),
  );
}

/** The key of the cause that a message comes out as: as a statement of its own, else behind a label. */
export function causeOf(message: string, runtime: string, rules: RuleSet): string | undefined {
  const read = (text: string) => rules.readText({ shapes: text.split('\n').map(shapeLine), at: 0 }, 'stderr', runtime);
  const causeIn = (text: string) => {
    const reading = read(text);
    return (reading?.tried ?? reading?.resolved)?.cause.rule.key;
  };
  return causeIn(message) ?? causeIn(`Error: ${message}`);
}

function runtimeOf({ any }: Cause, { runtime }: RulePack): string {
  const own = any.flatMap((condition) => condition.runtime ?? [])[0] ?? [runtime].flat()[0] ?? 'any';
  return own;
}

function faultOf(kind: 'match' | 'ignore', example: string, found: string | undefined) {
  const shown = quote(example.slice(0, 120));
  if (kind === 'ignore') {
    const hint = 'Make the wording narrower, or move the example to `match`.';
    return { code: 'example-hit', message: `The cause takes a failure that it must leave alone: ${shown}.`, hint };
  }
  if (found === undefined) {
    const hint = 'Add the wording, the code or the status by which it is known.';
    return { code: 'example-missed', message: `No cause knows the failure ${shown}.`, hint };
  }
  const message = `Another cause takes ${shown}: ${quote(found)}.`;
  return { code: 'example-taken', message, hint: 'Raise the precedence, or leave the example to the other cause.' };
}
