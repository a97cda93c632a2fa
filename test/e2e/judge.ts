import type { Word } from './channels.ts';
import type { Seen } from './run-cell.ts';
import type { Expected } from './scenarios.ts';

/** A row of the table. `blind`: the client goes on without a word of what is wrong, so there was nothing to see. */
export interface Judgement {
  readonly is: 'ok' | 'WRONG' | 'blind';
  readonly seen: string;
  /** From the first evidence to the tree gone; undefined where there was none. */
  readonly seconds: number | undefined;
}

/** The record that stands in the end: the verdict's, else the last that was not taken back. */
export function finalRecord(words: readonly Word[]): Word | undefined {
  const records = new Map<string, Word>();
  for (const word of words) {
    if (word.schema !== 'knell.failure/v1') continue;
    records.delete(word.record_id ?? '');
    records.set(word.record_id ?? '', word);
  }
  const standing = [...records.values()].filter(({ disposition }) => disposition !== 'suppressed');
  return standing.find(({ disposition }) => disposition === 'aborted') ?? standing.at(-1);
}

export function judge(expected: Expected, seen: Seen): Judgement {
  const record = finalRecord(seen.words);
  const evidenceMs = firstEvidence(record, seen);
  const seconds = evidenceMs === undefined ? undefined : Math.max(0, (seen.goneMs - evidenceMs) / 1_000);
  const how = seen.code === undefined ? 'alive at the cap' : seen.code === 125 ? 'ended' : `exit ${seen.code}`;
  const left = seen.code === 125 && seen.left > 0 ? `, ${seen.left} processes left` : '';
  const row = (is: Judgement['is'], why = ''): Judgement => ({
    is,
    seen: `${how}${left}, ${record ? `${record.category} (${record.disposition})` : 'no record'}${why}`,
    seconds,
  });
  const isNamed = record?.category !== undefined && expected.categories.includes(record.category);
  const isGone = seen.code !== undefined && left === '';
  switch (expected.end) {
    case 'healthy':
      if (seen.code === 125) return row('WRONG', ': a healthy run was ended');
      if (seen.code !== 0) return row('WRONG', ': it did not end by itself with 0');
      return record ? row('WRONG', ': a record is left') : row('ok');
    case 'doomed':
      if (seen.code === undefined) return row(record ? 'WRONG' : 'blind', lastWords(seen));
      return row(
        isNamed && isGone && (seconds ?? 0) <= expected.withinS ? 'ok' : 'WRONG',
        isNamed ? '' : lastWords(seen),
      );
    case 'stalled':
      return row(isNamed && isGone ? 'ok' : 'WRONG', isNamed ? '' : lastWords(seen));
    case 'patient':
      // That it is ended from outside without a word may be told as a failure that nothing explains.
      if (seen.code === undefined)
        return row(record && !isNamed && record.category !== 'unknown.unmatched' ? 'WRONG' : 'ok');
      return row(isNamed && isGone ? 'ok' : 'WRONG', isNamed ? '' : lastWords(seen));
  }
}

/** When the earliest line was printed that the record rests on; the last line of all where it rests on silence. */
function firstEvidence(record: Word | undefined, seen: Seen): number | undefined {
  if (!record) return undefined;
  const times = (record.evidence ?? []).flatMap(({ stream, line }) => {
    const ms = seen.lines.filter((printed) => printed.stream === stream)[line]?.ms;
    return ms === undefined ? [] : [ms];
  });
  return times.length > 0 ? Math.min(...times) : (seen.lines.at(-1)?.ms ?? seen.startedMs);
}

const lastWords = ({ lines }: Seen) =>
  `; last said: ${
    lines
      .filter(({ text }) => text.trim())
      .at(-1)
      ?.text.slice(0, 160) ?? 'nothing'
  }`;
