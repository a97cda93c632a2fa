import type { RulePack, Statement } from '../../contracts/rule-pack.ts';
import type { StreamName } from '../../contracts/run.ts';
import type { DecodedEvent } from '../../decode/event.ts';
import type { Failure, Finality } from '../../decode/failure/failure.ts';
import { readBodiesOf } from '../../decode/failure/read-bodies.ts';
import { readFailure } from '../../decode/failure/read-failure.ts';
import { normaliseText } from '../../decode/normalise-text.ts';
import type { LineShape } from '../../decode/text/line-shape.ts';
import type { StatementLine } from '../../decode/text/statement-line.ts';
import { type CompiledPattern, compileLater, compileSearch } from '../../patterns/pattern.ts';
import { findField, splitPath } from '../field-path.ts';
import { namesEvent } from '../match/compile-condition.ts';
import { compileField } from '../match/field-condition.ts';

/** How the packs that apply to one runtime say that something failed. */
export interface Statements {
  /** The failure that a typed event states; undefined where it states none. Pure. */
  typed(event: DecodedEvent, stream: StreamName): Failure | undefined;
  /** What a line of plain text states by a statement of the runtime's own. Pure. */
  text(shape: LineShape, stream: StreamName): StatementLine | undefined;
}

interface TypedStatement {
  holds(event: DecodedEvent, stream: StreamName): boolean;
  read(event: DecodedEvent): Failure;
}

interface TextStatement {
  readonly streams: readonly StreamName[] | undefined;
  readonly pattern: CompiledPattern;
  readonly final: Finality | undefined;
}

/** Compiles the statements of packs, in order: the first that holds reads the failure. */
export function compileStatements(packs: readonly RulePack[]): Statements {
  const all = packs.flatMap((pack) => pack.statements);
  const typed = all.filter(({ event, where }) => event !== undefined || where !== undefined).map(compileTyped);
  const texts = all.filter(({ text }) => text !== undefined).map(compileText);
  return {
    typed(event, stream) {
      if (event.provenance !== 'runtime' || event.subagent || !event.typed) return undefined;
      const statement = typed.find((one) => one.holds(event, stream));
      if (statement) return statement.read(event);
      // An error that a decoder knows and no pack describes: its words tell, and whether the run goes on is open.
      return event.claimsError ? failureOf(event, {}) : undefined;
    },
    text(shape, stream) {
      if (texts.length === 0) return undefined;
      const lines = [...new Set([shape.text.trim(), shape.body])].map((line) => Buffer.from(line, 'utf8'));
      for (const { streams, pattern, final } of texts) {
        if (streams && !streams.includes(stream)) continue;
        // A test is a tenth of a search for groups, and most lines are no statement of a pack's.
        const message = lines
          .map((line) => (pattern.test(line) === 'yes' ? pattern.firstGroup(line) : undefined))
          .find((group) => group !== undefined);
        if (message !== undefined) return { grade: 'label', message, prefix: '', ...(final && { final }) };
      }
      return undefined;
    },
  };
}

function compileTyped(statement: Statement): TypedStatement {
  const names = statement.event === undefined ? undefined : [statement.event].flat();
  const streams = statement.stream === undefined ? undefined : [statement.stream].flat();
  const fields = Object.entries(statement.where ?? {}).map(([path, wanted]) => compileField(path, wanted));
  return {
    holds(event, stream) {
      // By its name alone an event fails only where its decoder read a failure in it.
      if (fields.length === 0 && !event.claimsError) return false;
      if (streams && !streams.includes(stream)) return false;
      if (names && !names.some((name) => namesEvent(name, event.name))) return false;
      return fields.every((field) => field.holds(field.find(event.fields)) === 'yes');
    },
    read: (event) => failureOf(event, statement),
  };
}

/** The patterns of statements in plain text, of which a line matches one from its start. */
export function textPatterns(statements: readonly Statement[]): string[] {
  return statements.flatMap(({ text }) => [text ?? []].flat().map((one) => `(?i)^(?:${one})`));
}

function compileText(statement: Statement): TextStatement {
  const { stream, final } = statement;
  return {
    streams: stream === undefined ? undefined : [stream].flat(),
    pattern: compileLater(textPatterns([statement]), compileSearch),
    final,
  };
}

function failureOf(
  event: DecodedEvent,
  { message, status, code, retrying, maybe, final, says }: Statement | Record<string, never>,
): Failure {
  const at = (path: string | undefined) =>
    path === undefined ? undefined : findField(event.fields, splitPath(path))?.value;
  const text = at(message);
  const said = typeof text === 'string' ? normaliseText(text) : event.text;
  const codes = [at(code)].filter((one): one is string => typeof one === 'string');
  const number = Number(at(status));
  const failure = readFailure({
    message: [says, said].filter(Boolean).join('\n'),
    ...(final !== undefined && { final }),
    ...(number >= 400 && number < 600 && { status: number }),
    codes,
    bodies: readBodiesOf(event.fields),
  });
  const holds = (on: Statement['maybe']) => on === true || (on !== undefined && new RegExp(on, 'i').test(said));
  const tried = holds(retrying) ? { ...failure, retrying: failure.retrying ?? {} } : failure;
  if (holds(maybe)) return { ...tried, final: 'maybe' };
  return final !== 'yes' && holds(retrying) ? { ...tried, final: 'no' } : failure;
}
