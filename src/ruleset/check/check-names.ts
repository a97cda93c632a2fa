import { basename } from 'node:path';
import type { Rule, RulePack } from '../../contracts/rule-pack.ts';
import { nearestWord } from '../findings/nearest-word.ts';
import type { Report, Say } from '../findings/report.ts';
import { quote } from '../quote.ts';

/** The runtimes that knell has heard of. A pack for another one may be right, or misspelt. */
export const KNOWN_RUNTIMES = [
  'aider',
  'claude-code',
  'codex',
  'copilot',
  'cursor-agent',
  'gemini',
  'generic',
  'goose',
  'opencode',
  'openhands',
  'qwen-code',
] as const;

interface KnownNames {
  readonly runtimes: readonly string[];
  /** The packs seen so far, and their files. */
  readonly files: Map<string, string>;
}

/** Checks the names of a pack, its rules, signals and runtimes, and what refers to them. */
export function checkNames(pack: RulePack, file: string, known: KnownNames, report: Report): void {
  const { say } = report;
  const expected = basename(file, '.yaml');
  if (pack.pack !== expected) {
    const message = `The pack ${quote(pack.pack)} is in a file of another name.`;
    say({ code: 'pack-name', path: ['pack'], message, hint: `Name the pack ${quote(expected)}, or the file.` });
  }
  const first = known.files.get(pack.pack);
  if (first !== undefined) {
    const message = `There is a pack ${quote(pack.pack)} already, in ${first}.`;
    say({ code: 'pack-duplicate', path: ['pack'], message, hint: 'Give each pack a name of its own.' });
  }
  known.files.set(pack.pack, first ?? file);
  checkRuntimes(pack.runtime, known.runtimes, say);
  checkSignalIds(pack.signals, say);
  checkRuleIds(pack.pack, pack.rules, report);
}

function checkRuntimes(given: string | readonly string[], known: readonly string[], say: Say): void {
  for (const [i, runtime] of [given].flat().entries()) {
    if (runtime === 'any' || known.includes(runtime)) continue;
    const nearest = nearestWord(runtime, known);
    // A pack may be for an agent of its author's: it prints plain text, and its rules and statements are read.
    if (nearest === undefined) continue;
    say({
      code: 'runtime-unknown',
      level: 'warning',
      path: Array.isArray(given) ? ['runtime', i] : ['runtime'],
      message: `The runtime ${quote(runtime)} is not known, and a known one is named nearly the same.`,
      hint: `Did you mean ${quote(nearest)}? If it is an agent of your own, which prints plain text, leave it.`,
    });
  }
}

function checkSignalIds(signals: readonly { readonly id: string }[], say: Say): void {
  const seen = new Set<string>();
  for (const [i, { id }] of signals.entries()) {
    if (seen.has(id)) {
      const message = `There is a signal ${quote(id)} in this pack already.`;
      say({
        code: 'signal-duplicate',
        path: ['signals', i, 'id'],
        message,
        hint: 'Give each signal an id of its own.',
      });
    }
    seen.add(id);
  }
}

function checkRuleIds(pack: string, rules: readonly Rule[], report: Report): void {
  const byId = new Map<string, Rule>();
  for (const [i, rule] of rules.entries()) {
    const first = byId.get(rule.id);
    if (!first) {
      byId.set(rule.id, rule);
      continue;
    }
    const retired = [first, rule].some(({ status }) => status === 'deprecated');
    report.about(`${pack}/${rule.id}`)({
      code: retired ? 'rule-id-reused' : 'rule-id-duplicate',
      path: ['rules', i, 'id'],
      message: `The id ${quote(rule.id)} belongs to ${retired ? 'a deprecated rule' : 'another rule'} of this pack.`,
      hint: retired ? 'Choose a new id: old failure records refer to this one.' : 'Give each rule an id of its own.',
    });
  }
  for (const [i, rule] of rules.entries()) checkReplacement(rule, i, byId, report.about(`${pack}/${rule.id}`));
}

function checkReplacement(rule: Rule, i: number, byId: ReadonlyMap<string, Rule>, say: Say): void {
  if (rule.replaced_by === undefined) return;
  const path = ['rules', i, 'replaced_by'];
  const replacement = byId.get(rule.replaced_by);
  if (!replacement) {
    const nearest = nearestWord(rule.replaced_by, [...byId.keys()]);
    const message = `There is no rule ${quote(rule.replaced_by)} in this pack.`;
    const hint = nearest ? `Did you mean ${quote(nearest)}?` : 'Name a rule of the same pack by its id.';
    say({ code: 'replaced-by-unknown', path, message, hint });
  } else if (replacement.replaced_by !== undefined) {
    // Also what keeps two rules from replacing each other, with neither of them in force.
    const message = `${quote(rule.replaced_by)} has been replaced itself.`;
    say({ code: 'replaced-by-replaced', path, message, hint: 'Name the rule that is in force now.' });
  }
  if (rule.status !== 'deprecated') {
    const message = 'The rule has been replaced, and is still in force.';
    say({ code: 'replaced-not-deprecated', path, message, hint: 'Add `status: deprecated`.' });
  }
}
