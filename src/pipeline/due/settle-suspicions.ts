import { confirmSuspicion, type Known } from '../../classify/confirm-suspicion.ts';
import type { DecisionContext } from '../../classify/decision-context.ts';
import { isDyingWord } from '../../classify/dying-words.ts';
import { mayGoOn } from '../../classify/may-go-on.ts';
import type { Effect, Outcome } from '../../classify/outcome.ts';
import { heldBackBy } from '../../classify/policy.ts';
import { heldAgainMs } from '../../classify/reach-verdict.ts';
import { runOf } from '../../classify/run-state.ts';
import { hasSpokenSince, lookAgain, settleSuspicion } from '../../classify/settle-suspicion.ts';
import { mayBeAnothers, wantedQuietMs } from '../../classify/wanted-quiet.ts';
import type { Category } from '../../contracts/categories.ts';
import { isBefore } from '../../contracts/position.ts';
import type { RunState, Suspicion } from '../../contracts/run-state.ts';
import { decoderFor } from '../../decode/decoders.ts';
import { LINE_EVENT } from '../../decode/event.ts';
import { normaliseText } from '../../decode/normalise-text.ts';
import { hasSpeakerHeadings, speakerAt } from '../../decode/speaker-headings.ts';
import { shapeLine } from '../../decode/text/line-shape.ts';
import { statementIn } from '../../decode/text/statement-line.ts';
import { isTried } from '../../ruleset/is-tried.ts';
import { type CompiledRule, isCause, type RuleSet } from '../../ruleset/rule-set.ts';
import type { LoggedLine, LogHistory } from '../ports/ports.ts';
import { isCutOff } from './dropped-lines.ts';
import { type Reread, rereadStatement } from './reread-statement.ts';
import { isRunInto } from './runs-into.ts';
import { saidBefore } from './said-before.ts';
import { formatOfStream } from './stream-format.ts';
import { isStartedSince, treeNow } from './tree-now.ts';
import { mayHaveEnded, UNREAD_MS } from './unread-result.ts';
import { waitsForPrompt } from './waits-for-prompt.ts';
import { wentOnElsewhere } from './went-on-elsewhere.ts';

/**
 * What ends the program that it happens to, or is done without: a shell's missing command, a full disk, a crash, a tool server.
 * Where the run lives on behind it, that is no sign that it hangs.
 */
const ENDS_ITS_PROGRAM: ReadonlySet<Category> = new Set<Category>([
  'runtime.oom',
  'runtime.disk_full',
  'runtime.crash',
  'runtime.missing_binary',
  'permission.denied',
  'mcp.failure',
  'git.auth',
]);

/** How many lines after a suspicious one are read: more than this is certainly the run going on. */
const LINES_AFTER = 1_000;

/**
 * Settles the suspicions of a run that are due: those whose time has come, or all of them once the run has exited.
 * What the run has said since is read from the log stream, so no bookkeeping is needed for runs that go on.
 */
export async function settleSuspicions(
  before: RunState,
  rules: RuleSet,
  history: LogHistory,
  context: DecisionContext,
): Promise<Outcome> {
  let state = before;
  const effects: Effect[] = [];
  const isDue = ({ due_ms: due }: Suspicion): boolean =>
    state.exited !== undefined || (due !== null && due <= context.nowMs);
  const readUp = async (suspicion: Suspicion): Promise<{ rule?: CompiledRule; known?: Known }> => {
    const named = rules.rules.find((candidate) => candidate.key === suspicion.rule_key);
    if (!named) return {};
    const again = isCause(named) ? await rereadStatement(state, suspicion, rules, history) : undefined;
    const rule = again?.rule ?? named;
    return { rule, known: await knownOf(state, suspicion, rule, again, rules, history, context) };
  };
  const isTriedKey = (key: string): boolean => rules.rules.some((rule) => rule.key === key && isTried(rule));
  // The rule that knows most about the run's last words names its end.
  const strongestFirst = [...before.suspicions].sort((a, b) => b.precedence - a.precedence);
  for (const suspicion of strongestFirst.filter(isDue)) {
    if (suspicion.held && !state.exited && isHeldBack(state, suspicion, context)) {
      state = lookAgain(state, suspicion, context.nowMs + heldAgainMs(context.nowMs - suspicion.at_ms));
      continue;
    }
    // Its like has ended the run.
    if (suspicion.quotable && state.verdict?.rule_key === suspicion.rule_key) continue;
    const { rule, known } = await readUp(suspicion);
    const confirmation = known ? confirmSuspicion(known) : { is: 'dropped' as const };
    let outcome = settleSuspicion(state, suspicion, rule, confirmation, context);
    const isVerdict = !state.verdict && outcome.state.verdict !== undefined;
    if (isVerdict) {
      const waiting = strongestFirst.find(
        (one) => one.precedence > suspicion.precedence && !isDue(one) && !isTriedKey(one.rule_key),
      );
      const stronger = waiting && (await readUp(waiting));
      const isLast = stronger?.known?.after === 'nothing';
      if (waiting && isLast) outcome = settleSuspicion(state, waiting, stronger.rule, confirmation, context);
    }
    if (isVerdict && (await mayHaveEnded(state, rules, history))) {
      state = lookAgain(state, suspicion, context.nowMs + UNREAD_MS);
      continue;
    }
    state = outcome.state;
    effects.push(...outcome.effects);
  }
  return { state, effects };
}

