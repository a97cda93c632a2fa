import type { CorpusScore, RulesBundle } from '../contracts/rules-bundle.ts';
import type { RulesFile } from '../ruleset/load/load-rules.ts';

/** A bundle of the files of a rules folder that was found right. */
export function bundleOf(files: readonly RulesFile[], engine: string, scores: readonly CorpusScore[]): RulesBundle {
  return {
    schema: 'knell.bundle/v1',
    engine,
    files: Object.fromEntries(files.map(({ name, content }) => [name, content.toString('utf8')])),
    scores: scores.toSorted((a, b) => (a.corpus < b.corpus ? -1 : 1)),
  };
}
