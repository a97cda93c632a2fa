import type { Clause, Condition } from '../../contracts/rule-pack.ts';
import { LINE_EVENT } from '../../decode/event.ts';
import { MAX_SEGMENTS, splitPath } from '../field-path.ts';
import type { Say } from '../findings/report.ts';
import type { SourcePath } from '../findings/rule-source.ts';
import { quote } from '../quote.ts';
import type { PlacedCondition } from '../walk-rule.ts';

const CONDITION_KEYS = ['event', 'where', 'line', 'text', 'stream', 'provenance'] as const;

/** Says what is wrong with how a clause is put together. */
export function checkClause(clause: Clause, path: SourcePath, say: Say): void {
  const { sequence, all, within } = clause;
  const steps = sequence ?? all;
  const given = CONDITION_KEYS.filter((key) => clause[key] !== undefined);
  if (sequence && all) {
    const hint = 'Make two clauses of them: any clause of `match` is enough.';
    say({ code: 'clause-mixed', path, message: 'The clause has both `sequence` and `all`.', hint });
  }
  if (steps && (given.length > 0 || clause.repeat)) {
    const extra = clause.repeat ? [...given, 'repeat'] : given;
    const message = `The clause has ${extra.map(quote).join(', ')} beside its ${sequence ? '`sequence`' : '`all`'}.`;
    say({ code: 'clause-mixed', path, message, hint: 'Move it into the conditions of the list.' });
  }
  if (!steps && !given.some((key) => key !== 'stream' && key !== 'provenance')) {
    const message = 'The clause asks for nothing that is said.';
    const hint = 'Give it an `event`, a `line` or a `text`.';
    say({ code: 'clause-empty', path, message, hint });
  }
  if (steps && within === undefined) {
    const message = 'The clause has several conditions and no `within`.';
    say({ code: 'within-missing', path, message, hint: 'Say how much time may lie between them, e.g. `within: 2m`.' });
  }
  if (!steps && within !== undefined) {
    const message = '`within` says nothing here.';
    const hint = 'It belongs to `sequence`, `all` or `repeat`.';
    say({ code: 'within-unused', path: [...path, 'within'], message, hint });
  }
  if (clause.quiet !== undefined && clause.exit) {
    const message = 'The clause has both `quiet` and `exit`.';
    say({ code: 'clause-mixed', path, message, hint: 'Keep `exit` if only the end of the run settles it.' });
  }
}

/** Says which conditions of a claim (in `match`, `recover`, or a signal) can never hold, or hold on anything. */
export function checkClaim({ condition, path }: PlacedCondition, say: Say): void {
  if (CONDITION_KEYS.every((key) => condition[key] === undefined)) {
    const hint = 'Give it an `event`, a `line` or a `text`.';
    say({ code: 'condition-empty', path, message: 'The condition asks for nothing.', hint });
  }
  if (condition.where !== undefined && condition.event === undefined) {
    const message = '`where` has no `event`: fields of one name mean different things in different events.';
    const hint = "Name the events; `event: '*'` if it really is any.";
    say({ code: 'where-without-event', path: [...path, 'where'], message, hint });
  }
}

/** Says what is wrong with any condition, an exclusion too. */
export function checkCondition({ condition, path }: PlacedCondition, say: Say): void {
  checkPossible({ condition, path }, say);
  for (const [field, wanted] of Object.entries(condition.where ?? {})) {
    const at = [...path, 'where', field];
    const segments = splitPath(field);
    if (segments.length > MAX_SEGMENTS || segments.includes('')) {
      const message = `The path ${quote(field)} leads nowhere.`;
      const hint = `Join at most ${MAX_SEGMENTS} keys by single dots; write \\. for a dot within a key.`;
      say({ code: 'path-invalid', path: at, message, hint });
    }
    if (typeof wanted === 'object' && wanted !== null && Object.keys(wanted).length === 0) {
      const message = `The condition on ${quote(field)} is empty.`;
      say({ code: 'condition-empty', path: at, message, hint: 'Say what the field must be, or `exists: true`.' });
    }
  }
}

function checkPossible({ condition, path }: PlacedCondition, say: Say): void {
  const impossible = (key: keyof Condition, message: string, hint: string) =>
    say({ code: 'condition-impossible', path: [...path, key], message, hint });
  const typed = condition.event !== undefined || condition.where !== undefined;
  if (typed && condition.line !== undefined) {
    impossible('line', '`line` never holds on a typed event.', 'Use `text`, or make two clauses.');
  }
  for (const name of [condition.event ?? []].flat()) {
    if (name === LINE_EVENT) {
      impossible('event', 'A plain line is not a typed event.', 'Use `line` or `text` without `event`.');
    } else if (name.slice(0, -1).includes('*')) {
      impossible('event', `${quote(name)} has a star in the middle.`, 'A star stands only at the end: `system/*`.');
    }
  }
}
