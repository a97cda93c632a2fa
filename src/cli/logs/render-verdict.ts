import type { FailureRecord } from '../../contracts/failure-record.ts';
import { describeReading } from '../../decode/whole-log/describe-reading.ts';
import type { LogReading } from '../../decode/whole-log/log-reader.ts';
import type { LogVerdict } from '../../memory/classify-log.ts';
import { coloursFor } from '../terminal/colour.ts';

const WORDS: Readonly<Record<FailureRecord['disposition'], string>> = {
  aborted: 'ABORT',
  would_abort: 'would abort',
  warned: 'warning',
  recorded: 'seen',
  suppressed: 'not acted on',
};

/** What was found in a log, and what it was read as, for people. */
export function renderVerdict(file: string, { records, notices }: LogVerdict, reading: LogReading): string {
  const colours = coloursFor(process.stdout);
  const name = file === '-' ? 'standard input' : file;
  const readAs = colours.dim(`  ${describeReading(reading)}`);
  if (records.length + notices.length === 0) return `${nothingFound(name, reading)}\n${readAs}\n`;
  const lines = records.map((record) => `${headline(record)}\n${detail(record)}`);
  const warnings = notices.map((notice) => `${colours.cyan('notice')}  ${notice.kind}  ${notice.message}\n`);
  return `${colours.bold(name)}\n${readAs}\n${lines.join('')}${warnings.join('')}`;

  function headline(record: FailureRecord): string {
    const paint = record.disposition === 'aborted' ? colours.red : colours.yellow;
    return `${paint(WORDS[record.disposition])}  ${colours.bold(record.category)}  ${record.rule.pack}/${record.rule.id}  ${colours.dim(`${record.grade} evidence, scope ${record.scope}`)}`;
  }

  function detail(record: FailureRecord): string {
    const where = record.evidence.map(
      (item) => `  ${item.stream}:${item.line + 1}  ${colours.dim(item.event)}  ${item.excerpt}\n`,
    );
    const reason = record.reason === undefined ? '' : `  because ${record.reason}\n`;
    const next =
      record.disposition === 'aborted'
        ? `  next: ${record.next_action}${record.not_before ? `, not before ${record.not_before}` : ''}\n`
        : '';
    return `${where.join('')}${reason}${next}`;
  }
}

/** A tick only where all of the log was read. */
function nothingFound(name: string, { lines, notUnderstood }: LogReading): string {
  const colours = coloursFor(process.stdout);
  if (notUnderstood === 0 && lines > 0) return `${colours.green('✓')} ${name}: nothing wrong found`;
  const why = lines === 0 ? 'there are no lines in it' : `${notUnderstood} of ${lines} lines were not understood`;
  return `${colours.yellow('?')} ${name}: nothing wrong found, but ${why}`;
}
