import type { Example, Rule, RulePack } from '../../contracts/rule-pack.ts';
import type { StreamName } from '../../contracts/run.ts';
import { GENERIC_RUNTIME } from '../../decode/decoders.ts';
import { conditionsOf } from '../../ruleset/compile-clause.ts';
import type { RuleSource, SourcedPack, SourcePath } from '../../ruleset/findings/rule-source.ts';
import { isInForce } from '../../ruleset/override-rule.ts';

/** An example of a rule, with all that it leaves to be understood filled in. */
export interface ExampleCase {
  /** `pack/rule-id`. */
  readonly key: string;
  readonly rule: Rule;
  /** Whether its rule must hit it, or leave it alone. */
  readonly kind: 'match' | 'ignore';
  readonly lines: readonly string[];
  readonly stream: StreamName;
  readonly runtime: string;
  readonly example: Example;
  readonly source: RuleSource;
  readonly path: SourcePath;
}

/** Every example of every rule that is in force. */
export function examplesOf(packs: readonly SourcedPack[]): ExampleCase[] {
  return packs.flatMap(({ pack, source }) =>
    pack.rules.flatMap((rule, i) => {
      if (!isInForce(rule, undefined)) return [];
      return (['match', 'ignore'] as const).flatMap((kind) =>
        rule.examples[kind].map((example, j) =>
          caseOf(pack, rule, kind, example, source, ['rules', i, 'examples', kind, j]),
        ),
      );
    }),
  );
}

function caseOf(
  pack: RulePack,
  rule: Rule,
  kind: ExampleCase['kind'],
  example: Example,
  source: RuleSource,
  path: SourcePath,
): ExampleCase {
  const given = typeof example === 'string' ? { lines: example } : example;
  return {
    key: `${pack.pack}/${rule.id}`,
    rule,
    kind,
    // A block of text in a rules file is as many lines as it shows.
    lines: [given.lines].flat().flatMap((line) => line.replace(/\n$/, '').split('\n')),
    stream: given.stream ?? firstStream(rule) ?? 'stdout',
    runtime: given.runtime ?? firstRuntime(pack),
    example,
    source,
    path,
  };
}

function firstStream(rule: Rule): StreamName | undefined {
  const conditions = rule.match.flatMap(conditionsOf);
  return conditions.flatMap(({ stream }) => stream ?? [])[0];
}

function firstRuntime(pack: RulePack): string {
  const runtime = [pack.runtime].flat()[0];
  return runtime === undefined || runtime === 'any' ? GENERIC_RUNTIME : runtime;
}

/** Where an example stands, for people: `rules/codex.yaml:231`. */
export function placeOfExample({ source, path }: ExampleCase): string {
  return `${source.file}:${source.locate(path).line}`;
}
