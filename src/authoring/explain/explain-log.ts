import { countHit } from '../../classify/count-hits.ts';
import { speakersOf } from '../../classify/strongest-hit.ts';
import type { StreamName } from '../../contracts/run.ts';
import type { RunState } from '../../contracts/run-state.ts';
import { canonicalRuntime } from '../../decode/canonical-runtime.ts';
import { sniffRuntime } from '../../decode/decoders.ts';
import type { DecodedEvent } from '../../decode/event.ts';
import { excerpt } from '../../decode/excerpt.ts';
import { classifyLog, type LogVerdict } from '../../memory/classify-log.ts';
import type { ConditionHit, EventMatch, RuleReport, RuleSet } from '../../ruleset/rule-set.ts';
import { type DecodedLine, decodeLog } from './decode-log.ts';
import { decisionsOf } from './explain-decisions.ts';

/** What became of one line. */
export interface LineExplanation {
  readonly stream: StreamName;
  /** Its number in that stream, from 1. */
  readonly number: number;
  /** Redacted and shortened. */
  readonly text: string;
  readonly event: string;
  readonly provenance: string;
  /** `typed`: a field of the runtime's own event · `stated`: text only it can print · `shared`: text others print too. */
  readonly standing: 'typed' | 'stated' | 'shared';
  readonly subagent: boolean;
  readonly claimsError: boolean;
  /** How many rules got as far as looking at what the line says. */
  readonly looked: number;
  readonly rules: readonly RuleExplanation[];
  readonly signals: readonly string[];
  readonly decisions: readonly string[];
}

/** What one rule made of a line. */
export interface RuleExplanation {
  readonly rule: string;
  readonly outcome: RuleReport['outcome'] | 'outranked' | 'waiting';
  /** In plain words: which condition held, or failed first and why. */
  readonly because: string;
}

export interface LogExplanation {
  readonly runtime: string;
  readonly lines: readonly LineExplanation[];
  /** What the end of the log led to. */
  readonly ending: readonly string[];
  readonly verdict: LogVerdict;
}

/** A line and the stream it was printed on. */
export interface LogLine {
  readonly stream: StreamName;
  readonly text: string;
}

export interface ExplainLogOptions {
  readonly rules: RuleSet;
  /** Of lines that come without one. */
  readonly stream: StreamName;
  /** Left out: recognised from the first line. */
  readonly runtime?: string;
  readonly atMs: number;
  /** Every line, also those that nothing is to be said about. */
  readonly all?: boolean;
  /** How many rules that did not hit are named for a line. */
  readonly nearest?: number;
}

/** Says of each line of a finished log what it became, which rules looked at it, and what was decided because of it. */
export async function explainLog(
  lines: readonly (string | LogLine)[],
  options: ExplainLogOptions,
): Promise<LogExplanation> {
  const { rules, atMs, all = false, nearest = 3 } = options;
  const printed = lines.map((line) => (typeof line === 'string' ? { stream: options.stream, text: line } : line));
  const textsOf = (stream: StreamName) => printed.filter((line) => line.stream === stream).map(({ text }) => text);
  const openingOf = (stream: StreamName) => textsOf(stream).filter((text) => text.trim() !== '');
  const openings = { stdout: openingOf('stdout'), stderr: openingOf('stderr') };
  const runtime = canonicalRuntime(options.runtime ?? sniffRuntime(openings, { cutOut: true }));
  const byChunk = new Map<number, DecodedLine>();
  for (const stream of ['stdout', 'stderr'] as const) {
    const chunks = printed.flatMap((line, chunk) => (line.stream === stream ? [chunk] : []));
    for (const entry of decodeLog(textsOf(stream), runtime, stream, rules.runtimes)) {
      byChunk.set(chunks[entry.line.number] as number, entry);
    }
  }
  const steps = new Map<number | 'exit', Step>();
  let before: RunState | undefined;
  const verdict = await classifyLog(
    printed.map(({ stream, text }) => ({ stream, data: Buffer.from(`${text}\n`) })),
    {
      rules,
      runtime,
      atMs,
      onStep(step) {
        const { chunk, state } = step;
        const entry = chunk === 'exit' ? undefined : byChunk.get(chunk);
        const hits = entry ? rules.match(entry.event, entry.line.stream, runtime).hits : [];
        // A line counts once, however often it is seen: counting it again tells what it came to.
        const position = { seq: Number(chunk) + 1, row: 0 };
        const line = entry && { position, atMs, line: entry.line, isNumbered: true };
        const complete = state && line ? hits.filter((hit) => countHit(state, hit, line).complete) : [];
        steps.set(chunk, { decisions: decisionsOf(before, step, rules), complete });
        before = state;
      },
    },
  );
  const inOrder = [...byChunk].sort(([a], [b]) => a - b);
  const explained = inOrder.flatMap(([chunk, entry]) => {
    const { stream } = entry.line;
    const match = rules.match(entry.event, stream, runtime);
    const step = steps.get(chunk) ?? { decisions: [], complete: [] };
    const telling = match.signals.some(({ signal }) => signal.means === 'success' || signal.means === 'credential');
    const isBoring = match.hits.length + step.decisions.length === 0 && !entry.event.claimsError && !telling;
    if (isBoring && !all) return [];
    const reports = rules.explain(entry.event, stream, runtime);
    return [explainLine(entry, match, reports, step, nearest)];
  });
  return { runtime, lines: explained, ending: steps.get('exit')?.decisions ?? [], verdict };
}

