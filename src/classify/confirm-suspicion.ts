import type { GoesOn } from '../contracts/log-headers.ts';

/**
 * All that is known about a suspicious line at the moment it is looked at again. Times are the server's, so that one clock
 * decides for all hosts.
 */
export interface Known {
  /** How long ago the line was printed, in milliseconds. */
  readonly ageMs: number;
  /** Whether it is a line of text that another than the runtime may have printed. */
  readonly isText: boolean;
  /** A typed event that only waits for the exit of a run that is being ended: nothing that follows takes it back. */
  readonly isCertain?: boolean;
  /** Its client tries again: what it asks for next may take as long as the stall limit. */
  readonly isRetried?: boolean;
  /** What may follow such a failure: another turn of the agent, or another command of its shell. */
  readonly mayGoOn?: GoesOn;
  /** `alone`: the run has said nothing before it but its own header and failures · `others`: prose, a prompt or tool output. */
  readonly before: 'alone' | 'others';
  /**
   * `nothing`: nothing, or only what no model writes · `speech`: the run has gone on · `quoted`: the line was announced · `shell`: the
   * shell around the agent has gone on, which does not tell whether the run has got over it · `waits`: a session waits for its next prompt ·
   * `unknown`: what stood around the line is not there any more.
   */
  readonly after: 'nothing' | 'speech' | 'quoted' | 'shell' | 'waits' | 'unknown';
  /** How the run ended; undefined while it lives. */
  readonly exit?: { readonly code: number | null; readonly isUnknown?: boolean };
  /** The run's process tree as its host reported it last; undefined where no host sees it. */
  readonly tree?: TreeNow;
  /** How long the rule wants silence, in milliseconds; undefined where only the exit confirms. */
  readonly quietMs?: number;
  /** After how long silence alone ends a run of this runtime, in milliseconds; undefined where it never does. */
  readonly stallMs?: number;
}

/** A process tree, at the moment of a decision. */
export interface TreeNow {
  /** Descendants that are no servants from the start. */
  readonly tools: number;
  /** How long no tool had been at work and the processor was left alone when the host looked, in milliseconds. */
  readonly idleMs: number;
  /** How long ago the host looked, in milliseconds. What the tree has done since is not known. */
  readonly seenAgoMs: number;
  /** When the youngest of its processes was started, epoch milliseconds by the host's clock; undefined where that does not tell. */
  readonly newestStartedMs?: number;
}

/** `record`: it may have been the run's answer, and there is nothing left to end · `wait`: look again after `forMs`. */
export type Confirmation =
  | { readonly is: 'confirmed' | 'dropped' | 'recorded' }
  | { readonly is: 'open'; readonly forMs?: number };

/** The longest wait for a line that is all the run has said, in milliseconds: a quotation has something before it. */
export const ALONE_MS = 40_000;

/**
 * How long a line that may be a quotation must be the last word of an idle tree, in milliseconds: as long as a model may
 * think. A real Codex 0.171.0 went on 330 s after a tool had printed a banner; a client's request times out after 600 s.
 */
export const QUOTABLE_MS = 540_000;

/**
 * How old a host's report on a process tree may be, in milliseconds: `knell tap` reports a silent agent every 20 s at the
 * least. A host that has not is cut off, and the run's output is cut off with it, so its silence means nothing.
 */
const FRESH_MS = 45_000;

/** Whether the host that sees the tree has reported it lately. */
export function isFresh({ seenAgoMs }: TreeNow): boolean {
  return seenAgoMs <= FRESH_MS;
}

/** How often a tool at work is looked at, and a run that no host sees, in milliseconds. */
const TOOL_AGAIN_MS = 15_000;
const UNSEEN_AGAIN_MS = 60_000;
/** How long a host that sees the tree may take for its first report, and how often that is looked for, in milliseconds. */
const FIRST_WORD_MS = 60_000;
const FIRST_WORD_AGAIN_MS = 5_000;
/** A host reports a silent run every four seconds, so looking more often shows nothing new. */
const SOONEST_AGAIN_MS = 2_000;

/**
 * Whether a suspicious line has turned out to be the run's end. Silence alone proves nothing: a tool at work is silent, and
 * so is a model that thinks. What the run says next drops the suspicion; its exit settles it; else an idle process tree
 * confirms it after a time that depends on who may have written the line.
 */
export function confirmSuspicion(known: Known): Confirmation {
  const { exit, tree, quietMs, ageMs } = known;
  const isOpen = known.isText || known.mayGoOn !== undefined;
  if (known.isCertain && quietMs !== undefined) {
    return exit || ageMs >= quietMs ? { is: 'confirmed' } : { is: 'open', forMs: quietMs - ageMs };
  }
  if (known.after === 'speech' || known.after === 'quoted') return { is: 'dropped' };
  if (exit?.code === 0) return { is: known.after === 'shell' ? 'dropped' : 'recorded' };
  // The end of a log without an exit code is no silence as long as the stall limit.
  if (exit) return { is: known.isRetried && exit.isUnknown ? 'recorded' : 'confirmed' };
  if (quietMs === undefined || known.after !== 'nothing') return { is: 'open' };
  if (tree && !isFresh(tree)) return { is: 'open', forMs: UNSEEN_AGAIN_MS };
  if (tree && tree.tools > 0) return { is: 'open', forMs: TOOL_AGAIN_MS };
  if (isOpen && !tree) {
    const isStalled = known.stallMs !== undefined && ageMs >= known.stallMs;
    const forMs = ageMs < FIRST_WORD_MS ? FIRST_WORD_AGAIN_MS : UNSEEN_AGAIN_MS;
    return isStalled ? { is: 'confirmed' } : { is: 'open', forMs };
  }
  const silentMs = tree ? Math.min(ageMs - tree.seenAgoMs, tree.idleMs) : ageMs;
  const wantedMs = wantedSilence(known, quietMs);
  if (wantedMs === undefined) return { is: 'open' };
  return silentMs >= wantedMs
    ? { is: 'confirmed' }
    : { is: 'open', forMs: Math.max(SOONEST_AGAIN_MS, wantedMs - silentMs) };
}

/** For how long the tree must be idle, in milliseconds; undefined where no idleness confirms: a session waits for its next prompt idly, a client for a model. */
function wantedSilence({ isText, isRetried, mayGoOn, before, stallMs }: Known, quietMs: number): number | undefined {
  if (isRetried || mayGoOn === 'turns') return stallMs;
  if (mayGoOn) return QUOTABLE_MS;
  if (!isText) return quietMs;
  return before === 'alone' ? Math.min(quietMs, ALONE_MS) : QUOTABLE_MS;
}
