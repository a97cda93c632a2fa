import { AbortCommand } from '../../contracts/abort-command.ts';
import { FailureRecord } from '../../contracts/failure-record.ts';
import { runKey } from '../../contracts/run.ts';
import type { RuleSet } from '../../ruleset/rule-set.ts';

export type Verdict = FailureRecord | AbortCommand;

/** A paragraph about a verdict. */
export interface Paragraph {
  readonly title: string;
  readonly sentences: readonly string[];
}

/** The failure record or abort command in a text; undefined when it is neither. */
export function readVerdict(text: string): Verdict | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  return FailureRecord.safeParse(value).data ?? AbortCommand.safeParse(value).data;
}

/** Says of a failure record or abort command which rule made it of which evidence, why, and what would change it. */
export function explainRecord(verdict: Verdict, rules: RuleSet): Paragraph[] {
  return [
    { title: 'What', sentences: whatOf(verdict) },
    { title: 'Rule', sentences: ruleOf(verdict, rules) },
    { title: 'Evidence', sentences: evidenceOf(verdict) },
    { title: 'Why', sentences: whyOf(verdict) },
    { title: 'For the rule author', sentences: adviceOf(verdict, rules) },
  ];
}

const DISPOSITIONS: Readonly<Record<FailureRecord['disposition'], string>> = {
  aborted: 'was ended',
  would_abort: 'would have been ended',
  warned: 'was warned about',
  recorded: 'had a failure recorded',
  suppressed: 'matched, and was left alone',
};

function dispositionOf(verdict: Verdict): FailureRecord['disposition'] {
  return verdict.schema === 'knell.abort/v1' ? 'aborted' : verdict.disposition;
}

function keyOf({ rule }: Verdict): string {
  return `${rule.pack}/${rule.id}`;
}

function whatOf(verdict: Verdict): string[] {
  const { runtime, category, scope, severity, next_action: next, not_before: notBefore } = verdict;
  const name = [runtime.name, runtime.version].filter(Boolean).join(' ');
  return [
    `The run ${runKey(verdict)} of ${name} ${DISPOSITIONS[dispositionOf(verdict)]} at ${verdict.issued_at}.`,
    `It is called ${category}, reaches as far as the ${scope}, and is ${severity === 'info' ? 'for information' : severity}.`,
    `Next for the backend: ${next}${notBefore ? `, not before ${notBefore} (from the ${verdict.reset_source})` : ''}.`,
  ];
}

function ruleOf(verdict: Verdict, rules: RuleSet): string[] {
  const { rule } = verdict;
  const key = keyOf(verdict);
  const now = rules.rules.find((one) => one.key === key);
  const asked = `It was ${key}, version ${rule.version}.`;
  if (rule.pack === 'drift') return [asked, 'That is no rule: the run failed in a way that none knows.'];
  if (rule.id === 'stall') return [asked, `That is the \`stall\` of the pack ${rule.pack}: silence, not a line.`];
  if (!now) return [asked, 'These rules have no such rule any more, or it is disabled here.'];
  const same =
    rule.digest === rules.digest
      ? 'The rules have not changed since.'
      : `The rules have changed since; this folder has version ${now.reference.version}.`;
  return [asked, `"${now.rule.title}", action ${now.rule.action}, precedence ${now.rule.precedence}.`, same];
}

const GRADES = {
  typed: 'typed: a field of an event that only the runtime writes',
  stated: 'stated: a line on a stream where only the runtime speaks',
  mixed: 'mixed: a line on a stream where the model and tools speak too',
} as const;

function evidenceOf({ evidence, grade }: Verdict): string[] {
  if (evidence.length === 0) return ['None: the run has said nothing at all.'];
  return [
    ...evidence.map(({ stream, line, event, pointer, excerpt, observed_at: at }) => {
      const decided = pointer === undefined ? '' : `, decided by ${pointer}`;
      return `${stream}, line ${line + 1}, at ${at}: the event ${event}${decided}. It said: "${excerpt}".`;
    }),
    `Its grade is ${GRADES[grade]}.`,
  ];
}

function whyOf(verdict: Verdict): string[] {
  if (verdict.schema === 'knell.abort/v1') {
    return [confirmation(verdict), `The command holds until ${verdict.expires_at}, for this attempt only.`];
  }
  const reason = verdict.reason === undefined ? [] : [`The reason given: ${verdict.reason}.`];
  switch (verdict.disposition) {
    case 'aborted':
      return [`knell was in ${verdict.mode} mode.`, confirmation(verdict), ...reason];
    case 'would_abort':
      return [
        'The evidence was good enough, but this rule or this fleet may not act.',
        confirmation(verdict),
        ...reason,
      ];
    case 'suppressed':
      return ['The rule held, and something about the run spoke against ending it.', ...reason];
    case 'warned':
      return ['The rule has `action: warn`: it never ends a run.', ...reason];
    case 'recorded':
      return verdict.reason === undefined
        ? ['The rule has `action: record`, or the failure is not known: it never ends a run.']
        : ['The line alone was not enough to end the run.', ...reason];
  }
}

function confirmation({ grade }: Verdict): string {
  return grade === 'mixed'
    ? 'A mixed line is a suspicion first: it counted because the run then said nothing more, or exited.'
    : 'Only the runtime can say this, so it counts as soon as the rule holds.';
}

function adviceOf(verdict: Verdict, rules: RuleSet): string[] {
  const key = keyOf(verdict);
  if (verdict.category === 'unknown.unmatched') {
    return ['Save this record as a file and run `knell rules draft --from FILE`: it writes a rule to complete.'];
  }
  const isKnown = rules.rules.some((rule) => rule.key === key);
  const stop = `To stop it here and now, in overrides.yaml: rules: { ${key}: { status: experimental, reason: '…' } }.`;
  switch (dispositionOf(verdict)) {
    case 'aborted':
      return [
        "If it was right: add the captured line to the rule's `examples.match`.",
        'If it was wrong: add the line to `examples.ignore`, run `knell rules check`, and narrow `where`, the pattern or `unless` until it passes.',
        ...(isKnown ? [stop] : []),
      ];
    case 'would_abort':
      return [
        'If runs like this one should be ended: `status: stable` in the rule, or `knell mode enforce` for the fleet.',
      ];
    case 'suppressed':
      return [
        'If the run was doomed: what followed was the same message going on. Add those lines to `continues`.',
        'If it was healthy: nothing to do, the rule did as it should.',
      ];
    case 'warned':
    case 'recorded':
      return [
        'If such a run can never succeed: give the rule `action: abort`, and `quiet` or `exit` where the evidence is mixed.',
      ];
  }
}
