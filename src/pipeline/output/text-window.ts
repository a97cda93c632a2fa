import type { StreamName } from '../../contracts/run.ts';
import { shapeLater } from '../../decode/text/late-shape.ts';
import type { LineShape } from '../../decode/text/line-shape.ts';
import type { TextWindow } from '../../ruleset/statements/text-reading.ts';
import type { ChunkRow } from './read-chunk.ts';

/**
 * The windows of a message's lines of plain text: for each row, the lines of its stream around it. A row that is not
 * among the candidates is a blank line, since every other line of a text stream is one.
 */
export function createTextWindows(rows: readonly ChunkRow[]): (row: ChunkRow) => TextWindow {
  const byStream = new Map<StreamName, StreamLines>();
  for (const one of rows) {
    const { stream, row, isMute } = one;
    const known: StreamLines = byStream.get(stream) ?? { shapes: [], at: new Map<number, number>() };
    byStream.set(stream, known);
    if (known.lastRow !== undefined && row > known.lastRow + 1) known.shapes.push(BLANK);
    known.lastRow = row;
    known.at.set(row, known.shapes.length);
    known.shapes.push(shapeLater(() => one.line.raw.toString('utf8'), isMute));
  }
  return ({ stream, row }) => {
    const { shapes, at } = byStream.get(stream) ?? { shapes: [], at: new Map() };
    return { shapes, at: at.get(row) ?? 0 };
  };
}

interface StreamLines {
  readonly shapes: LineShape[];
  /** Row in the message → index into `shapes`. */
  readonly at: Map<number, number>;
  lastRow?: number;
}

const BLANK: LineShape = { raw: '', text: '', body: '', indent: 0, stamped: false };
