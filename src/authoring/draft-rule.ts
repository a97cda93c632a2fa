import { LINE_EVENT } from '../decode/event.ts';
import { isObject } from '../decode/json.ts';
import { normaliseText } from '../decode/normalise-text.ts';
import type { DraftSource } from './draft-source.ts';
import { cut, DECIDE, firstLine, patternOf, quoted, rawEvent, slug } from './draft-words.ts';
import { QUOTING_RUNTIMES } from './examples/quote-envelopes.ts';
import { sampleEvent } from './examples/sample-event.ts';

/**
 * A rules file with one rule for a failure that no rule knows yet. It only records, and only as an experiment, so it can
 * be saved as it is; every line marked `DECIDE:` waits for a person.
 */
export function draftRule(source: DraftSource): string {
  const { runtime, runtimeVersion, event, excerpt, stream = 'stdout', fingerprint, seen } = source;
  const isPlain = event === LINE_EVENT || event === 'exit';
  const said = firstLine(excerpt ?? '');
  const raw = isPlain ? undefined : rawEvent(excerpt);
  const text = raw || isPlain ? '' : said;
  const example = isPlain ? said : (raw ?? sampleEvent(runtime, event, normaliseText(text), stream));
  const id = `draft-${(fingerprint ?? slug(`${event} ${said}`)).slice(0, 24).replace(/-+$/, '')}`;
  const file = [
    `# Save it as ${id}.yaml in the rules folder, or move the rule into the pack of ${runtime}. Then: check, test, explain.`,
    'schema: knell.rules/v1',
    `pack: ${id}`,
    "version: '0.1.0'",
    `runtime: ${runtime}`,
    'rules:',
    `  - id: ${id}`,
    `    title: ${quoted(`Unknown failure: ${cut(said || event, 80)}`)} # ${DECIDE} what happened, in the words of the person who has to act`,
    `    category: unknown.unmatched # ${DECIDE} the cause, e.g. auth.token_expired; rules/README.md lists them`,
    `    scope: run # ${DECIDE} how far it reaches: run, agent, subscription, provider or platform`,
    '    severity: warning',
    '    status: experimental # stable once it has proved right',
    '    match:',
    ...(isPlain
      ? [
          `      - line: ${quoted(said ? patternOf(said) : '.+')}`,
          ...(source.stream ? [`        stream: ${stream}`] : []),
        ]
      : [
          `      - event: ${event}`,
          ...whereOf(source, raw),
          ...(text ? [`        text: ${quoted(`^${patternOf(text)}`)}`] : []),
        ]),
    `    action: record # ${DECIDE} abort, if such a run can never succeed${isPlain ? ', then with `quiet: 20s` in the clause' : ''}`,
    `    next: notify_owner # ${DECIDE} fail, retry, retry_after, switch_subscription, fix_agent or notify_owner`,
    `    remedy: ${quoted('Find out what happened.')} # ${DECIDE} what the person who reads this has to do`,
    '    origin:',
    `      seen: '${seen}'`,
    ...(runtimeVersion === undefined ? [] : [`      runtime_version: ${quoted(runtimeVersion)}`]),
    `      source: ${quoted(`seen by knell${fingerprint ? ` as drift ${fingerprint}` : ''}`)}`,
    '    examples:',
    '      match:',
    ...(example
      ? [
          `        - lines: ${quoted(example)}${raw || isPlain ? '' : ` # ${DECIDE} put the captured line in the place of this reconstruction`}`,
          ...(source.stream || !isPlain ? [`          stream: ${stream}`] : []),
          `          runtime: ${runtime}`,
        ]
      : [`        [] # ${DECIDE} the captured line: it could not be made up from what is known`]),
    '      ignore:',
    `        - lines: ${quoted(nearMiss(runtime, said || event))} # ${DECIDE} add what comes nearest and is no failure`,
    '          stream: stdout',
    `          runtime: ${runtime}`,
  ];
  return `${file.join('\n')}\n`;
}

/** Fields whose values name a failure rather than an occurrence of it. */
const TELLING =
  /^(?:error|status|code|error_?code|error_?type|reason|terminal_reason|finishReason|outcome|is_error|error_status|api_error_status)$/;

function whereOf({ pointer }: DraftSource, raw: string | undefined): string[] {
  const fields = raw === undefined ? {} : (JSON.parse(raw) as Record<string, unknown>);
  const telling = Object.entries(fields).filter(
    ([key, value]) => TELLING.test(key) && !isObject(value) && !Array.isArray(value),
  );
  const conditions = telling.map(([key, value]) => `${key}: ${JSON.stringify(value)}`);
  if (pointer !== undefined && telling.length === 0) {
    const path = pointer
      .slice(1)
      .split('/')
      .map((key) => key.replaceAll('~1', '/').replaceAll('~0', '~').replaceAll('.', '\\.'));
    conditions.push(`${quoted(path.join('.'))}: { exists: true }`);
  }
  return conditions.length === 0 ? [] : [`        where: { ${conditions.join(', ')} }`];
}

/** Another speaker that says the same. */
function nearMiss(runtime: string, said: string): string {
  const quoting = QUOTING_RUNTIMES.find((one) => one.runtime === runtime);
  const narration = quoting?.envelopes.find(({ who }) => who === 'narration');
  return narration ? JSON.stringify(narration.wrap(said)) : `The report says that "${said}" was printed.`;
}