/** What a line led to, and the hits whose clauses were then true. */
interface Step {
  readonly decisions: readonly string[];
  readonly complete: readonly ConditionHit[];
}

function explainLine(
  { line, event }: DecodedLine,
  match: EventMatch,
  reports: readonly RuleReport[],
  { decisions, complete }: Step,
  nearest: number,
): LineExplanation {
  const { inForce, tried } = speakersOf(complete);
  const speaking = [inForce, tried].flatMap((hit) => hit?.rule.key ?? []);
  const waiting = new Set(match.hits.map(({ rule }) => rule.key));
  for (const { rule } of complete) waiting.delete(rule.key);
  const hits = reports.filter(({ outcome }) => outcome !== 'no');
  const misses = reports
    .filter(({ outcome }) => outcome === 'no')
    .toSorted((a, b) => nearness(b, event) - nearness(a, event));
  const looked = reports.filter(({ outcome, report }) => outcome !== 'no' || !UNLOOKED.has(report.failed?.part ?? ''));
  return {
    stream: line.stream,
    number: line.number + 1,
    text: excerpt(event.text || line.raw.toString('utf8')),
    event: event.name,
    provenance: event.provenance,
    standing: event.typed ? 'typed' : event.shared ? 'shared' : 'stated',
    subagent: event.subagent,
    claimsError: event.claimsError,
    looked: looked.length,
    rules: [
      ...hits
        .toSorted((a, b) => b.rule.rule.precedence - a.rule.rule.precedence)
        .map((report) => explainHit(report, speaking, waiting.has(report.rule.key))),
      ...(hits.length > 0
        ? []
        : misses
            .filter((report) => nearness(report, event) > 0)
            .slice(0, nearest)
            .map(explainMiss)),
    ],
    signals: match.signals.map(({ key, signal }) => `${key}: ${signal.means}`),
    decisions,
  };
}

/** Steps that only sort events: a rule that fails one of these was never about such a line. */
const UNLOOKED = new Set(['kind', 'event', 'stream']);

/** How nearly a rule hit: what it looks at counts first, then how much of its wording the line has. */
function nearness({ report, rule, clause }: RuleReport, event: DecodedEvent): number {
  const { failed } = report;
  if (!failed || UNLOOKED.has(failed.part)) return 0;
  if (failed.part !== 'line' && failed.part !== 'text') return report.passed + 1;
  const words = failed.wanted.toLowerCase().match(/[a-z]{4,}/g) ?? [];
  const said = event.text.toLowerCase();
  const shared = new Set(words.filter((word) => said.includes(word))).size;
  // Plain lines are looked at by nearly all rules: only those with words in common are worth naming.
  return event.typed ? report.passed + shared : shared > 1 ? shared + (rule.clauses.length > clause ? 0 : 1) : 0;
}

function explainHit(
  { rule, outcome, clause, report, excludedBy }: RuleReport,
  speaking: readonly string[],
  isWaiting: boolean,
): RuleExplanation {
  const where = `clause ${clause + 1}`;
  const precedence = `precedence ${rule.rule.precedence}`;
  if (outcome === 'excluded') {
    return {
      rule: rule.key,
      outcome,
      because: `${where} holds, and \`unless\` number ${(excludedBy ?? 0) + 1} takes it back`,
    };
  }
  if (outcome === 'unknown') {
    return { rule: rule.key, outcome, because: `${where}: \`${report.failed?.part}\` could not be tested` };
  }
  if (isWaiting) return { rule: rule.key, outcome: 'waiting', because: `${where} holds, and waits for more` };
  if (speaking.length > 0 && !speaking.includes(rule.key)) {
    return {
      rule: rule.key,
      outcome: 'outranked',
      because: `${where} holds, ${precedence}; ${speaking[0]} speaks for the line`,
    };
  }
  return { rule: rule.key, outcome, because: `${where} holds, ${precedence}, action ${rule.rule.action}` };
}

function explainMiss({ rule, outcome, clause, report: { failed } }: RuleReport): RuleExplanation {
  const wanted = excerpt(failed?.wanted ?? '', 120);
  const because = `clause ${clause + 1}, \`${failed?.part}\`: ${wanted} wanted, ${excerpt(failed?.found ?? '', 80)} found`;
  return { rule: rule.key, outcome, because };
}
