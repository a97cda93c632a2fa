import type { Level } from './log-record.ts';

/** The level at which a log's line is written, at its start, with what stands between it and the words. */
export const LEVEL =
  /^(?:\+\d+ms\s+)?[[(<]?(FATAL|FATA|CRITICAL|CRIT|PANIC|EMERG|ERROR|ERRO|ERR|SEVERE|WARNING|WARN|NOTICE|INFO|DEBUG|DEBU|TRACE|VERBOSE|fatal|critical|error|err|warning|warn|notice|info|debug|trace)[\])>]?(?=[\s:|-]|$)\s*(?:[|:-]\s+|:(?=\S))?/;
/** A tag by which a program says that it goes on without: `[non-fatal] …`. */
const GOES_ON =
  /^\s*\[(?:non-?(?:fatal|critical|blocking)|ignor(?:ed|ing)|expected|handled|recover(?:ed|able)|optional|skipped|harmless|best[- ]effort)\](?=\s)/i;

/** A line with such a tag as the warning that it is. */
export function withWarning(line: string): string {
  return line.replace(GOES_ON, '[WARN]');
}

/** What Google's loggers write for a level. */
export const LETTERS: Readonly<Record<string, string>> = { I: 'INFO', W: 'WARNING', E: 'ERROR', F: 'FATAL' };

/** Whether what `LEVEL` has found is a level also where no time stands before it: `error: …` alone is a label. */
export function isLogLevel(found: string): boolean {
  return (
    /^[[(<]/.test(found) ||
    (/^[A-Z]/.test(found) && !/^(?:ERROR|FATAL|PANIC|WARNING):/.test(found) && /\s$/.test(found))
  );
}

/** The level that a log's word for it names. */
export function levelOf(word: string): Level {
  const first = word.toLowerCase();
  if (/^(?:fatal|crit|panic|emerg)/.test(first)) return 'fatal';
  if (/^(?:err|severe)/.test(first)) return 'error';
  if (first.startsWith('warn')) return 'warn';
  return /^(?:info|notice)/.test(first) ? 'info' : 'debug';
}
