import type { Failure } from '../../decode/failure/failure.ts';
import { withoutAdvice } from '../../decode/failure/without-advice.ts';
import { memoize } from '../../patterns/memoize.ts';
import type { CompiledCause, WordTest } from './compiled-cause.ts';
import { indexParts, type Part } from './index-parts.ts';

/** How a cause was found: by the failure's words, by a code, or by its status alone. */
export interface Resolved {
  readonly cause: CompiledCause;
  readonly by: 'words' | 'code' | 'status';
  /** How many words of the message stand before those that name the cause. */
  readonly wordsBefore?: number;
}

/** Finds the cause of a failure. */
export type Resolver = (failure: Failure, runtime: string, watch?: TrialWatch) => Resolved | undefined;

/** Sees how long each trial of a cause's words takes. */
export interface TrialWatch {
  /** Milliseconds from some moment on. */
  nowMs(): number;
  tried(cause: CompiledCause, ms: number): void;
}

/**
 * Statuses that say more than the class names around them: clients wrap a 401 into whatever class they have. 429 is not
 * one of them, since it stands for four causes.
 */
const DECISIVE = new Set([401, 402, 403, 404, 408, 413, 504, 529]);

/**
 * Class names and provider types, which are as coarse as a status: `BadRequestError`, `invalid_request_error`, and
 * Claude Code's `authentication_failed`, which it says of a 403 too.
 */
const COARSE =
  /(?:Error|Exception|Fault|_error|^error_during_execution|^authentication_failed|^invalid_request|^unauthenticated|^Unauthorized|^UNAUTHENTICATED)$/;

/** The code by which the packs name the cause of an exception whose class no cause knows. */
const ANY_EXCEPTION = 'Exception';

/** So many messages are remembered, of at most so many characters: a client that fails says the same again and again. */
const MESSAGES = 1_024;
const MESSAGE_CHARACTERS = 1_024;

const plainOf = memoize(MESSAGES, withoutAdvice, MESSAGE_CHARACTERS);

/**
 * Makes the order in which a failure's parts decide: its own words without the advice in them, all its words, codes,
 * decisive statuses, coarse words, class names, and the status as a floor.
 *
 * @param causes in order of precedence, the highest first
 * @param indexAfter of how many messages all words are tried before they are indexed; see `indexParts`
 */
export function createResolver(causes: readonly CompiledCause[], indexAfter = 0): Resolver {
  const entries = causes.flatMap((cause) => cause.words.map((words) => ({ cause, words })));
  const partsIn = indexParts(entries, ({ words }) => words.wordings, indexAfter);
  const messageOf = memoize(
    MESSAGES,
    (message): Message => {
      const text = Buffer.from(message, 'utf8');
      return { text, parts: message === '' ? [] : partsIn(text), places: [] };
    },
    MESSAGE_CHARACTERS,
  );
  const byCode = indexBy(causes, (cause) => cause.codes);
  const byStatus = indexBy(causes, (cause) => cause.statuses);
  const bySpelling = new Map(
    [...byCode].filter(([code]) => code.length >= 10).map(([code, cause]) => [spellingOf(code), cause]),
  );
  const causeOf = (code: string) =>
    byCode.get(code) ?? (SPELT.test(code) && !COARSE.test(code) ? bySpelling.get(spellingOf(code)) : undefined);
  const coded = (codes: readonly string[]) => codes.map(causeOf).find((cause) => cause !== undefined);

  return (failure, runtime, watch) => {
    const plain = plainOf(failure.message);
    // A refused credential that its provider explains in words nobody knows is not what the client advises.
    const isExplained = failure.status === 401 && /\{.*\p{L}{2}.*\}/su.test(plain);
    const messages = [...new Set(isExplained ? [plain] : [plain, failure.message])].map(messageOf);
    const worded = (coarse: boolean) =>
      messages
        .map((message) => firstWorded(message, { failure, runtime, coarse, watch }))
        .find((cause) => cause !== undefined);
    const said = worded(false);
    if (said) return { ...said, by: 'words' };
    const exact = coded(failure.codes.filter((code) => !COARSE.test(code)));
    if (exact) return { cause: exact, by: 'code' };
    const { status = 0 } = failure;
    const numbered = byStatus.get(status) ?? (status >= 500 ? byStatus.get(500) : undefined);
    if (numbered && DECISIVE.has(status)) return { cause: numbered, by: 'status' };
    const hinted = worded(true);
    if (hinted) return { ...hinted, by: 'words' };
    const classed = coded(failure.codes);
    if (classed) return { cause: classed, by: 'code' };
    if (numbered) return { cause: numbered, by: 'status' };
    // An exception of which no cause knows the class is a crash of the program that printed it.
    const crash = failure.codes.some((code) => COARSE.test(code)) ? byCode.get(ANY_EXCEPTION) : undefined;
    return crash && { cause: crash, by: 'status' };
  };
}

