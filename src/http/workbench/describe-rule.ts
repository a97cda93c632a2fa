import { catalogueOf } from '../../authoring/catalogue/catalogue.ts';
import type { RuleDetail } from '../../contracts/api/rules.ts';
import type { RuleWords } from '../../contracts/api/workbench.ts';
import { excerpt } from '../../decode/excerpt.ts';
import type { SourcedPack } from '../../ruleset/findings/rule-source.ts';
import { type LoadOptions, loadFiles } from '../../ruleset/load/load-rules.ts';
import { RULE_WORD_VALUES } from './rule-words.ts';
import { asRulesFiles, type RulesTexts } from './rules-files.ts';

const EXAMPLE_MAX = 2_000;
const SAYS_MAX = 1_000;

/** All that the packs say of one cause, statement or rule; undefined when there is none of this name. */
export function describeRule(files: RulesTexts, key: string, load: LoadOptions): Omit<RuleDetail, 'entry'> | undefined {
  const { packs } = loadFiles(asRulesFiles(files), load);
  const entries = catalogueOf(packs.map(({ pack }) => pack)).flatMap((pack) => pack.entries);
  const found = entries.find(({ name }) => name === key);
  const origin = found && originOf(files, packs, key);
  if (!origin) return undefined;
  const shown = (texts: readonly string[]): string[] => texts.map((text) => excerpt(text, EXAMPLE_MAX));
  return {
    schema: 'knell.rule-detail/v1',
    facts: found.facts.map(([label, value]): [string, string] => [label, value]),
    origin,
    match: shown(found.match),
    ignore: shown(found.ignore),
  };
}

/** Where a cause or rule is written; what its file says of itself stands above everything else in it. */
function originOf(files: RulesTexts, packs: readonly SourcedPack[], key: string): RuleDetail['origin'] | undefined {
  const [packName = '', id = ''] = key.split('/');
  const sourced = packs.find(({ pack }) => pack.pack === packName);
  if (!sourced) return undefined;
  for (const kind of ['causes', 'rules'] as const) {
    const index = sourced.pack[kind].findIndex((one) => one.id === id);
    if (index === -1) continue;
    const { source, pack } = sourced;
    const { line } = source.locate([kind, index]);
    const { file } = source;
    return { file, line, version: pack.version, says: excerpt(headOf(files[file] ?? ''), SAYS_MAX) };
  }
  return undefined;
}

/** The comment that a file begins with, without what editors read of it. */
function headOf(text: string): string {
  const lines = text.split('\n');
  const end = lines.findIndex((line) => !line.startsWith('#'));
  return lines
    .slice(0, Math.max(0, end))
    .map((line) => line.replace(/^#+ ?/, ''))
    .filter((line) => !line.startsWith('yaml-language-server'))
    .join(' ');
}

/** What may stand in a rules file. */
export function ruleWords(files: RulesTexts, load: LoadOptions): RuleWords {
  const runtimes = [...(load.runtimes ?? [])].sort();
  const { keys, values } = RULE_WORD_VALUES;
  return {
    schema: 'knell.rule-words/v1',
    keys,
    values: { ...values, runtime: runtimes },
    files: Object.keys(files),
    runtimes,
  };
}
