import type { z } from 'zod';
import type { Finding } from '../findings/finding.ts';
import { nearestWord } from '../findings/nearest-word.ts';
import { createReport, MAX_FINDINGS, type Said } from '../findings/report.ts';
import type { RuleSource, SourcePath } from '../findings/rule-source.ts';
import { quote } from '../quote.ts';
import type { SchemaGuide } from './schema-keys.ts';

type Issue = z.core.$ZodIssue;

const WORDS: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'a map of keys and values',
  record: 'a map of keys and values',
  null: 'null',
};

/** Says what a schema found wrong in a value, at its place in the file and in words for the file's author. */
export function schemaFindings(
  error: z.ZodError,
  value: unknown,
  source: RuleSource,
  guide: SchemaGuide,
): readonly Finding[] {
  const report = createReport(source);
  const seen = new Set<string>();
  for (const issue of error.issues) {
    if (report.isFull()) break;
    for (const said of describe(issue, [], value, guide)) {
      const key = said.code.startsWith('key-');
      // A value of the wrong type often breaks further checks, which say nothing new.
      const place = JSON.stringify([said.path, key]);
      if (seen.has(place)) continue;
      seen.add(place);
      report.about(ruleAt(value, said.path))({ ...said, key });
    }
  }
  return report.findings;
}

/** `pack/rule-id` of the rule that a path leads into, as far as they are written. */
function ruleAt(root: unknown, path: SourcePath): string | undefined {
  if (path[0] !== 'rules' || typeof path[1] !== 'number') return undefined;
  const pack = valueAt(root, ['pack']);
  const id = valueAt(root, ['rules', path[1], 'id']);
  return typeof pack === 'string' && typeof id === 'string' ? `${pack}/${id}` : undefined;
}

function describe(issue: Issue, base: SourcePath, root: unknown, guide: SchemaGuide): Said[] {
  const path = [...base, ...(issue.path as (string | number)[])];
  const name = nameOf(path);
  const value = valueAt(root, path);
  const say = (code: string, message: string, hint?: string): Said[] => [
    { code, message, hint: hint ?? guide.descriptionAt(path) ?? 'See rules/README.md.', path },
  ];
  switch (issue.code) {
    case 'unrecognized_keys':
      return issue.keys.slice(0, MAX_FINDINGS + 1).map((key) => unknownKey(key, path, guide));
    case 'invalid_type':
      if (value === undefined) return say('key-missing', `${name} is missing.`);
      return say('type-wrong', `${name} must be ${WORDS[issue.expected] ?? issue.expected}, not ${kindOf(value)}.`);
    case 'invalid_value': {
      if (value === undefined) return say('key-missing', `${name} is missing.`, allowed(issue.values.map(String)));
      const hint = meant(String(value), issue.values.map(String));
      return say('value-unknown', `${name} can't be ${quote(value)}.`, hint);
    }
    case 'invalid_union':
      if (value === undefined) return say('key-missing', `${name} is missing.`);
      return describeUnion(issue, path, root, guide) ?? say('type-wrong', `${name} can't be ${kindOf(value)}.`);
    case 'invalid_key':
      return say('key-invalid', `The key ${quote(path.at(-1))} can't be used here.`, issue.issues[0]?.message);
    default:
      return say('value-invalid', `${name} can't be ${quote(value)}: ${issue.message}.`);
  }
}

/** Of several shapes that a value may have, the one it comes nearest to is the one to talk about. */
function describeUnion(
  issue: Extract<Issue, { code: 'invalid_union' }>,
  path: SourcePath,
  root: unknown,
  guide: SchemaGuide,
): Said[] | undefined {
  const branches = issue.errors.filter((branch) => !branch.some((one) => isWrongKind(one)));
  const best = branches.toSorted((a, b) => a.length - b.length)[0];
  return best?.slice(0, MAX_FINDINGS + 1).flatMap((one) => describe(one, path, root, guide));
}

function isWrongKind(issue: Issue): boolean {
  if (issue.path.length > 0) return false;
  if (issue.code === 'invalid_union') return issue.errors.every((branch) => branch.some(isWrongKind));
  return issue.code === 'invalid_type';
}

function unknownKey(key: string, path: SourcePath, guide: SchemaGuide): Said {
  const where = path.length === 0 ? 'at the top of the file' : `in ${nameOf(path)}`;
  const hint = meant(key, guide.keysAt(path));
  return { code: 'key-unknown', message: `The key ${quote(key)} is not known ${where}.`, hint, path: [...path, key] };
}

function meant(word: string, known: readonly string[]): string {
  const nearest = nearestWord(word, known);
  return nearest === undefined ? allowed(known) : `Did you mean ${quote(nearest)}?`;
}

function allowed(known: readonly string[]): string {
  return `Use one of: ${known.join(', ')}.`;
}

function nameOf(path: SourcePath): string {
  return path.length === 0 ? 'The file' : quote(path.join('.'));
}

function kindOf(value: unknown): string {
  if (value === null) return 'nothing';
  if (Array.isArray(value)) return 'a list';
  return typeof value === 'object' ? 'a map' : quote(value);
}

function valueAt(root: unknown, path: SourcePath): unknown {
  let value = root;
  for (const step of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, step)) return undefined;
    value = (value as Record<string | number, unknown>)[step];
  }
  return value;
}
