import type { UnlabelledCodec } from '../../contracts/log-headers.ts';
import type { StreamName } from '../../contracts/run.ts';
import { decodePayload, type PayloadRow } from '../../decode/codecs.ts';
import type { Line } from '../../decode/line.ts';
import type { LineRange } from '../../ruleset/rule-set.ts';

/** A line of a message that some rule could be about. */
export interface ChunkRow {
  readonly stream: StreamName;
  readonly line: Line;
  /** Its row in the message, from 0. */
  readonly row: number;
  /** When the publisher read it, where the row says so: epoch milliseconds. */
  readonly timeMs?: number;
  /** As in `LineRange`. */
  readonly isMute?: true;
  readonly isRuled?: true;
}

export type Chunk =
  | {
      readonly ok: true;
      readonly rows: readonly ChunkRow[];
      /** How many rows are not in the form that the codec says, where there are any. */
      readonly unread?: number;
    }
  | { readonly ok: false; readonly reason: string };

export interface ReadChunkOptions {
  readonly data: Buffer;
  readonly stream: StreamName;
  readonly subject: string;
  /** The `Knell-Codec` header. */
  readonly codec: string | undefined;
  /** Whether the message has any `Knell-` header. Asked only where it matters. */
  readonly labelled: () => boolean;
  /** How a message without any is read; left out: as plain lines. */
  readonly unlabelled: UnlabelledCodec | undefined;
  /** The `Knell-Line` header: the number of the message's first line. Without it lines are numbered by row. Read only where it matters. */
  readonly firstLine: () => number | undefined;
  /** The prefilter of the rules in force, for lines of these streams. */
  readonly candidates: (data: Buffer, streams: readonly StreamName[]) => LineRange[];
}

const OPENING_BRACKET = 0x5b;

/**
 * The lines of a log message that have to be looked at. Plain lines, the normal case, go to the prefilter as the bytes
 * they came as: nothing is split, copied or parsed where no rule could apply.
 */
export function readChunk(options: ReadChunkOptions): Chunk {
  const { data, stream, subject, codec, firstLine, candidates, unlabelled = 'lines' } = options;
  const cannotWrap = unlabelled === 'lines' && data[0] !== OPENING_BRACKET;
  const plain = codec === 'lines' || (codec === undefined && (cannotWrap || options.labelled()));
  const payload = plain ? undefined : decodePayload(data, { codec, subject, unlabelled });
  if (payload && !payload.ok) return payload;
  if (!payload || payload.codec === 'lines') {
    const ranges = candidates(data, [stream]);
    if (ranges.length === 0) return { ok: true, rows: [] };
    const first = firstLine() ?? 0;
    const rows = ranges.map((range) => new PlainRow(data, stream, first, range));
    return { ok: true, rows };
  }
  const unread = payload.rows.filter((row) => row.unread).length;
  return { ok: true, rows: unwrapped(payload.rows, stream, candidates), ...(unread > 0 && { unread }) };
}

/** A row of a message of plain lines. Most stand only around others, so the line is cut out when it is first asked for. */
class PlainRow implements ChunkRow {
  readonly row: number;
  readonly isMute?: true;
  readonly isRuled?: true;
  readonly stream: StreamName;
  private readonly data: Buffer;
  private readonly first: number;
  private readonly range: LineRange;
  private cut: Line | undefined;

  /** @param first the number of the message's first line */
  constructor(data: Buffer, stream: StreamName, first: number, range: LineRange) {
    this.data = data;
    this.stream = stream;
    this.first = first;
    this.range = range;
    this.row = range.row;
    if (range.isMute) this.isMute = true;
    if (range.isRuled) this.isRuled = true;
  }

  get line(): Line {
    const { start, end, row } = this.range;
    this.cut ??= { stream: this.stream, number: this.first + row, raw: this.data.subarray(start, end) };
    return this.cut;
  }
}

const LINE_FEED = Buffer.from('\n');

/** Lines that came wrapped in another format: put them one under the other and let the prefilter read that. */
function unwrapped(
  rows: readonly PayloadRow[],
  stream: StreamName,
  candidates: ReadChunkOptions['candidates'],
): ChunkRow[] {
  const joined = Buffer.concat(rows.flatMap(({ raw }) => [raw, LINE_FEED]));
  const streams = [...new Set(rows.map((row) => row.stream ?? stream))];
  return candidates(joined, streams).flatMap(({ row, isMute, isRuled }) => {
    const source = rows[row];
    if (!source || source.unread) return [];
    const line = { stream: source.stream ?? stream, number: row, raw: source.raw };
    const { timeMs } = source;
    return [
      {
        stream: line.stream,
        line,
        row,
        ...(timeMs !== undefined && { timeMs }),
        ...(isMute && { isMute }),
        ...(isRuled && { isRuled }),
      },
    ];
  });
}
