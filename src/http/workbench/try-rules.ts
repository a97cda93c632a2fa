import { concludeLog } from '../../authoring/conclude-log.ts';
import { checkCauseExamples } from '../../authoring/examples/check-cause-examples.ts';
import { checkExamples } from '../../authoring/examples/check-examples.ts';
import { examplesOf } from '../../authoring/examples/example-case.ts';
import { explainLog, type LogExplanation, type LogLine } from '../../authoring/explain/explain-log.ts';
import type { WorkbenchRequest, WorkbenchResult } from '../../contracts/api/workbench.ts';
import { splitLines } from '../../decode/split-lines.ts';
import { describeReading } from '../../decode/whole-log/describe-reading.ts';
import { createLogReader } from '../../decode/whole-log/log-reader.ts';
import { type Finding, sortFindings } from '../../ruleset/findings/finding.ts';
import { type LoadedRules, type LoadOptions, loadFiles } from '../../ruleset/load/load-rules.ts';
import type { RuleSet } from '../../ruleset/rule-set.ts';
import { asRulesFiles, type RulesTexts, withFile } from './rules-files.ts';

/** As many lines are explained and shown. */
const MAX_LINES = 2_000;
const MAX_FINDINGS = 100;
/** Longer ones are cut before anything looks at them. */
const MAX_LINE_CHARS = 200_000;

/**
 * Reads a log with the rules in force and a file of the author's, and says what became of each line: carriers, decoding,
 * rules and decisions are those of the service. Where the file has errors, the rules without it read the log.
 */
export async function tryRules(
  files: RulesTexts,
  request: WorkbenchRequest,
  load: LoadOptions,
): Promise<Omit<WorkbenchResult, 'took_ms'>> {
  const { file, log, stream } = request;
  const edited = loadFiles(asRulesFiles(withFile(files, file)), load);
  const own = edited.findings.filter((finding) => file === undefined || finding.file === file.name);
  const tried = edited.ruleSet ? undefined : loadFiles(asRulesFiles(files), load).ruleSet;
  const rules = edited.ruleSet ?? tried;
  const examples = request.examples && file && edited.ruleSet ? await runExamples(edited, file.name) : undefined;
  const about = {
    schema: 'knell.workbench/v1' as const,
    findings: sortFindings([...own, ...(examples?.findings ?? [])])
      .slice(0, MAX_FINDINGS)
      .map(({ level, code, file: name, line, column, message, hint }) => ({
        level,
        code,
        file: name,
        line,
        column,
        message,
        hint,
      })),
    examples: examples?.count ?? null,
  };
  const { lines, readAs, runtime } = readLog(log, request, rules?.runtimes ?? []);
  if (!rules || lines.length === 0) return { ...about, ...NOTHING, read_as: readAs, runtime };
  const shown = lines.slice(0, MAX_LINES);
  const explained = await explainLog(shown, { rules, stream, runtime, atMs: Date.now(), all: true });
  return {
    ...about,
    read_as: readAs,
    runtime: explained.runtime,
    lines: explained.lines.map((line) => ({
      stream: line.stream,
      number: line.number,
      text: line.text,
      event: line.event,
      speaker: line.standing === 'shared' ? 'unknown' : line.provenance,
      standing: line.standing,
      claims_error: line.claimsError,
      rules: line.rules.map(({ rule, outcome, because }) => ({ rule, outcome, because })),
      decisions: [...line.decisions],
    })),
    left_out: lines.length - shown.length,
    ending: [...explained.ending],
    verdict: verdictOf(explained, rules),
  };
}

const NOTHING = {
  lines: [],
  left_out: 0,
  ending: [],
  verdict: { abort: false, category: null, rule: null, message: 'There is no log to read.' },
};

function readLog(
  text: string,
  { stream, runtime }: WorkbenchRequest,
  packRuntimes: readonly string[],
): { lines: LogLine[]; readAs: string; runtime: string } {
  const reader = createLogReader({ stream, runtime, packRuntimes });
  const chunks = [...reader.push(Buffer.from(text, 'utf8')), ...reader.end()];
  const lines = chunks.flatMap((chunk) =>
    splitLines(chunk.data).map((raw) => ({
      stream: chunk.stream,
      text: raw.toString('utf8').slice(0, MAX_LINE_CHARS),
    })),
  );
  const reading = reader.reading();
  return { lines, readAs: describeReading(reading), runtime: reading.runtime };
}

function verdictOf({ verdict }: LogExplanation, rules: RuleSet): WorkbenchResult['verdict'] {
  const { abort, category, rule, message } = concludeLog(verdict);
  if (!message) {
    const nothing = verdict.state?.succeeded ? 'The run reported its result.' : 'Nothing wrong was found.';
    return { abort: false, category: null, rule: null, message: nothing };
  }
  const title = rules.rules.find(({ key }) => key === rule)?.rule.title;
  return { abort, category, rule, message: title ?? message.message };
}

async function runExamples(
  { packs, ruleSet }: LoadedRules,
  file: string,
): Promise<{ findings: Finding[]; count: number }> {
  const own = packs.filter(({ source }) => source.file === file);
  const cases = examplesOf(own);
  const causes = own.flatMap(({ pack }) =>
    pack.causes.flatMap(({ examples }) => [...examples.match, ...examples.ignore]),
  );
  const rules = ruleSet as RuleSet;
  const findings = [...(await checkExamples(cases, rules)), ...checkCauseExamples(own, rules)];
  return { findings, count: cases.length + causes.length };
}
