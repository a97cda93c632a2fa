import type { Evidence } from '../contracts/evidence.ts';
import type { Position, RunState } from '../contracts/run-state.ts';
import { formatTime } from '../contracts/time.ts';
import type { StreamFormat } from '../decode/decoder.ts';
import type { CompiledStall } from '../ruleset/rule-set.ts';
import type { FailureDescription } from './build-messages.ts';
import { isFresh, type TreeNow } from './confirm-suspicion.ts';
import type { DecisionContext } from './decision-context.ts';
import { noticeId } from './ids.ts';
import type { Outcome } from './outcome.ts';
import { reachVerdict } from './reach-verdict.ts';
import { runOf } from './run-state.ts';

/** What is known of a run's silence at the moment it is looked at. */
export interface Silence {
  /** When it began: the run's last line, or its start; epoch milliseconds. */
  readonly sinceMs: number;
  /** Where the last line stands; the start of the log for a run that has said nothing. */
  readonly position: Position;
  readonly lastLine?: Evidence;
  /** The tool of a call that has no result yet: a tool may be silent for long. Empty where it is not known which, or whether any is. */
  readonly openTool?: string;
  /** How standard output is written. Plain text may be silent until the answer comes. */
  readonly format: StreamFormat;
  /** Whether the output itself would show that a tool is at work. */
  readonly tellsTools: boolean;
  /** The run's process tree as its host reported it last; undefined where no host sees it. */
  readonly tree?: TreeNow;
}

const SILENCE: FailureDescription = {
  title: 'The run has gone silent',
  category: 'runtime.stalled',
  scope: 'run',
  severity: 'error',
  status: 'stable',
  next: 'retry',
  remedy: 'The cause is not known. Look at what the run was doing before it fell silent.',
};

/**
 * Looks at a run's silence: too short, long enough to be warned about, or long enough to end the run where the
 * pack's `stall` says so. Silence is its own category; no cause is claimed. The state says when to look again.
 */
export function checkSilence(
  state: RunState,
  stall: CompiledStall,
  silence: Silence,
  context: DecisionContext,
): Outcome {
  const { nowMs } = context;
  const limits = limitsOf(stall, silence);
  const silentMs = nowMs - silence.sinceMs;
  const warnMs = silence.sinceMs + limits.warnMs;
  const lookAgain = (dueMs: number, warnedMs?: number): RunState => ({
    ...state,
    stall: { due_ms: dueMs, ...(warnedMs === undefined ? {} : { warned_since_ms: warnedMs }) },
  });
  if (nowMs < warnMs) return { state: lookAgain(warnMs), effects: [] };

  if (limits.abortMs !== undefined && silentMs >= limits.abortMs && isIdle(silence, limits.abortMs, limits.isOfTool)) {
    const detection = {
      rule: stall.pack,
      rule_key: `${stall.pack.pack}/${stall.pack.id}`,
      grade: 'mixed' as const,
      precedence: 0,
      position: silence.position,
      at_ms: silence.sinceMs,
      ...(silence.lastLine ? { evidence: silence.lastLine } : {}),
    };
    const title = `${SILENCE.title} for ${Math.round(silentMs / 1_000)} s`;
    return reachVerdict(withoutStall(state), { rule: { ...SILENCE, title }, detection }, context);
  }
  const abortDueMs = silence.sinceMs + (limits.abortMs ?? 0);
  const dueMs = limits.abortMs === undefined ? nowMs + limits.warnMs : Math.max(abortDueMs, nowMs + LOOK_AGAIN_MS);
  const next = lookAgain(dueMs, silence.sinceMs);
  if (state.stall?.warned_since_ms === silence.sinceMs) return { state: next, effects: [] };
  const then = limits.abortMs === undefined ? '' : ` It is ended after ${Math.round(limits.abortMs / 1_000)} s.`;
  return {
    state: next,
    effects: [
      {
        kind: 'notice',
        subject: [state.agent, state.execution, String(state.attempt)],
        notice: {
          schema: 'knell.notice/v1',
          notice_id: noticeId('stall', state.agent, state.execution, String(state.attempt), String(silence.sinceMs)),
          kind: 'stall',
          at: formatTime(nowMs),
          message: `The run has said nothing for ${Math.round(silentMs / 1_000)} s${doingOf(silence)}.${then}`,
          ...runOf(state),
          silent_since: formatTime(silence.sinceMs),
          ...(silence.openTool && { open_tool: silence.openTool }),
        },
      },
    ],
  };
}

function doingOf({ openTool }: Silence): string {
  if (openTool === undefined) return '';
  return openTool === '' ? ' while a tool may be at work' : ` while its tool ${openTool} is at work`;
}

/** How soon to look again at a run that has been silent for long enough and is still at work, in milliseconds. */
const LOOK_AGAIN_MS = 30_000;

function limitsOf(stall: CompiledStall, { openTool, format }: Silence): ReturnType<CompiledStall['openTool']> {
  if (openTool !== undefined) return stall.openTool(openTool);
  return format === 'text' ? stall.text : stall;
}

/**
 * Whether nothing shows that a silent run is at work. A host that sees the tree reports tools, calls of tool servers and
 * use of the processor: a call that no process works on is one to a server elsewhere, or is never answered. Without such
 * a host only structured output shows tools, for most runtimes: its events open and close them, and none is open, or only
 * some that have limits of their own. Plain text shows nothing.
 */
function isIdle({ tree, tellsTools, openTool }: Silence, forMs: number, isOfTool = false): boolean {
  if (!tree) return tellsTools && (openTool === undefined || isOfTool);
  return isFresh(tree) && tree.tools === 0 && tree.idleMs >= forMs;
}

export function withoutStall(state: RunState): RunState {
  const { stall: _, ...rest } = state;
  return rest;
}
