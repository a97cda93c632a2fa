import type { Provenance } from '../contracts/categories.ts';
import type { StreamName } from '../contracts/run.ts';
import { normaliseText } from './normalise-text.ts';
import { AGENTS, isLaunch } from './text/launch.ts';

/** Who speaks below a line, as far as the lines above tell; undefined while no heading was seen. */
type ReadHeading = (raw: string, above: Above) => Provenance | undefined;

interface Above {
  readonly speaker: Provenance | undefined;
  readonly blank: boolean;
  /** Whether the last line that is not blank is the heading of a command's output, which is empty so far. */
  readonly opensOutput: boolean;
  /** Whether the line above is the heading of a command that printed nothing: no colon is behind it. */
  readonly endsOutput: boolean;
  /** Whether the line above is a heading below which nothing stands so far. */
  readonly isHeading: boolean;
  /** Whether the line above opens a quotation: it ends with a colon, or is a code fence. */
  readonly introduces: boolean;
  /** The last command line that a heading announced: what it prints may be another agent's output, or show one. */
  readonly command: string;
  /** Some command before has started another agent, so that headings below it prove nothing. */
  readonly isNested: boolean;
  /** Whether nothing but the runtime's own last words follow. */
  readonly isClosed: () => boolean;
}

const CODEX_HEADINGS: Readonly<Record<string, Provenance>> = {
  user: 'prompt',
  codex: 'narration',
  thinking: 'narration',
  exec: 'tool',
  'tokens used': 'runtime',
};

/** A command that starts another agent: all headings below it may be that one's. */
const STARTS_AGENT = new RegExp(
  `(?:^|[\\s'"/;&|(])(?:${AGENTS})(?:@\\S+)? +(?:-|exec\\b|run\\b|e\\b|review\\b|resume\\b|chat\\b|["'])`,
);
/** A command that shows what is stored, which may be an agent's output. */
const SHOWS_STORED =
  /(?:^|[\s'"/;&|(])(?:cat|bat|tail|head|less|more|z?grep|rg|ag|sed|awk|jq|nl|strings|journalctl|logs?|kubectl|docker|podman|gh|curl|wget|git)(?: |$)|\.log\b/;

/** Below it stands what a command printed. */
const OUTPUT_HEADING = /\b(?:succeeded|failed|exited \d+) in [\d.]+m?s:$/;
const EMPTY_OUTPUT = /\b(?:succeeded|failed|exited \d+) in [\d.]+m?s$/;

/**
 * `codex exec` 0.169.0 prints on stderr a word on a line of its own (`user`, `codex`, `exec`), and what that one says
 * below it. Its own words have no heading but begin with `ERROR: `, `warning: ` or a time; after a command's output a
 * blank line comes first, and the model's prose that announces a quotation is still the model's.
 */
const codexHeading: ReadHeading = (raw, above) => {
  const text = normaliseText(raw);
  if (Object.hasOwn(CODEX_HEADINGS, text)) return isOutputs(text, above) ? undefined : CODEX_HEADINGS[text];
  if (!isCodexOwn(text)) return undefined;
  if (above.speaker === 'tool' && !above.endsOutput) {
    if (!above.blank || above.opensOutput || above.isNested) return undefined;
    return above.isClosed() || !mayShowAgent(above.command) ? 'runtime' : undefined;
  }
  // A prompt is never empty: right below its heading it has begun, whatever it quotes.
  if (above.speaker === 'prompt' && above.isHeading) return undefined;
  const isModels = above.speaker === 'narration' || above.speaker === 'prompt';
  return isModels && above.introduces ? undefined : 'runtime';
};

/** How Codex's own words begin, which have no heading. */
function isCodexOwn(text: string): boolean {
  return /^(?:ERROR|warning|WARNING): |^(?:\d{4}-\d\d-\d\dT\S+Z +)?(?:ERROR|WARN) codex_|^\d{4}-\d\d-\d\dT\S+Z +(?:ERROR|WARN) codex|^Error: Fatal error: /.test(
    text,
  );
}

/**
 * Whether a heading belongs to what a command printed: the prompt stands above all commands, and behind output that may
 * be an agent's Codex puts a blank line before its next heading.
 */
function isOutputs(text: string, { speaker, blank, opensOutput, endsOutput, command }: Above): boolean {
  if (speaker !== 'tool' || opensOutput || endsOutput) return false;
  if (text === 'user') return true;
  return !blank && text !== 'exec' && mayShowAgent(command);
}

function mayShowAgent(command: string): boolean {
  return STARTS_AGENT.test(command) || SHOWS_STORED.test(command);
}

/** How many lines of Codex's own stand above the account with which it ends. */
const OWN_MAX = 40;

/** Whether Codex ends below a line: nothing but its own words follow, and the account of its tokens. */
function isClosedBelow(lines: readonly string[], at: number): boolean {
  for (const raw of lines.slice(at + 1, at + 1 + OWN_MAX)) {
    const text = normaliseText(raw);
    if (text === 'tokens used') return true;
    if (text !== '' && !isCodexOwn(text)) return false;
  }
  return false;
}

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
    if (headed) command = raw;
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
