import { isRetriesOver } from '../failure/retry-wording.ts';
import { isHarmless } from './about-messages.ts';
import { asideAt, isAccessLog, isAgentsEnd, isBackAtShell, isComposer, isInputBox, isStatusLine } from './after-end.ts';
import { countsOn, nameOf, speaksOfAnother } from './another-worker.ts';
import { endsTaskBadly, isBadExit, isTimed } from './closing-lines.ts';
import { isErrorBody } from './error-body.ts';
import { isLaunch } from './launch.ts';
import type { LineShape } from './line-shape.ts';
import { statementAt } from './line-statement.ts';
import { endOfBody } from './lines-above.ts';
import { isDetail, isListed } from './listed-points.ts';
import { isTickedOffBelow } from './marked-items.ts';
import { goesWell, isHelp, isNeutral } from './neutral-lines.ts';
import { isSentence, isWritten } from './prose.ts';
import { selfQuotation, TOOLS } from './quotation.ts';
import { INDIFFERENT } from './reason-above.ts';
import { handsOver } from './result-line.ts';
import { isOverSoon, NARROW, retries } from './retry-lines.ts';
import { isNamed, saysEnded } from './run-endings.ts';
import { CLIENT_COMMAND } from './screen-marks.ts';
import { isAboveTrace, isOwnCrash, isShownOfCrash } from './shown-crash.ts';
import { isSideChannel } from './side-channel.ts';
import { labelOf } from './statement-label.ts';
import { saysFailure, speaksOfFailure } from './statement-words.ts';
import { isTestOutput } from './test-output.ts';
import type { TextSource } from './text-source.ts';
import { isToolLine, opensToolBlock } from './tool-blocks.ts';
import { wayOutAt } from './way-out.ts';

/** More lines than this behind a statement are not gone through: the run has gone on. */
const LOOK_AHEAD = 200;

/** Behind a flood of further failures the last ones speak for the run. */
const FLOOD = 40;

/** A line of a source that a parser shows: `1 | {`, `  | ^`. */
const EXCERPT = /^\s*\d*\s*\|(?:\s|$)/;

/** `subject: run 12 of tenant blue`, `Expected result: a hint` */
const FIELD = /^[A-Za-z][\w ]{1,20}: \S/;

/** How many lines above a statement show what its program was at. */
const LIKE_WITHIN = 12;

/** An ending of no more words is no sentence of a model's. */
const MODEST = 3;

/** What programs show while they work: `Compacting …`, `Reading a.md`, a bar, who speaks, an event that no decoder knows. */
const PROGRESS =
  /(?:…|\.{3})$|\d ?%|^\{.*\}$|(?:^|[.!] )(?:\[[^\]]+\] )?\p{Lu}\p{Ll}+ing\b.*(?:…|[\w-]\.\w+$)|^(?:[Aa]ssistant|[Aa]gent|[Mm]odel|[Uu]ser|[Hh]uman)(?:>|:) |\b(?:started|resumed|running)\b|\b(?:written|saved|copied) to\b|\b(?:reading|wrote|writing|edited|editing|applied|applying|created|updated|opened) \S*[\w-][./]\w+|^\$ /u;

function isProgress({ body }: LineShape): boolean {
  return PROGRESS.test(body) && !isErrorBody(body);
}

/** Whether a line is a field, and the statement stands in one too: then both are a record that is shown. */
function isNextField(statement: string, body: string): boolean {
  return FIELD.test(statement) && FIELD.test(body) && !/^[A-Z]/.test(labelOf(statement) ?? '');
}

/** Whether a program says below a statement that it failed, or that its work is over: prose could begin like the statement. */
function failsBelow(shapes: readonly LineShape[], last: number): boolean {
  return shapes.slice(last + 1).some((shape) => saysEnded(shape) || isBadExit(shape) || speaksOfFailure(shape.body));
}

/** Whether a wrapper says that its agent has exited badly: what follows is its own clearing up. */
function isHostsExit(shape: LineShape): boolean {
  return endsTaskBadly(shape) || (isBadExit(shape) && (isNamed(shape) || shape.stamped));
}

/** Words of a wrapper that lets its agent try again, or whose next attempt runs or went well. */
const AGAIN =
  /\b(?:attempt|try|tries|retr\w+|restart\w*|again|fallback|resum\w+|succe\w+|recovered|passed|ok|running|started|next|begins?|continu\w+|proceed\w*)\b|#\d|\b(?:code|exit(?:ed)?) 0\b|\b[1-9]\d* (?:files?|edits?|tests?|commits?)\b/i;
