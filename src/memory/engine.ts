import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { AbortCommand } from '../contracts/abort-command.ts';
import type { FailureRecord } from '../contracts/failure-record.ts';
import type { Run, StreamName } from '../contracts/run.ts';
import { renderFindings } from '../ruleset/findings/render-findings.ts';
import type { CheckedPacks } from '../ruleset/load/checked-packs.ts';
import { loadRules } from '../ruleset/load/load-rules.ts';
import { RUNTIME_FACTS } from '../ruleset/load/runtime-facts.ts';
import type { RuleSet } from '../ruleset/rule-set.ts';
import { classifyLog } from './classify-log.ts';
import { wholeLines } from './whole-lines.ts';

export type { AbortCommand, FailureRecord, RuleSet, Run, StreamName };

/** From here as from the bundle, which lies at the same depth. */
const PACKAGE = new URL('../../', import.meta.url);

/**
 * Reads, checks and compiles rules; takes about half a second, so once for a program.
 *
 * @param folder with rules files; left out: the packs that come with knell
 * @throws {Error} with code `ERULES` that shows every finding, when the rules can't be used
 */
export async function loadEngineRules(folder?: string): Promise<RuleSet> {
  const own = folder ?? fileURLToPath(new URL('rules', PACKAGE));
  const { ruleSet, findings } = await loadRules(own, { ...RUNTIME_FACTS, startsLight: true, checked: checkedPacks() });
  if (ruleSet) return ruleSet;
  const errors = findings.filter(({ level }) => level === 'error');
  const message = `the rules in ${own} can't be used:\n${renderFindings(errors, { colour: false })}`;
  throw Object.assign(new Error(message), { code: 'ERULES' });
}

export interface ClassifyOptions {
  readonly rules: RuleSet;
  /** The agent that printed the lines, such as `claude-code`; left out: told from the lines. */
  readonly runtime?: string;
  /** Which of its streams they are; stdout unless told otherwise. */
  readonly stream?: StreamName;
  /** The run that the messages name. */
  readonly run?: Run;
  /** When it was printed, epoch milliseconds: what the lines say of times is meant from then. Left out: now. */
  readonly atMs?: number;
  /** How the agent ended. It is read after the last line, so it may be filled in until then. */
  readonly exit?: { readonly code?: number | null; readonly signal?: string | null };
}

/**
 * Classifies what an agent prints, and yields each abort command and failure record as soon as it is decided: the same
 * decoding, rules and decisions as the service, without a server. Evidence on a channel that the model or a tool writes to
 * as well is decided at the end, which counts as the agent having gone quiet and exited.
 *
 * @param lines what it prints as it comes: strings, one line or more each, or bytes, cut anywhere
 * @throws what reading `lines` throws
 */
export async function* classify(
  lines: Iterable<string | Uint8Array> | AsyncIterable<string | Uint8Array>,
  options: ClassifyOptions,
): AsyncGenerator<AbortCommand | FailureRecord> {
  const { rules, runtime, stream = 'stdout', run, atMs = Date.now(), exit } = options;
  const found: (AbortCommand | FailureRecord)[] = [];
  let isOver = false;
  let wake: () => void = () => undefined;
  let failure: { readonly error: unknown } | undefined;
  async function* chunks() {
    for await (const data of wholeLines(lines)) {
      if (isOver) return;
      yield { stream, data };
    }
  }
  const work = classifyLog(chunks(), {
    rules,
    atMs,
    ...(exit !== undefined && { exit }),
    ...(runtime !== undefined && { runtime }),
    ...(run !== undefined && { run }),
    onStep({ effects }) {
      for (const effect of effects) {
        if (effect.kind === 'abort') found.push(effect.command, effect.record);
        else if (effect.kind === 'record') found.push(effect.record);
      }
      if (found.length > 0) wake();
    },
  })
    .catch((error: unknown) => {
      failure = { error };
    })
    .finally(() => {
      isOver = true;
      wake();
    });
  try {
    for (;;) {
      const next = found.shift();
      if (next) yield next;
      else if (isOver) break;
      else
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
    }
    await work;
    if (failure) throw failure.error;
  } finally {
    // Whoever stops listening, has the reading stop at the next line.
    isOver = true;
  }
}

/** The shipped packs as the build found them right; without them they are checked anew. */
function checkedPacks(): CheckedPacks | undefined {
  try {
    return JSON.parse(readFileSync(new URL('dist/checked-packs.json', PACKAGE), 'utf8')) as CheckedPacks;
  } catch {
    return undefined;
  }
}
