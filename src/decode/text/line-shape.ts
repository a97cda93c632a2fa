import { normaliseText } from '../normalise-text.ts';
import { hasFields, isBare } from './bare-line.ts';
import { isErrorBody } from './error-body.ts';
import { AGENTS } from './launch.ts';
import { isLogLevel, LETTERS, LEVEL, levelOf, withWarning } from './line-level.ts';
import { takeSource } from './line-source.ts';
import { type Level, readLogRecord } from './log-record.ts';
import { labelOf } from './statement-label.ts';

/** One line of plain text with what stands around its words taken off. */
export interface LineShape {
  readonly raw: string;
  /** The whole line, normalised, without a frame, a stamp and a wrapper's name before it. */
  readonly text: string;
  /** The words: without frame, glyph, stamp, level and logger. */
  readonly body: string;
  /** How far the words are indented behind a frame or stamp. */
  readonly indent: number;
  /** A mark that screens draw before a failure, a warning, or any item. */
  readonly glyph?: 'fail' | 'warn' | 'item';
  readonly stamped: boolean;
  readonly level?: Level;
  /** What a log line names as its source: a module, a file, a service. */
  readonly logger?: string;
  /** A wrapper's or a program's name in brackets before the line: `[worker-3]`. */
  readonly source?: string;
  /** Its raw form has ruled out already that it states a failure; see `rawKind`. */
  readonly isMute?: boolean;
  /** What `askedOnce` has found out about it. */
  readonly answers?: unknown[];
}

/** A longer line is looked at up to here: no program labels its failure behind four thousand characters. */
export const LINE_MAX = 4_096;