function isHeldBack(state: RunState, { rule_key: key }: Suspicion, { policy }: DecisionContext): boolean {
  return heldBackBy(policy, key, state.credential?.subscription, state.agent) !== undefined;
}

function isDyingEvidence({ evidence }: Suspicion): boolean {
  return evidence !== undefined && isDyingWord(evidence);
}

/** Reads up on all that bears on a suspicion, no further than it takes to decide. */
async function knownOf(
  state: RunState,
  suspicion: Suspicion,
  rule: CompiledRule,
  again: Reread | undefined,
  rules: RuleSet,
  history: LogHistory,
  { nowMs }: DecisionContext,
): Promise<Known> {
  const run = runOf(state);
  const clause = rule.clauses[suspicion.clause];
  const quietMs = wantedQuietMs(clause, suspicion);
  const stall = rules.stallOf(state.runtime ?? 'generic');
  const following = mayGoOn(state, rule.rule.category);
  const known = {
    ageMs: nowMs - suspicion.at_ms,
    // A client says the same when a turn is interrupted in a session that goes on.
    isText: mayBeAnothers(rule, suspicion, state) || isDyingEvidence(suspicion) || suspicion.early === true,
    before: 'others' as const,
    ...(clause?.untilStall && { isRetried: true }),
    ...(following && { mayGoOn: following }),
    ...(quietMs !== undefined && { quietMs }),
    // It was confirmed before it was held back: that the run has not gone on since is enough.
    ...(suspicion.held && { quietMs: 0 }),
    ...(state.exited && { exit: { code: state.exited.code, isUnknown: isUnknownExit(state) } }),
  };
  // What is the runtime's for certain, and names no time of its own, waits for nothing but the exit of a run that is being ended.
  if (!known.isText && !known.mayGoOn && !suspicion.held && clause?.quietMs === undefined && !clause?.exit) {
    return { ...known, isCertain: true, after: 'nothing' };
  }
  if (again) {
    if (again.cancelled !== undefined) return { ...known, after: 'speech' };
    // A log without an exit code does not tell a quotation at its end from a failure.
    if (again.isQuotable && isUnknownExit(state)) {
      return { ...known, after: 'quoted' };
    }
    if (await wentOnElsewhere(state, suspicion, rule, rules, history)) return { ...known, after: 'speech' };
  } else {
    const all = await history.linesAfter(run, suspicion.position, LINES_AFTER);
    const lines =
      all.length < LINES_AFTER ? all.filter((line) => !isFurtherFailure(state, suspicion, line, rules)) : all;
    const wentOn = lines.length >= LINES_AFTER || lines.some(({ letGo }) => letGo);
    const texts = lines.map((line) => normaliseText(line.text));
    if (wentOn) return { ...known, after: 'speech' };
    if (hasSpokenSince(rule, suspicion, texts) && !(await isStated(state, suspicion, rules, history))) {
      // Between events only a wrapper prints plain text: that quotes no event, and tells nothing of how the run ends.
      const isShells = (suspicion.early || (following && !known.isText)) && suspicion.grade === 'typed';
      const isAgents = !isShells || hasSpokenSince(rule, suspicion, texts.filter(isEvent));
      return { ...known, after: isAgents ? 'speech' : 'shell' };
    }
    if (await isQuoted(state, suspicion, history)) return { ...known, after: 'quoted' };
    if (known.isText && rule.rule.category !== 'interactive.prompt' && (await isRunInto(state, suspicion, history))) {
      return { ...known, after: 'quoted' };
    }
  }
  if (state.exited) return { ...known, after: 'nothing' };
  // Where a tool was there, or nobody looked, the line may be the tool's, however silent the run was before.
  const mayBeAlone = known.isText && suspicion.alone && !again?.isQuotable && !again?.isWeak;
  const isClients = !ENDS_ITS_PROGRAM.has(rule.rule.category as Category);
  const before = mayBeAlone && isClients ? await saidBefore(state, suspicion, rule, rules, history) : 'others';
  if (await isCutOff(state, suspicion, known.isText, history)) return { ...known, after: 'unknown' };
  const tree = await treeNow(run, history, nowMs);
  // Behind its failed agent the shell has started another command, which may be an agent and idle.
  if (following === 'commands' && isStartedSince(tree, suspicion.evidence)) return { ...known, after: 'shell' };
  if (following === 'turns' && (await waitsForPrompt(state, rules.runtimes, history))) {
    return { ...known, after: 'waits' };
  }
  const stallMs =
    (await formatOfStream(state, 'stdout', history, rules.runtimes)) === 'text' ? stall?.text.abortMs : stall?.abortMs;
  return { ...known, after: 'nothing', before, ...(tree && { tree }), ...(stallMs !== undefined && { stallMs }) };
}

