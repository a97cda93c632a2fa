import { basename } from 'node:path';
import type { Rule } from '../contracts/rule-pack.ts';
import type { Finding } from './finding.ts';
import { nearestWord } from './nearest-word.ts';
import { quote } from './quote.ts';
import { createSay, type Say } from './report.ts';
import type { SourcedPack } from './rule-source.ts';

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

/** Checks the names of packs, rules and runtimes, and what refers to them, over all packs of the folder. */
export function checkNames(packs: readonly SourcedPack[], runtimes: readonly string[]): Finding[] {
  const findings: Finding[] = [];
  const names = new Map<string, string>();
  for (const { pack, source } of packs) {
    const say = createSay(source, findings);
    const expected = basename(source.file, '.yaml');
    if (pack.pack !== expected) {
      const message = `The pack ${quote(pack.pack)} is in a file of another name.`;
      say({ code: 'pack-name', path: ['pack'], message, hint: `Name the pack ${quote(expected)}, or the file.` });
    }
    const first = names.get(pack.pack);
    if (first !== undefined) {
      const message = `There is a pack ${quote(pack.pack)} already, in ${first}.`;
      say({ code: 'pack-duplicate', path: ['pack'], message, hint: 'Give each pack a name of its own.' });
    }
    names.set(pack.pack, first ?? source.file);
    [pack.runtime].flat().forEach((runtime, i) => {
      if (runtime === 'any' || runtimes.includes(runtime)) return;
      const path = Array.isArray(pack.runtime) ? ['runtime', i] : ['runtime'];
      const nearest = nearestWord(runtime, runtimes);
      const hint = nearest ? `Did you mean ${quote(nearest)}?` : `Known are: ${runtimes.join(', ')}.`;
      const message = `The runtime ${quote(runtime)} is not known.`;
      say({ code: 'runtime-unknown', level: 'warning', path, message, hint });
    });
    checkSignalIds(pack.signals, say);
    checkRuleIds(pack.pack, pack.rules, (rule) => createSay(source, findings, rule));
  }
  return findings;
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

function checkRuleIds(pack: string, rules: readonly Rule[], sayOf: (rule: string) => Say): void {
  const byId = new Map<string, Rule>();
  for (const [i, rule] of rules.entries()) {
    const first = byId.get(rule.id);
    if (!first) {
      byId.set(rule.id, rule);
      continue;
    }
    const retired = [first, rule].some(({ status }) => status === 'deprecated');
    sayOf(`${pack}/${rule.id}`)({
      code: retired ? 'rule-id-reused' : 'rule-id-duplicate',
      path: ['rules', i, 'id'],
      message: `The id ${quote(rule.id)} belongs to ${retired ? 'a deprecated rule' : 'another rule'} of this pack.`,
      hint: retired ? 'Choose a new id: old failure records refer to this one.' : 'Give each rule an id of its own.',
    });
  }
  for (const [i, rule] of rules.entries()) checkReplacement(rule, i, byId, sayOf(`${pack}/${rule.id}`));
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
