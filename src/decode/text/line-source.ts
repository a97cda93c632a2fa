import { PIPED } from './bare-line.ts';
import { AGENTS } from './launch.ts';

/** What a wrapper writes before each line of its agent, or a program before its own: `[worker-3] `, `[provider:codex] `. */
const SOURCE =
  /^\[(?!(?:tool|exec|command|cmd|action|observation|mcp|test|x)\b)[\p{Ll}][\w./:#@=-]{1,40}(?: [\w./#@-]{1,30})?(?: (?:\d{4}-\d\d-\d\d[T ])?\d\d:\d\d:\d\d(?:[.,]\d+)?Z?)?\]\s(?=\s*\S)/u;
/** A wrapper that names streams alone, or a client itself: `[STDERR] `, `[CLI] `. */
const STREAM_NAME = /^\[(?:STDOUT|STDERR|CLI)\]\s(?=\s*\S)/;
/** Behind its name a wrapper says for whom it speaks, and with an arrow that the line came from there: `chan:deploy <- `. */
const CAME_FROM = /^\s*(?:[\w.:#@/-]{1,40} )?(?:<[-=]{1,2}|←|⟵|⇐) ?(?=\S)/u;
/** … or from which stream of its agent's it came: `stdout: `. */
const CAME_BY = /^\s*(?:stdout|stderr)(?:\[\d+\])?(?:: | \| | > )(?=\S)/i;
const OF_AGENT = new RegExp(`\\b(?:agent|worker|runner|orchestrator|supervisor|session|${AGENTS})\\b`, 'i');
/** A repository, `acme/web: `, and no path of a file or a folder of sources. */
const REPOSITORY =
  /^\s*(?!(?:src|lib|tests?|app|apps|packages|cmd|pkg|docs|internal|node_modules|usr|etc|dev)\/)[\w-]{2,40}\/(?![\w.-]*\.(?:[a-z]{1,4}): )[\w.-]{2,60}(?:[#@][\w./-]{1,40})?: (?=\S)/;

/**
 * Takes off the name that a wrapper or a program has put before a line, with whom it says that it speaks for.
 *
 * @param line a line without its frame
 * @param known the name that was taken off before, if any: it stays
 */
export function takeSource(
  line: string,
  known?: string,
): { readonly rest: string; readonly source: string | undefined } {
  let rest = line;
  let source = known;
  const next = () => SOURCE.exec(rest.trimStart()) ?? STREAM_NAME.exec(rest.trimStart());
  for (let found = next(); found; found = next()) {
    source ??= found[0].trim();
    rest = rest.trimStart().slice(found[0].length);
  }
  if (source !== undefined) {
    rest = rest.replace(CAME_FROM, '');
    if (OF_AGENT.test(source)) rest = rest.replace(CAME_BY, '');
    // Behind its name a wrapper writes the number of the piece of work, or the repository that its agent works on.
    rest = rest.replace(/^\s*\[#?\d{1,6}(?:\/\d{1,6})?\]\s(?=\s*\S)/, '').replace(REPOSITORY, '');
  }
  const piped = PIPED.exec(rest.trimStart());
  if (piped) {
    source ??= piped[0].trim().replace(/>$/, '');
    rest = rest.trimStart().slice(piped[0].length);
  }
  return { rest, source };
}