const FRAME = /^[\s]*[│┃|║▌▐╎┆]\s?|\s*[│┃║▌▐]\s*$/g;
const FAIL_GLYPH = /^(?:■|✕|✗|✖|✘|❌|⛔|🛑|🔴|🚨|💥|🚫|×|ⓧ|☒|❗|‼)\uFE0F?\s*/u;
const WARN_GLYPH = /^(?:⚠|⚡|⏳|🔄|↻|⟳|▲)\uFE0F?\s*/u;
const ITEM_GLYPH = /^(?:●|•|◦|○|◉|⏺|⎿|└|├|─|>|›|→|➜|▸|🤖|👤|✱|✻|✽|✦|∴)\uFE0F?\s+/u;
const STAMP =
  /^(?:(?:==|--|>>|##) \d{2}:\d{2}:\d{2}|\[?\d{2,4}[-/]\d{2}[-/]\d{2,4}[T ,]+\d{2}:\d{2}(?::\d{2})?(?:[.,]\d+)?(?: ?(?:Z|UTC|[+-]\d{2}:?\d{2}))?\]?|\[?\d{2}:\d{2}:\d{2}(?:[.,]\d+)?\]?|(?:[A-Z][a-z]{2} )?[A-Z][a-z]{2} [ \d]\d \d{2}:\d{2}:\d{2}(?: [A-Z]{3,4} \d{4})?|[IWEF]\d{4} \d{2}:\d{2}:\d{2}\.\d+|\[\d{9,13}(?:\.\d+)?\]|#\d+ \d+\.\d{1,3}(?! \|))(?:\s*[|·-])?(?=\s|$)\s*/;
const LOGGER =
  /^(?:\[[\w./:#@ -]{1,60}\]\s*|[\w-]+(?:(?:::|\.|\/)[\w<>-]+)+(?:\.(?:py|go|ts|js|rs|cc))?(?::\d+)?(?::|\s+-|\]|(?=\s))\s*|[\w-]+\.(?:py|go|ts|js|rs|cc):\d+[:\]]?\s*(?:-\s*)?)/;
const DASHED = /^\s*(?:- )?([\w.:-]{1,40}) - (CRITICAL|ERROR|WARNING|INFO|DEBUG) - (?=\S)/;
const DASHED_MODULE = /^((?:\w+\.)+\w+) - (CRITICAL|ERROR|WARNING|INFO|DEBUG) - (?=\S)/;
/** The margin that Python draws before the members of an exception group. */
const GROUP_MARGIN = /^(?: {2})+\| (?=(?:\w+\.)*\w+(?:Error|Exception)(?::|$))/;
/** What CI runners write before a line that they raise: `##[error]…`, `::warning file=a.ts::…`. */
const RAISED = /^(?:##\[(error|warning|notice|debug)\]|::(error|warning|notice|debug)(?: [^:]{0,200})?::)\s*/;
/** The frames of a turning wheel and the bar of a progress line, which the client's next words overwrite. */
const SPINNER = /^(?:[⠀-⣿◐◓◑◒◜◝◞◟▰▱█░▒]+\s*)+/u;
/** An exception by its full name, which a stamp stands before: no logger is called so. */
const EXCEPTION = /^[\w.]*\.[A-Z]\w*(?:Error|Exception):/;
const PAD = /^\[?(?:pid|tid|thread|main|worker)[ =-]?\d*\]?\s+|^\d+ (?=[\w./-]+:\d+\])/i;
/** A logger that writes the level before the time: `[ERROR][2026-11-28 10:55:58][stream.py:838] - `. */
const LEVEL_FIRST = /^(\[[A-Z]{4,8}\])(\[\d{4}-\d\d-\d\d[ T][\d:.,]+\])(?:\[[\w.:-]+\])? ?(?:- )?/;
/** A picture before a line that says neither that something failed nor that it went well: a lock, a key, a purse. */
const PICTURE = /^(?:🖐|✋|🔐|🔒|🔑|🗝|💳|💰|💸|⌛|⏰|⏱|🌐|🔌|📡|🧠|💾)\uFE0F?\s*/u;
/** A picture before a log's level: `🤖 WARN     Exiting …`. */
const PICTURED_LEVEL = /^\s*\p{Extended_Pictographic}\uFE0F?\s+(?=(?:DEBUG|INFO|WARN(?:ING)?|ERROR|CRITICAL)\s)/u;
/** How Go's and Google's loggers begin a line whose time a wrapper has cut off: `E agent.py:219] …`. */
const LETTERED = /^([IWEF]) (?=[\w./-]+\.\w{1,4}:\d+\] )/;
/** A program's name before the level, or before the stream that it passes on: `claude-runner STDOUT API Error: …`. */
const NAMED_LEVEL =
  /^([a-z][\w.-]{1,39})(?:: (?=[A-Z]+: )| )(?:(ERROR|INFO|WARNING|WARN|DEBUG|FATAL|CRITICAL)|STDOUT|STDERR)(?::| )\s?(?=\S)/;
/** The fields of a line that say what failed, behind the words of its program: `turn failed code=x message="…"`. */
const TAIL =
  /^(.{3,80}?)(?:\s+\w+=[^\s="]+)*\s+(?:message|msg|error|err|err_msg|error_message|reason|detail)=(?:"((?:[^"\\]|\\.)*)"|([^"\s].*))/;
/** The same in Go's logs, where the reason is quoted once more: `Failed to run agent error="Post \"https://…\": …"`. */
const QUOTED_TAIL = /^([A-Z][\w ,'-]{3,80}?)((?: \w+=[^\s="]+)*) (?:error|err)="((?:[^"\\]|\\.)*)"/;
/** What such a line must speak of, and what it goes on without. */
const OF_RUN = /\b(?:agent|run|turn|task|prompt)\b/i;
const BESIDE_RUN = /\b(?:MCP|LSP|tools?|plugins?|extensions?|hooks?|titles?|summar\w+)\b/i;
/** How Google's loggers write a level, before the day: `E0520 11:22:25.822941 4411 log.go:398] …`. */
const GLOG = /^([IWEF])\d{4} /;
/** What a wrapper has read of its agent, whatever the level at which it logs that. */
const AGENTS_STREAM = new RegExp(
  `^(?:the )?(?:agent|worker|child|subprocess|process|runner|session|cli|${AGENTS})(?:'s)?[ .](?:stdout|stderr)(?:\\[\\d+\\])?(?:: ?(?=\\S)|:$| \\| (?=\\S)| > (?=\\S))`,
  'i',
);
/** A wrapper's logger through which it passes on what its agent prints. */
const PASSED_ON = /\b(?:stdout|stderr|output|console)\b\W*$/i;

function textOf(raw: string): string {
  return normaliseText(raw.length > LINE_MAX ? raw.slice(0, LINE_MAX) : raw);
}

/** Takes a line apart. Pure; the work is bounded by {@link LINE_MAX}. */
export function shapeLine(raw: string): LineShape {
  const whole = textOf(raw);
  const words = whole.trim();
  if (isBare(words) && !hasFields(words))
    return { raw, text: whole, body: words, indent: whole.length - whole.trimStart().length, stamped: false };
  return takeApart(raw, whole);
}

/**
 * The same for a line of which something may have to be taken off.
 *
 * @param whole the line, normalised
 */
export function takeApart(raw: string, whole = textOf(raw)): LineShape {
  const unframed = whole.replace(FRAME, (frame) => (/[│┃║▌▐╎┆]/.test(frame) ? '' : frame));
  let rest = withWarning(unframed.replace(GROUP_MARGIN, ''));
  let logger: string | undefined;
  let source: string | undefined;
  const takeName = (): void => {
    const taken = takeSource(rest, source);
    ({ rest } = taken);
    source = taken.source;
    logger ??= source;
  };
  takeName();
  rest = rest
    .replace(LEVEL_FIRST, '$2 $1 ')
    .replace(PICTURED_LEVEL, '')
    .replace(LETTERED, (_, letter: string) => `[${LETTERS[letter]}] `);
  const python = /^([A-Z]{4,8}):([\w.]+):(?=\S)/.exec(rest);
  const stamp = STAMP.exec(rest.trimStart());
  let level: Level | undefined;
  let stamped = false;
  if (stamp) {
    stamped = true;
    rest = withWarning(rest.trimStart().slice(stamp[0].length));
    const letter = GLOG.exec(stamp[0])?.[1];
    if (letter) level = levelOf(LETTERS[letter] as string);
    const before = PAD.exec(rest);
    if (before) rest = rest.slice(before[0].length);
  }
  const text = rest;
  if (python && LEVEL.test(`${python[1]} `)) {
    level = levelOf(python[1] as string);
    logger = python[2];
    rest = rest.slice(python[0].length);
  }
  const named = /^(?:- )?([\w.-]{2,40}):(ERROR|WARNING|INFO|DEBUG|CRITICAL)\b:? ?/.exec(rest);
  if (named && level === undefined) {
    logger = named[1];
    level = levelOf(named[2] as string);
    rest = rest.slice(named[0].length).replace(/^[\w-]+\.(?:py|js|ts|go|rs):\d+ - /, '');
  }
  // What Python's logging writes behind the time, `runner - ERROR - …`, or without one: `app.core - ERROR - …`.
  const dashed = level === undefined ? (stamped ? DASHED : DASHED_MODULE).exec(rest) : undefined;
  if (dashed) {
    logger ??= dashed[1];
    level = levelOf(dashed[2] as string);
    rest = rest.slice(dashed[0].length);
  }
  const namedLevel = level === undefined ? NAMED_LEVEL.exec(rest) : undefined;
  if (namedLevel) {
    logger ??= namedLevel[1];
    if (namedLevel[2]) level = levelOf(namedLevel[2]);
    rest = rest.slice(namedLevel[0].length);
  }
  const raised = RAISED.exec(rest.trimStart());
  if (raised) {
    level ??= levelOf((raised[1] ?? raised[2]) as string);
    rest = rest.trimStart().slice(raised[0].length);
  }
  const indent = rest.length - rest.trimStart().length;
  rest = rest.trimStart().replace(SPINNER, '').replace(PICTURE, '');
  const glyph = FAIL_GLYPH.test(rest)
    ? 'fail'
    : WARN_GLYPH.test(rest)
      ? 'warn'
      : ITEM_GLYPH.test(rest)
        ? 'item'
        : undefined;
  if (glyph) rest = rest.replace(FAIL_GLYPH, '').replace(WARN_GLYPH, '').replace(ITEM_GLYPH, '');
  // Only behind a stamp, or in brackets or capitals, is a level word a level: "error: …" alone is a label.
  for (let round = 0; round < 3; round += 1) {
    const name = LEVEL.exec(rest);
    if (level === undefined && name && (stamped || isLogLevel(name[0]))) {
      level = levelOf(name[1] as string);
      rest = rest.slice(name[0].length);
      continue;
    }
    const isPart = (stamped || level !== undefined) && !(EXCEPTION.test(rest) && level !== 'warn');
    const part = isPart ? LOGGER.exec(rest) : undefined;
    if (!part?.[0] || part[0].length === rest.length) break;
    logger ??= part[0].trim();
    rest = rest.slice(part[0].length).replace(/^(?:-\s+|\|\s+|:\s+)/, '');
  }
  const isRelayed = level === 'info' && (PASSED_ON.test(logger ?? '') || isFailing(rest));
  if (isRelayed) level = undefined;
  const agents = AGENTS_STREAM.exec(rest)?.[0];
  if (level !== undefined && agents) {
    level = undefined;
    rest = rest.slice(agents.length);
  }
  if (level === undefined) takeName();
  const passedOn = level === undefined && (stamped || isRelayed) && FAIL_GLYPH.test(rest);
  if (passedOn) rest = rest.replace(FAIL_GLYPH, '');
  const record = level === undefined ? readLogRecord(rest) : undefined;
  if (record?.level === '') {
    stamped = true;
    rest = record.message;
  } else if (record && LEVEL.test(`${record.level} `)) {
    level = levelOf(record.level);
    stamped = true;
    rest = record.message;
  }
  if (level === undefined && !record) {
    const tail = TAIL.exec(rest);
    if (tail && !/\b[45]\d\d,$/.test(tail[1] as string)) rest = `${tail[1]}: ${tail[2] ?? tail[3]}`;
  }
  const [, words = '', fields = '', reason = ''] = (level === 'error' && !record && QUOTED_TAIL.exec(rest)) || [];
  if (OF_RUN.test(words) && !BESIDE_RUN.test(words + fields)) rest = `${words}: ${reason.replace(/\\(.)/g, '$1')}`;
  return {
    raw,
    text: record && level !== 'warn' ? rest : text,
    body: rest.trim(),
    indent,
    stamped,
    ...((glyph || passedOn) && { glyph: glyph ?? 'fail' }),
    ...(level && { level }),
    ...(logger !== undefined && { logger }),
    ...(source !== undefined && { source }),
  };
}

/** Whether words begin with a failure's own mark, label or body: a wrapper that logs them at level info passes them on. */
function isFailing(words: string): boolean {
  return FAIL_GLYPH.test(words) || labelOf(words) !== undefined || isErrorBody(words);
}
