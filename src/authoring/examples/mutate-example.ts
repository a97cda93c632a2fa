import { normaliseText } from '../../decode/normalise-text.ts';
import { conditionsOf } from '../../ruleset/compile-clause.ts';
import type { CompiledRule, RuleSet } from '../../ruleset/rule-set.ts';
import { type DecodedLine, decodeLog } from '../explain/decode-log.ts';
import type { ExampleCase } from './example-case.ts';
import { RESERIALISATIONS, withOtherIds, withOtherText } from './mutate-json.ts';
import { otherIds, TEXT_MUTATIONS } from './mutate-text.ts';

/** The lines of an example as another terminal, wrapper, run or publisher would have printed them. */
export interface Mutation {
  readonly name: string;
  readonly lines: readonly string[];
  /** Numbers of lines at which a new message begins. */
  readonly cuts?: readonly number[];
}

/** How many single cuts are tried in a long example. */
const MAX_CUTS = 24;

/** Every mutation that changes something, in a fixed order. */
export function mutationsOf(one: ExampleCase, own: CompiledRule, rules: RuleSet): Mutation[] {
  const { lines, runtime, stream } = one;
  const decoded = new Map(decodeLog(lines, runtime, stream).map((entry) => [entry.line.number, entry]));
  const each = (name: string, change: (text: string, entry: DecodedLine) => string): Mutation => ({
    name,
    lines: lines.map((line, number) => {
      const entry = decoded.get(number);
      return entry ? change(line, entry) : line;
    }),
  });
  const hits = (entry: DecodedLine) =>
    rules.match(entry.event, stream, runtime).hits.filter(({ rule }) => rule.key === own.key);

  const changed = [
    ...TEXT_MUTATIONS.map(({ name, apply }) => each(name, (line, entry) => changeText(line, entry, apply))),
    each('other ids and times', (line, { event }) =>
      event.typed ? JSON.stringify(withOtherIds(event.fields)) : otherIds(line),
    ),
    ...RESERIALISATIONS.map(({ name, write }) =>
      each(name, (line, { event }) => (event.typed ? write(event.fields) : line)),
    ),
    ...CASES.map(({ name, apply }) =>
      each(name, (line, entry) =>
        hits(entry).some(({ clause }) => ignoresCase(own, clause)) ? changeText(line, entry, apply) : line,
      ),
    ),
    ...['\u23bf', '\u25cf', '\u23fa'].map((glyph) =>
      each(`${glyph} in front`, (line, entry) =>
        hits(entry).some(({ clause }) => allowsLeader(own, clause, glyph)) ? `  ${glyph} ${line}` : line,
      ),
    ),
    { name: 'CRLF', lines: lines.map((line) => `${line}\r`) },
  ].filter((mutation) => mutation.lines.some((line, i) => line !== lines[i]));
  return [...changed, ...cutsOf(lines)];
}

/** A plain line as a whole; of a typed event only the strings that its text is made of. */
function changeText(line: string, { event }: DecodedLine, apply: (text: string) => string): string {
  if (!event.typed) return apply(line);
  const speaks = (text: string) => text.includes(' ') && event.text.includes(normaliseText(text));
  return JSON.stringify(withOtherText(event.fields, speaks, (text) => text.split('\n').map(apply).join('\n')));
}

const CASES = [
  { name: 'upper case', apply: (text: string) => text.toUpperCase() },
  { name: 'lower case', apply: (text: string) => text.toLowerCase() },
];

function patternsOfClause(own: CompiledRule, clause: number): { line: string[]; text: string[] } {
  const given = own.rule.match[clause];
  const conditions = given ? conditionsOf(given) : [];
  return {
    line: conditions.flatMap(({ line }) => line ?? []),
    text: conditions.flatMap(({ text }) => text ?? []),
  };
}

function ignoresCase(own: CompiledRule, clause: number): boolean {
  const { line, text } = patternsOfClause(own, clause);
  const patterns = [...line, ...text];
  return patterns.length > 0 && patterns.every((pattern) => pattern.startsWith('(?i)'));
}

/** Whether a clause says that its lines may begin with a glyph and spaces: all its patterns begin with such a class. */
function allowsLeader(own: CompiledRule, clause: number, glyph: string): boolean {
  const { line, text } = patternsOfClause(own, clause);
  return (
    text.length === 0 &&
    line.length > 0 &&
    line.every((pattern) => {
      const allowed = /^(?:\(\?i\))?\[([^\]]*)\]\*/.exec(pattern)?.[1] ?? '';
      return allowed.includes(glyph) && allowed.includes(' ');
    })
  );
}

function cutsOf(lines: readonly string[]): Mutation[] {
  const places = lines.slice(1).map((_, i) => i + 1);
  if (places.length === 0) return [];
  const single = places
    .slice(0, MAX_CUTS)
    .map((place) => ({ name: `cut before line ${place + 1}`, lines, cuts: [place] }));
  return [...single, { name: 'a message for each line', lines, cuts: places }];
}
