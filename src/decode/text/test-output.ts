import { askedOnce } from './by-shape.ts';
import type { LineShape } from './line-shape.ts';

/** What test runners print: marks before names, headings of files, counts, expectations. */
const TEST_OUTPUT = [
  /^\s*(?:✓|✔|√|✗|✘|×|not ok|ok)\s(?!\s*\(\d+\w*\)$).*(?:\(\d+(?:\.\d+)? ?m?s\)|\b\d+ ?ms\b| [›>] |::)/,
  /^\s*(?:not )?ok \d+\b|^\s*(?:stdout|stderr) \| \S/,
  /^\s*(?:PASS|FAIL|SKIP)(?:ED)?\b[: ]\s*(?:\[|\S*[/.]\S)|^\s*RUNS? +\S|^\s*--- (?:PASS|FAIL|SKIP):|^=== RUN|^(?:FAILED|ERROR) [\w./-]+\.\w+::/,
  /^\s*(?:Tests?|Test Suites?|Test Files|Suites|Snapshots)(?::| {2,})|^running \d+ tests?$|^test [\w:]+ \.\.\. |^---- .* stdout ----/,
  // `Attempt 1 failed` counts attempts, and `0 succeeded, 1 failed` a batch's tasks, not tests.
  /(?<!\b(?:attempt|try|step|run|job|task|item|issue|ticket|batch|story|unit) |\b0 succeeded, |\b(?:attempt|try|retry) \d{1,3} of |[/.#-])\b\d+ (?:passing|failing|passed|failed|pending|examples?|assertions?)\b(?!\.| with|:| after| (?:iteration|attempt|retr|run|tr(?:y|ies)|request|start|turn|step)|.*\b(?:running|queued)\b)/i,
  /^\s*(?:E {2,}|> {3,}(?!Type your message)\S|> +\d+ ?\|)|^={5,} .*(?:test session|passed|failed|FAILURES|ERRORS|summary)|^FAILURES!$|^Failures:$|^\s*Failure\/Error:|^\s*\d+\) [A-Z][\w:]+ .*(?:raises|returns|is |does |should )|^There (?:was|were) \d+ failure/,
  /\bAssertionError\b|^\s*(?:Expected|Received|expected|received|actual)\b ?[:(]|^(?!.*(?:values to unpack|[Ii]nvalid input)).*\bexpected\b.*\b(?:got|received|but was|actual)\b/,
  /^\s*\d+\) .*(?:›|::|\bit\b|\btest)|^Failed asserting|^\s*●.* › |^> Task :.* FAILED|^\w+Test > /,
  /^Ran \d+ tests? in |^(?:ERROR|FAIL): test\w* \(|^\s*\d+\/\d+ Test +#\d+: /,
];

const TYPES = '(?:string|number|boolean|object|array|record|function|date|integer|null|undefined|nan)';
/** What a validator says of a setting in one line, as no test does: `Expected object, received string`. */
const OF_SETTINGS = new RegExp(`^\\s*Expected:? ${TYPES},? (?:but )?received:? ${TYPES}\\.?$`, 'i');

/** Whether a line is the output of a test runner. */
export const isTestOutput = askedOnce(
  ({ text }: LineShape): boolean => !OF_SETTINGS.test(text) && TEST_OUTPUT.some((sign) => sign.test(text)),
);
