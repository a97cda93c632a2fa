import type { Provenance } from '../contracts/categories.ts';
import type { StreamName } from '../contracts/run.ts';
import {
  codexHeading,
  EMPTY_OUTPUT,
  isClosedBelow,
  isOldExec,
  OUTPUT_HEADING,
  OWN_MAX,
  STARTS_AGENT,
} from './codex-headings.ts';
import { normaliseText } from './normalise-text.ts';
import type { Above, ReadHeading } from './read-heading.ts';
import { isLaunch } from './text/launch.ts';

/**
 * `opencode run` 1.18.33 prints on stderr `$ ` and the command, then its output, then a line with nothing but a change of
 * colour. Its own failures begin with a change to red, its warnings with one to yellow.
 */
const opencodeHeading: ReadHeading = (raw) => {
  if (raw === '\u001b[0m' || /^\u001b\[9[13]m/.test(raw)) return 'runtime';
  const text = normaliseText(raw);
  return /^\$ ./.test(text) && !isLaunch({ text }) ? 'tool' : undefined;
};

/**
 * What an agent answers on stdout in plain text is the model's prose. A banner that this prose has just announced, with a
 * colon or a code fence, is a quotation; behind the mark of a full screen's own line it is not.
 */
const announced: ReadHeading = (raw, { introduces }) =>
  introduces && !/^ *[⎿●⏺]/.test(normaliseText(raw)) ? 'narration' : 'runtime';

const HEADINGS: Readonly<Record<string, Readonly<Partial<Record<StreamName, ReadHeading>>> | undefined>> = {
  'claude-code': { stdout: announced },
  codex: { stdout: announced, stderr: codexHeading },
  gemini: { stdout: announced },
  'qwen-code': { stdout: announced },
  opencode: { stdout: announced, stderr: opencodeHeading },
  kilo: { stdout: announced, stderr: opencodeHeading },
  pi: { stdout: announced },
  'copilot-cli': { stdout: announced },
  'cursor-agent': { stdout: announced },
};

function readerFor(runtime: string, stream: StreamName): ReadHeading | undefined {
  return Object.hasOwn(HEADINGS, runtime) ? HEADINGS[runtime]?.[stream] : undefined;
}

/** Whether a runtime's plain text on this stream has headings that tell who speaks. `runtime` is no alias. */
export function hasSpeakerHeadings(runtime: string, stream: StreamName): boolean {
  return readerFor(runtime, stream) !== undefined;
}

/**
 * The stream whose headings stand in these lines of one stream: where standard error was sent to standard output (`2>&1 | tee log`), Codex
 * begins there too.
 */
export function headedStream(
  runtime: string,
  stream: StreamName,
  lines: readonly { readonly raw: string }[],
): StreamName {
  const isMerged = runtime === 'codex' && lines.some(({ raw }) => /^OpenAI Codex v\d/.test(normaliseText(raw)));
  return isMerged ? 'stderr' : stream;
}

/**
 * Who wrote a line, by the headings in and above it; undefined where none stands there.
 *
 * @param lines lines of one plain-text stream, in order; those below the one in question may tell too
 */
export function speakerAt(
  runtime: string,
  stream: StreamName,
  lines: readonly { readonly raw: string }[],
  at: number,
): Provenance | undefined {
  const first = readerFor(runtime, stream) === announced ? announcementAbove(lines, at) : 0;
  return readHeadings(
    readerFor(runtime, stream),
    lines.slice(first, at + 1 + OWN_MAX).map(({ raw }) => raw),
    at - first,
  ).speaker;
}

/**
 * Whether the runtime seems to speak at a line below what a tool printed, and nothing below the line shows that it does:
 * the tool may have printed it as well.
 */
export function mayBeTools(
  runtime: string,
  stream: StreamName,
  lines: readonly { readonly raw: string }[],
  at: number,
): boolean {
  const read = readerFor(runtime, stream);
  if (read !== codexHeading) return false;
  return readHeadings(
    read,
    lines.slice(0, at + 1 + OWN_MAX).map(({ raw }) => raw),
    at,
  ).isUnsure;
}

/** The line above the last one that says something: what stands over those announces nothing. */
function announcementAbove(lines: readonly { readonly raw: string }[], at: number): number {
  let above = at - 1;
  while (above > 0 && lines[above]?.raw.trim() === '') above -= 1;
  return Math.max(0, above - 1);
}

/**
 * Who wrote the last of these lines, by the headings in and above it; undefined where none stands there.
 *
 * @param lines raw lines of one plain-text stream, in order, the one in question last
 */
export function speakerOf(runtime: string, stream: StreamName, lines: readonly string[]): Provenance | undefined {
  return readHeadings(readerFor(runtime, stream), lines, lines.length - 1).speaker;
}

interface Speaking {
  readonly speaker: Provenance | undefined;
  /** The runtime has taken the word below what a tool printed, behind a blank line, and did not end there. */
  readonly isUnsure: boolean;
}

function readHeadings(read: ReadHeading | undefined, lines: readonly string[], at: number): Speaking {
  let speaker: Provenance | undefined;
  let isUnsure = false;
  let blank = true;
  let opensOutput = false;
  let endsOutput = false;
  let isHeading = false;
  let introduces = false;
  // A runner of tasks has just started the agent: it heads the agent's output, and quotes nothing.
  let isStarted = false;
  let command = '';
  let isNested = false;
  let headed = false;
  for (const [index, raw] of lines.slice(0, at + 1).entries()) {
    const isClosed = () => isClosedBelow(lines, index);
    const above: Above = {
      speaker,
      blank,
      opensOutput,
      endsOutput,
      isHeading,
      introduces,
      command,
      isNested,
      isClosed,
    };
    const told = read?.(raw, above);
    const next = told ?? speaker;
    if (next !== speaker) isUnsure = speaker === 'tool' && next === 'runtime' && !endsOutput && !isClosed();
    speaker = next;
    if (headed || (speaker === 'tool' && isOldExec(raw))) command = raw;
    headed = speaker === 'tool' && raw.trim() === 'exec';
    isNested ||= speaker === 'tool' && (raw.trim() === 'user' || (command === raw && STARTS_AGENT.test(command)));
    blank = raw.trim() === '';
    isHeading = blank ? isHeading : told !== undefined && next !== 'runtime';
    endsOutput = EMPTY_OUTPUT.test(raw.trimEnd());
    opensOutput = blank ? opensOutput : OUTPUT_HEADING.test(raw);
    // A blank line between the announcement and the quotation changes nothing.
    introduces = blank ? introduces : /(?::|^```\w*)$/.test(raw.trim()) && !(isStarted && raw.trim() === 'Output:');
    isStarted = isLaunch({ text: raw });
  }
  return { speaker, isUnsure };
}