const LEAVES = /\b(?:stopping|exiting|giving up|leaving|shutting down|quitting)\b/i;

/** mini-SWE-agent's word on its end: `Exit status: RateLimitError`. */
const EXIT_STATUS = /\bexit status: \w*(?:Error|Exception|Exceeded)\b/i;

/** A gateway goes on with its next candidate. */
const FAILS_OVER = /\bcandidate_failed\b.*\bnext=(?!none\b|null\b|-)\S/;

/** A program takes up its next piece of work. */
const TAKES_UP = /\b(?:starting|step \d|problem statement|next|instance|resum\w+)\b/i;

/** A line that counts attempts: the next one is another. */
const ATTEMPTS = /\b(?:attempt|try) \d/i;

/** Whether a wrapper's line behind its agent's exit lets the agent be: it neither tries again nor takes up the next piece of work. */
function clearsUp(exit: LineShape, shape: LineShape): boolean {
  const command = { text: shape.body.replace(/^[^:]{1,40}: /, '') };
  if (retries(shape) || isLaunch(shape) || isLaunch(command) || AGAIN.test(shape.body)) return false;
  return (isNamed(shape) || shape.stamped || isNeutral(shape)) && !countsOn(exit, shape);
}

/** Whether a line says neither that something failed nor that it is over. */
function failsNot(shape: LineShape, known: TextSource['known']): boolean {
  const fails = saysEnded(shape) || isBadExit(shape) || speaksOfFailure(shape.body);
  return !fails && !statementAt(shape, known);
}

/** Whether a line is like one above the statement, `Saved src/a.ts`: then the program goes on with what it did. */
function isLikeAbove(shapes: readonly LineShape[], first: number, { body }: LineShape): boolean {
  const word = /^\p{L}{4,}(?= )/u.exec(body)?.[0];
  return (
    word !== undefined &&
    shapes.slice(Math.max(0, first - LIKE_WITHIN), first).some((above) => above.body.startsWith(`${word} `))
  );
}

