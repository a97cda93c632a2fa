import type { Cause, Example, Rule, RulePack, Statement } from '../../contracts/rule-pack.ts';

/** One cause, statement or rule, for people. */
export interface CatalogueEntry {
  readonly kind: 'cause' | 'statement' | 'rule';
  readonly name: string;
  readonly title: string;
  /** What there is to know of it: label and value. */
  readonly facts: readonly (readonly [string, string])[];
  /** Lines that it is for, and lines that it must leave alone. */
  readonly match: readonly string[];
  readonly ignore: readonly string[];
}

export interface CataloguePack {
  readonly pack: string;
  readonly version: string;
  readonly description: string;
  readonly entries: readonly CatalogueEntry[];
}

/** All that packs say, in order of their names. Pure. */
export function catalogueOf(packs: readonly RulePack[]): CataloguePack[] {
  return packs
    .toSorted((a, b) => (a.pack < b.pack ? -1 : 1))
    .map((pack) => ({
      pack: pack.pack,
      version: pack.version,
      description: pack.description ?? `For ${[pack.runtime].flat().join(', ')}.`,
      entries: [
        ...pack.causes.map((cause) => causeEntry(pack.pack, cause)),
        ...pack.statements.map((statement, index) => statementEntry(pack.pack, statement, index)),
        ...pack.rules.map((rule) => ruleEntry(pack.pack, rule)),
      ],
    }));
}

function causeEntry(pack: string, cause: Cause): CatalogueEntry {
  const { category, action, status, next, remedy, any, examples } = cause;
  const facts = factsOf({
    category,
    action,
    status,
    next,
    remedy,
    'known by': any.map((one) => JSON.stringify(one)).join(' or '),
  });
  return { kind: 'cause', name: `${pack}/${cause.id}`, title: cause.title, facts, ...examples };
}

function statementEntry(pack: string, statement: Statement, index: number): CatalogueEntry {
  const { event, text, ...more } = statement;
  const title = event === undefined ? 'A line of text' : `The event ${[event].flat().join(', ')}`;
  const read = Object.fromEntries(Object.entries(more).map(([key, value]) => [key, textOf(value)]));
  const facts = factsOf({ text: text === undefined ? undefined : [text].flat().join(' or '), ...read });
  return { kind: 'statement', name: `${pack} statement ${index + 1}`, title, facts, match: [], ignore: [] };
}

function ruleEntry(pack: string, rule: Rule): CatalogueEntry {
  const { category, notice, scope, action, status, next, remedy, origin, examples } = rule;
  const from = [origin.source, origin.runtime_version, `seen ${origin.seen}`].filter(Boolean).join(', ');
  const facts = factsOf({
    category,
    notice,
    scope,
    action,
    status,
    next,
    remedy,
    'known by': rule.match.map((one) => JSON.stringify(one)).join(' or '),
    origin: from,
  });
  const [match, ignore] = [examples.match, examples.ignore].map((list) => list.map(linesOf));
  return {
    kind: 'rule',
    name: `${pack}/${rule.id}`,
    title: rule.title,
    facts,
    match: match ?? [],
    ignore: ignore ?? [],
  };
}

function factsOf(facts: Readonly<Record<string, string | undefined>>): [string, string][] {
  return Object.entries(facts).flatMap(([label, value]) => (value === undefined ? [] : [[label, value]]));
}

function linesOf(example: Example): string {
  return typeof example === 'string' ? example : [example.lines].flat().join('\n');
}

function textOf(value: unknown): string | undefined {
  return value === undefined || typeof value === 'string' ? value : JSON.stringify(value);
}
