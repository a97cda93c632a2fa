import { anyWord } from './any-of.ts';

/** What runs beside the agent and fails without harm: telemetry, updates, traces, lists that are refreshed. */
const SIDE_CHANNELS = [
  'clearcut|(?:flush\\w*|upload\\w*|export\\w*) (?:log |usage |trace |telemetry )?(?:events?|spans?|logs|metrics|traces)|(?:log|usage|trace) (?:events|spans)|OTLP|growthbook|launchdarkly|feature flags?|amplitude|mixpanel|datadog|bugsnag|crashlytics',
  'telemetry|analytics|event logging|statsig|sentry|segment|posthog|langsmith|langfuse|otel|opentelemetry',
  'tracing backend|trac(?:es?|er|ing) (?:export(?:er|ing|s)?|upload\\w*|backend|client|ingest\\w*|collector|processor|endpoint|server|service|SDK)|(?:send|push|post|publish|report)(?:ing)? (?:a |the )?(?:traces?|spans?|metrics)|tracing(?=:)|spans? (?:could not|were not|failed|export\\w*|upload\\w*)|(?<!\\b(?:quota|for) )metrics?(?: server| export|)|usage (?:report(?:er|ing|s)?|sync|tracker|ping)|crash report|feedback survey',
  'auto-?updat\\w*|update check|check(?:ing)? for (?:new |available )?(?:updates?|versions?)|version check|changelog|release notes',
  'poll(?:ing)? \\w+|(?:refresh|update) (?:the )?(?:available |remote |list of )?models?(?: list| catalog| info| manager)?',
  'fetch (?:the )?(?:(?:available |remote |list of )models?|models? (?:list|catalog|info|manager))',
  'LSP|language servers?|gopls|rust-analyzer|tsserver|pyright|(?:code )?formatters?|spell ?check\\w*|file watcher|IDE (?:companion|extension|client)|import processor|(?<!\\b(?:login|credentials?|token|session|API key)\\b.{0,40})key(?:chain|ring)|background (?:tasks?|jobs?|processes|shells?)|Input is not a terminal \\(fd=\\d|model (?:info|metadata|catalog|prices?)|models\\.dev|health ?check|heartbeat|notification|webhook|slack|badge|(?<!\\bAWS |\\baws-)marketplace',
];
const sideChannel = anyWord(SIDE_CHANNELS);
/** A path of a file, whose folders may be called anything. */
const FILE_PATH = /(?<![\w:/.-])(?:~|\.{1,2})?(?:\/[\w@.+-]+){2,}/g;

/** Whether a line speaks of something that runs beside the agent. */
export function isSideChannel(body: string): boolean {
  return sideChannel.test(body.replace(FILE_PATH, ' '));
}