/**
 * Whether a line behind an event that states a failure is another such event of the same stream, says it once more in words, or only
 * keeps books.
 */
function isFurtherFailure(
  state: RunState,
  { evidence }: Suspicion,
  { stream, text }: LoggedLine,
  rules: RuleSet,
): boolean {
  if (!evidence || evidence.event === LINE_EVENT || evidence.stream !== stream) return false;
  const line = { stream, number: 0, raw: Buffer.from(text) };
  const event = decoderFor(state.runtime, rules.runtimes).decode(line, 'structured');
  if (event.typed) return event.claimsError || event.isNeutral === true;
  // Between events only the client and its wrapper print, and both may say the same once more.
  return ['label', 'chain'].includes(statementIn(shapeLine(text))?.grade ?? '');
}

const isEvent = (text: string): boolean => text.trimStart().startsWith('{');

/** What is no agent: on its channels any program may speak. */
const HOSTS = new Set(['host', 'generic']);

/** Whether the line is a statement of the agent's that also stands in the light of what was said below it. */
async function isStated(state: RunState, suspicion: Suspicion, rules: RuleSet, history: LogHistory): Promise<boolean> {
  if (HOSTS.has(state.runtime ?? 'generic')) return false;
  const read = await rereadStatement(state, suspicion, rules, history);
  return read !== undefined && read.cancelled === undefined && !read.isQuotable;
}

/** Whether the run is over and its exit is not known, as at the end of a log. */
function isUnknownExit({ exited }: RunState): boolean {
  return exited !== undefined && exited.code === null && exited.signal === null;
}

/** How many lines of a run are read for headings: who spoke after more than this is not looked for. */
const LINES_BEFORE = 20_000;

/** Whether the headings above a suspicious line say that another speaker than the runtime wrote it. */
async function isQuoted(state: RunState, { evidence, position }: Suspicion, history: LogHistory): Promise<boolean> {
  const { runtime } = state;
  if (!evidence || runtime === undefined || !hasSpeakerHeadings(runtime, evidence.stream)) return false;
  const lines = await history.linesAfter(runOf(state), { seq: 0, row: 0 }, LINES_BEFORE);
  const own = lines.filter(({ stream }) => stream === evidence.stream);
  const at = own.findLastIndex((line) => !isBefore(position, line.position));
  const speaker = speakerAt(
    runtime,
    evidence.stream,
    own.map(({ text }) => ({ raw: text })),
    at,
  );
  return speaker !== undefined && speaker !== 'runtime';
}
