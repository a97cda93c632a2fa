import type { FieldCondition } from '../../contracts/rule-pack.ts';
import type { JsonObject } from '../../decode/event.ts';
import { normaliseText } from '../../decode/normalise-text.ts';
import { compileLater, compileSearch, type Trivalent } from '../../patterns/pattern.ts';
import { type FoundField, findField, splitPath } from '../field-path.ts';

/** One `path: condition` of a `where`. */
export interface CompiledField {
  readonly segments: readonly string[];
  find(fields: JsonObject): FoundField | undefined;
  holds(found: FoundField | undefined): Trivalent;
}

type Operators = Exclude<FieldCondition, string | number | boolean | null>;
type Check = (value: unknown) => Trivalent;

/**
 * Compiles one field condition. A field that is missing satisfies only `not` and `exists: false`;
 * `exists` asks for a value other than null, so that a missing field and a null mean the same to it.
 */
export function compileField(path: string, condition: FieldCondition): CompiledField {
  const segments = splitPath(path);
  const checks = typeof condition === 'object' && condition !== null ? compileOperators(condition) : [equal(condition)];
  return {
    segments,
    find: (fields) => findField(fields, segments),
    holds(found) {
      // A missing field is `undefined`, which no scalar of a rule equals.
      const value = found?.value;
      let outcome: Trivalent = 'yes';
      for (const check of checks) {
        const held = check(value);
        if (held === 'no') return 'no';
        if (held === 'unknown') outcome = held;
      }
      return outcome;
    },
  };
}

function compileOperators(operators: Operators): Check[] {
  const checks: Check[] = [];
  const { equals, exists, gt, gte, lt, lte, matches } = operators;
  if (equals !== undefined) checks.push(equal(equals));
  if (operators.in !== undefined) checks.push(oneOf(operators.in, true));
  if (operators.not !== undefined) checks.push(oneOf([operators.not].flat(), false));
  if (exists !== undefined) checks.push((value) => yes((value !== undefined && value !== null) === exists));
  if (gt !== undefined) checks.push(compare((value) => value > gt));
  if (gte !== undefined) checks.push(compare((value) => value >= gte));
  if (lt !== undefined) checks.push(compare((value) => value < lt));
  if (lte !== undefined) checks.push(compare((value) => value <= lte));
  if (matches !== undefined) checks.push(search(matches));
  return checks;
}

const yes = (held: boolean): Trivalent => (held ? 'yes' : 'no');
const equal =
  (wanted: unknown): Check =>
  (value) =>
    yes(value === wanted);
const oneOf =
  (values: readonly unknown[], wanted: boolean): Check =>
  (value) =>
    yes(values.includes(value) === wanted);
const compare =
  (holds: (value: number) => boolean): Check =>
  (value) =>
    yes(typeof value === 'number' && holds(value));

/** Fields come as they were printed: colours and odd spaces in them must not matter, as they don't in the text. */
function search(source: string): Check {
  const pattern = compileLater([source], compileSearch);
  return (value) => (typeof value === 'string' ? pattern.test(Buffer.from(normaliseText(value), 'utf8')) : 'no');
}
