import { runOf } from '../../classify/run-state.ts';
import type { RunState } from '../../contracts/run-state.ts';
import type { Decoder } from '../../decode/decoder.ts';
import { decoderFor } from '../../decode/decoders.ts';
import type { CompiledStall, RuleSet } from '../../ruleset/rule-set.ts';
import type { LogBegin, LoggedLine, LogHistory } from '../ports/ports.ts';
import { isGone, lacksBeginning } from './dropped-lines.ts';

/**
 * How many messages are read back: further only while what was read tells neither that a call is open nor that none is. The newest
 * nearly always do.
 */
const MOST_MESSAGES = [8, 100, 2_000];

/** What lines tell of tool calls. */
export interface OpenCalls {
  /** The tools of those that have no result yet, in the order of the calls. */
  readonly names: readonly string[];
  /** No call from before these lines is open. */
  readonly isSure: boolean;
}

/**
 * The tool for which a run that prints events may be silent for longest: one of a call whose result it has not printed. Empty where what
 * was read does not tell whether one is open; undefined where none is. A call is open until its result is there, whatever is said
 * meanwhile, or its turn is over.
 *
 * @throws whatever reading the run's output throws
 */
export async function openToolOf(
  state: RunState,
  stall: CompiledStall,
  rules: RuleSet,
  history: LogHistory,
): Promise<string | undefined> {
  const decoder = decoderFor(state.runtime, rules.runtimes);
  let known: readonly string[] = [];
  for (const most of MOST_MESSAGES) {
    const { lines, isAll } = await history.lastLines(runOf(state), 'stdout', most);
    const { names, isSure } = openCallsIn(lines, decoder, await history.begin());
    const tool = mostPatient(names, stall);
    if (isSure || (tool !== undefined && !stall.openTool(tool).isOfTool)) return tool;
    known = names;
    if (!isAll) continue;
    if (!(await lacksBeginning(state, lines[0]?.atMs ?? 0, history))) return tool;
    break;
  }
  return mostPatient([...known, ''], stall);
}

/**
 * The calls that are open behind the last lines of a stream, in order. Pure.
 *
 * @param begin where the log begins: what stood between the lines before may be gone
 */
export function openCallsIn(lines: readonly LoggedLine[], decoder: Decoder, begin: LogBegin): OpenCalls {
  const open = new Map<string, string>();
  let isSure = false;
  let reply: string | undefined;
  for (const { stream, text, isEarly, position, atMs = begin.atMs } of lines) {
    if (isEarly) continue;
    const event = decoder.decode({ stream, number: 0, raw: Buffer.from(text) }, 'structured');
    if ((event.beginsTurn || event.endsTurn) && !event.subagent) {
      open.clear();
      isSure = true;
    }
    if (event.reply !== undefined) {
      if (reply !== undefined && event.reply !== reply) isSure = true;
      reply = event.reply;
    }
    if (isGone(position, atMs, begin)) {
      isSure = false;
      reply = undefined;
    }
    for (const { id, name } of event.tool?.opens ?? []) open.set(id, name);
    for (const id of event.tool?.closes ?? []) open.delete(id);
  }
  return { names: [...open.values()], isSure };
}

/** Of these tools the one whose limit on silence is the longest; of equal ones that of the last call. */
function mostPatient(names: readonly string[], stall: CompiledStall): string | undefined {
  const patience = (name: string) => stall.openTool(name).abortMs ?? Number.POSITIVE_INFINITY;
  return names.reduce<string | undefined>(
    (most, name) => (most === undefined || patience(name) >= patience(most) ? name : most),
    undefined,
  );
}