/** Why the run went on behind a statement: it says so by anything but a host's notices and further failures. */
export function goneOn(
  shapes: readonly LineShape[],
  {
    first,
    last,
    said,
    helps,
    isEnded,
    isFirst,
  }: {
    readonly first: number;
    readonly last: number;
    readonly said: string;
    readonly helps: boolean;
    readonly isEnded: boolean;
    /** Nothing that may be the model's stands before the statement, so what follows it is not likely an answer. */
    readonly isFirst: boolean;
  },
  source: TextSource,
): string | undefined {
  const { known, isClientOnly, hasAnswers } = source;
  const banner = shapes[first]?.body ?? '';
  let further = 0;
  let indifferent = 0;
  // The name of a host that has said that it ends: what it says behind that is its account.
  let leaver = LEAVES.test(banner) ? nameOf(banner) : undefined;
  const isCrash = isOwnCrash(shapes, first);
  if (isTickedOffBelow(shapes, first)) return 'went on';
  // The program says in its log that it ends.
  let isLeaving = isEnded;
  for (let at = last + 1; at < shapes.length; at += 1) {
    if (at > last + LOOK_AHEAD || further > FLOOD) return 'went on';
    const shape = shapes[at] as LineShape;
    if (FAILS_OVER.test(shape.text)) return 'retried';
    if (retries(shape)) {
      // It says further down that its retries are over.
      if (!isOverSoon(shapes, at)) return 'retried';
      continue;
    }
    if (shape.body === banner) {
      further += 1;
      continue;
    }
    if (isHostsExit(shape) && shapes.slice(at + 1).every((line) => clearsUp(shape, line))) return undefined;
    // What the client asks of a person for its failure's sake is no work.
    const menu = wayOutAt(shapes, at, source);
    if (menu) {
      at = menu.last;
      continue;
    }
    const aside = asideAt(shapes, at);
    if (aside !== undefined) {
      at = aside;
      continue;
    }
    if (isCrash && isShownOfCrash(shape)) continue;
    // Nothing but the foot of the screen stands below.
    if (isComposer(shapes, at) || isBackAtShell(shapes, at)) return undefined;
    if (CLIENT_COMMAND.test(shape.text)) continue;
    if (isStatusLine(shapes, at)) continue;
    if (!isNeutral(shape) && source.isOthers?.(shapes, at)) return 'went on';
    if ((source.isAgent && isAccessLog(shape)) || isAgentsEnd(shapes, at) || isInputBox(shapes, at)) continue;
    // A list right below a failure is its detail.
    if (helps && isDetail(shapes, last, at)) continue;
    // The prompt below a screen's last word waits for a person.
    if (/^\s*› /.test(shape.raw) && shapes.slice(at + 1).every(({ body }) => body === '')) continue;
    if (isTestOutput(shape)) return 'the output of a test';
    if (handsOver(shape)) return 'went on';
    // The command that was timed is a tool's.
    if (isTimed(shape) && shapes.slice(0, first).some(opensToolBlock)) return TOOLS;
    // `node -e` is a tool's command.
    if (/^(?:- )?\/\S*\[eval\]$/.test(shape.body)) return TOOLS;
    if (isAboveTrace(shapes, last, at)) continue;
    if (ATTEMPTS.test(banner) && countsOn(shapes[first] as LineShape, shape)) return 'retried';
    const name = nameOf(shape.body);
    const statement = shapes[first] as LineShape;
    if (speaksOfAnother(statement, shape) && failsNot(shape, known)) return 'went on';
    if (name !== undefined && name === leaver) continue;
    if ((LEAVES.test(shape.body) || EXIT_STATUS.test(shape.body)) && saysEnded(shape)) leaver ??= name;
    if (shape.level !== undefined && saysEnded(shape)) isLeaving = true;
    if (isLeaving && shape.level === 'info' && /^Done\b/.test(shape.body)) continue;
    if (shape.level !== 'debug' && (goesWell(shape) || isHarmless(shape.body))) return 'went on';
    if (saysEnded(shape) && (!hasAnswers || isNamed(shape) || shape.body.split(/\s+/).length <= MODEST)) continue;
    // Another program's line is no help of the client's.
    const isOthers = shape.source !== undefined && shape.source !== shapes[first]?.source;
    // A line of help that was wrapped.
    const previous = shapes[at - 1] as LineShape;
    if (
      previous.text.length >= NARROW &&
      !(isOthers && isProgress(shape)) &&
      /^[a-z(]/.test(shape.body) &&
      (isNeutral(previous) || (helps && isHelp(previous)))
    )
      continue;
    if (isNeutral(shape) || isSideChannel(`${shape.source ?? ''} ${shape.body}`) || isRetriesOver(shape.body)) continue;
    // What a program that has said that it ends logs behind it, it logs on its way out.
    if (isLeaving && shape.level === 'info' && !TAKES_UP.test(shape.body)) continue;
    if (shape.level === 'info') return 'went on';
    // A client that prints a body and then its words says the same thing twice.
    if (shape.body.length >= 12 && said.includes(shape.body.replace(/^[-*•] /u, ''))) continue;
    if (helps && ((isHelp(shape) && !isOthers) || isListed(shapes, at))) continue;
    // What a parser says below the line that it shows.
    if (EXCERPT.test(shapes[at - 1]?.text ?? '')) continue;
    const next = statementAt(shape, known);
    further += 1;
    if (next && (next.grade !== 'weak' || (at === last + 1 && !selfQuotation(shape, true)))) {
      // The rows of its body are its own.
      if (/\{[^}]*$/.test(shape.body)) at = endOfBody(shapes, at);
      continue;
    }
    const saysMore =
      isToolLine(shape) || isProgress(shape) || isNextField(banner, shape.body) || isLikeAbove(shapes, first, shape);
    // Another sentence of a program's about its failure.
    if (isFirst && helps && !saysMore && !isWritten(shape) && isSentence(shape) && saysFailure(shape.body)) continue;
    indifferent += 1;
    // A part of a program that has a name, and sentences, tell of work that goes on.
    const isNamedAlike = name !== undefined && name === nameOf(banner) && failsNot(shape, known);
    const isWork = shape.logger !== undefined || isNamedAlike || isWritten(shape) || isSentence(shape);
    if (isWork || indifferent > INDIFFERENT) return 'went on';
    if (isClientOnly) continue;
    if (isFirst && !saysMore && (helps || failsBelow(shapes, last))) continue;
    return 'went on';
  }
  return undefined;
}
