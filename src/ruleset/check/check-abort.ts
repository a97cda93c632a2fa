import type { Clause, Condition, Rule } from '../../contracts/rule-pack.ts';
import { StreamName } from '../../contracts/run.ts';
import { parsePattern } from '../../patterns/parse-pattern.ts';
import { isAnchored } from '../../patterns/pattern-shape.ts';
import type { Say } from '../findings/report.ts';
import type { SourcePath } from '../findings/rule-source.ts';
import { conditionKind } from '../match/compile-condition.ts';
import { type PlacedCondition, patternsOfCondition, placeConditions } from '../walk-rule.ts';

/** Who writes plain text where. */
export interface Channels {
  /** The runtimes of the rule's pack. */
  readonly runtimes: readonly string[];
  /** Whether only the runtime itself writes plain text on the stream. */
  readonly ownsChannel: (runtime: string, stream: StreamName) => boolean;
}

/** Fields by which runtimes say that an event is a subagent's; such events never hit a rule. */
const SUBAGENT_FIELDS = ['parent_tool_use_id', 'isSidechain'];

/** Says what keeps a rule from being trusted with the abort: the speaker, and whether another could have printed it. */
export function checkAbort(rule: Rule, path: SourcePath, channels: Channels, say: Say): void {
  if (rule.category === 'tool.failure' || rule.category === 'unknown.unmatched') {
    const message = `\`${rule.category}\` says that nothing is known to be wrong with the run.`;
    const hint = 'Name the cause, or use `action: record`.';
    say({ code: 'abort-category', path: [...path, 'category'], message, hint });
  }
  rule.match.forEach((clause, i) => {
    const at = [...path, 'match', i];
    const conditions = placeConditions(clause, at);
    for (const placed of conditions) {
      checkSpeaker(placed, say);
      if (canBeMixed(placed.condition, channels)) checkAnchors(placed, say);
    }
    if (!isConfirmed(clause) && conditions.some(({ condition }) => canBeMixed(condition, channels))) {
      say({
        code: 'abort-unconfirmed',
        path: at,
        message: 'Others than the runtime can print this text, and the rule would abort at once.',
        hint: 'Add `quiet: 20s` or `exit: true`: a healthy run that quotes the text goes on talking.',
      });
    }
  });
}

/** Whether a condition can hold on a line that another program may have printed. */
export function canBeMixed(condition: Condition, { runtimes, ownsChannel }: Channels): boolean {
  if (conditionKind(condition) === 'typed') return false;
  const streams = condition.stream === undefined ? StreamName.options : [condition.stream].flat();
  return runtimes.some((runtime) => streams.some((stream) => !ownsChannel(runtime, stream)));
}

function isConfirmed(clause: Clause): boolean {
  return clause.quiet !== undefined || clause.exit === true;
}

function checkSpeaker({ condition, path }: PlacedCondition, say: Say): void {
  const allowed = conditionKind(condition) === 'typed' ? ['runtime'] : ['runtime', 'unknown'];
  const others = [condition.provenance ?? []].flat().filter((one) => !allowed.includes(one));
  if (others.length > 0) {
    const message = `${others.join(' and ')} can't justify an abort: only the runtime may testify.`;
    const hint = 'Leave `provenance` out, or use `action: record`.';
    say({ code: 'abort-provenance', path: [...path, 'provenance'], message, hint });
  }
  for (const [field, wanted] of Object.entries(condition.where ?? {})) {
    if (!SUBAGENT_FIELDS.includes(field) || wanted === null || wanted === false) continue;
    if (typeof wanted === 'object' && wanted.exists !== true && wanted.not !== null) continue;
    const message = 'What a subagent says is about the subagent, not about the run: this never hits.';
    const hint = 'Leave the condition out; events of subagents are left aside anyway.';
    say({ code: 'abort-subagent', path: [...path, 'where', field], message, hint });
  }
}

function checkAnchors(placed: PlacedCondition, say: Say): void {
  // A whole line beside it anchors the text as well.
  if (placed.condition.line !== undefined) return;
  for (const { source, use, path } of patternsOfCondition(placed)) {
    if (use !== 'text' || isAnchored(parsePattern(source), 'start')) continue;
    const message = 'The text is looked for anywhere in lines that the model and tools can print too.';
    const hint = 'Begin it with `^`, use `line`, or name the `event` that carries it.';
    say({ code: 'abort-unanchored', path, message, hint });
  }
}