/** A code of several words, which each program spells in its own way: `usage_limit_exceeded`, `usageLimitExceeded`. */
const SPELT = /[a-z\d][A-Z]|[_-]/;

function spellingOf(code: string): string {
  return code.replace(/[_-]/g, '').toLowerCase();
}

interface Asked {
  readonly failure: Failure;
  readonly runtime: string;
  /** Ask the words that say no more than a class name, or all others. */
  readonly coarse: boolean;
  readonly watch: TrialWatch | undefined;
}

/** One entry for the words of a cause, in the order of the causes. */
interface Entry {
  readonly cause: CompiledCause;
  readonly words: WordTest;
}

/** A message, and the words that may be in it. */
interface Message {
  readonly text: Buffer;
  readonly parts: readonly Part<Entry>[];
  /** Where each of them was found, -1 for nowhere; undefined where that was not asked yet, or RE2 could not say. */
  readonly places: (number | undefined)[];
}

/** Where the words of one part begin in a message, in bytes; -1 where they are not in it. */
function placeOf({ text, parts, places }: Message, at: number): number {
  const known = places[at];
  if (known !== undefined) return known;
  const { pattern } = (parts[at] as Part<Entry>).wording;
  const held = pattern.test(text);
  const place = held === 'yes' ? pattern.indexIn(text) : -1;
  if (held !== 'unknown') places[at] = place;
  return place;
}

/** Of the causes whose words are in a message the one of the highest precedence; among equals the one named first. */
function firstWorded(message: Message, asked: Asked): Pick<Resolved, 'cause' | 'wordsBefore'> | undefined {
  const { text, parts } = message;
  let best: { cause: CompiledCause; index: number } | undefined;
  for (const [at, { item, wording }] of parts.entries()) {
    const { cause, words } = item;
    if (best && cause.cause.precedence < best.cause.cause.precedence) break;
    if (!mayCount(words, asked)) continue;
    const startMs = asked.watch?.nowMs() ?? 0;
    // What it takes is found out by doing it.
    const index = asked.watch ? wording.pattern.indexIn(text) : placeOf(message, at);
    asked.watch?.tried(cause, asked.watch.nowMs() - startMs);
    if (index !== -1 && (!best || index < best.index)) best = { cause, index };
  }
  return best && { cause: best.cause, wordsBefore: wordsIn(text.toString('utf8', 0, best.index)) };
}

function wordsIn(text: string): number {
  return text.split(/\s+/).filter(Boolean).length;
}

/** Whether what else must be true is, where the words are in the message. */
function mayCount(words: WordTest, { failure, runtime, coarse }: Asked): boolean {
  const { status, codes, runtimes, unanswered, coarse: isCoarse = false } = words;
  if (isCoarse !== coarse) return false;
  if (runtimes && !runtimes.includes(runtime)) return false;
  if (status && !status.includes(failure.status ?? 0)) return false;
  if (codes && !codes.some((code) => failure.codes.includes(code))) return false;
  return !(unanswered && failure.status !== undefined);
}

/** The cause of the highest precedence for each key. */
function indexBy<K>(causes: readonly CompiledCause[], keysOf: (cause: CompiledCause) => readonly K[]) {
  const index = new Map<K, CompiledCause>();
  for (const cause of causes) {
    for (const key of keysOf(cause)) if (!index.has(key)) index.set(key, cause);
  }
  return index;
}
