import type { Provenance } from '../contracts/categories.ts';
import { normaliseText } from './normalise-text.ts';
import type { Above, ReadHeading } from './read-heading.ts';
import { AGENTS } from './text/launch.ts';

const CODEX_HEADINGS: Readonly<Record<string, Provenance>> = {
  user: 'prompt',
  'User instructions:': 'prompt',
  codex: 'narration',
  thinking: 'narration',
  exec: 'tool',
  'tokens used': 'runtime',
};

/** A command that starts another agent: all headings below it may be that one's. */
export const STARTS_AGENT = new RegExp(
  `(?:^|[\\s'"/;&|(])(?:${AGENTS})(?:@\\S+)? +(?:-|exec\\b|run\\b|e\\b|review\\b|resume\\b|chat\\b|["'])`,
);
/** A command that shows what is stored, which may be an agent's output. */
const SHOWS_STORED =
  /(?:^|[\s'"/;&|(])(?:cat|bat|tail|head|less|more|z?grep|rg|ag|sed|awk|jq|nl|strings|journalctl|logs?|kubectl|docker|podman|gh|curl|wget|git)(?: |$)|\.log\b/;

/** One file of sources, in which no agent's output is stored. */
const SHOWS_SOURCE =
  /^\S*sh -lc ["']?(?:cat|head|tail|nl|sed)(?: -\w+| ["']?[\d,$]+p["']?| \d+)* [\w./-]+\.(?:sql|[jt]sx?|mjs|py|go|rs|rb|java|kt|[ch]|cpp|cs|php|css)["']? in \//;

/** Below it stands what a command printed. */
export const OUTPUT_HEADING = /\b(?:succeeded|failed|exited \d+) in [\d.]+m?s:$/;
export const EMPTY_OUTPUT = /\b(?:succeeded|failed|exited \d+) in [\d.]+m?s$/;

/**
 * `codex exec` 0.169.0 prints on stderr a word on a line of its own (`user`, `codex`, `exec`), and what that one says
 * below it. Its own words have no heading but begin with `ERROR: `, `warning: ` or a time; after a command's output a
 * blank line comes first, and the model's prose that announces a quotation is still the model's.
 */
export const codexHeading: ReadHeading = (raw, above) => {
  const text = normaliseText(raw).replace(OLD_STAMP, '');
  if (OLD_EXEC.test(text)) return 'tool';
  if (Object.hasOwn(CODEX_HEADINGS, text)) return isOutputs(text, above) ? undefined : CODEX_HEADINGS[text];
  if (!isCodexOwn(text)) return undefined;
  if (above.speaker === 'tool' && !above.endsOutput) {
    if (above.isNested) return undefined;
    // What shows no agent's output prints no error of Codex's that its account stands below.
    if (!above.blank && above.opensOutput && above.isClosed() && !mayShowAgent(above.command)) return 'runtime';
    if (!above.blank || above.opensOutput) return undefined;
    return above.isClosed() || !mayShowAgent(above.command) ? 'runtime' : undefined;
  }
  // A prompt is never empty: right below its heading it has begun, whatever it quotes.
  if (above.speaker === 'prompt' && above.isHeading) return undefined;
  const isModels = above.speaker === 'narration' || above.speaker === 'prompt';
  return isModels && above.introduces ? undefined : 'runtime';
};

/**
 * Codex in 2025 wrote the time before its headings, and the command behind `exec`: `[2025-08-04T22:22:15] exec bash -lc ls in /work`.
 * Source: https://github.com/openai/codex, `ts_println!` in codex-rs/exec/src/event_processor_with_human_output.rs
 */
const OLD_STAMP = /^\[\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\] /;
const OLD_EXEC = /^exec \S.* in \/\S+$/;

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
  return STARTS_AGENT.test(command) || (SHOWS_STORED.test(command) && !SHOWS_SOURCE.test(command));
}

/**
 * Whether Codex's model has thought no more than the title of a thought, `**Reading the tests**`, down to a line: it has
 * quoted nothing there. Where a command above may have shown an agent's output, the thought may be that one's.
 */
export function isTitleAlone(lines: readonly { readonly raw: string }[], at: number): boolean {
  const [above = '', title = ''] = [lines[at - 1], lines[at]].map((line) => normaliseText(line?.raw ?? ''));
  if (above !== 'thinking' || !/^\*\*[^*]+\*\*$/.test(title)) return false;
  return !lines.slice(0, at).some(({ raw }, index) => {
    const isCommand = lines[index - 1]?.raw.trim() === 'exec' || isOldExec(raw);
    return isCommand && mayShowAgent(raw);
  });
}

/** How many lines of Codex's own stand above the account with which it ends. */
export const OWN_MAX = 40;

/** Whether Codex ends below a line: nothing but its own words follow, and the account of its tokens. */
export function isClosedBelow(lines: readonly string[], at: number): boolean {
  for (const raw of lines.slice(at + 1, at + 1 + OWN_MAX)) {
    const text = normaliseText(raw);
    if (text === 'tokens used') return true;
    if (text !== '' && !isCodexOwn(text)) return false;
  }
  return false;
}

/** Whether a line is a heading with its command, as Codex wrote it in 2025. */
export function isOldExec(raw: string): boolean {
  return OLD_EXEC.test(normaliseText(raw).replace(OLD_STAMP, ''));
}
