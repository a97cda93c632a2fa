import type { StoredMsg } from 'nats';

/** Reads one message of a stream; both find nothing where none is there. */
export interface MessageReader {
  /** The first message of a subject from a sequence on. */
  next(subject: string, seq: number): Promise<StoredMsg | undefined>;
  /** The last message of a subject. */
  last(subject: string): Promise<StoredMsg | undefined>;
}

/** So many messages are read in a moment, one request each. */
const MOST_MESSAGES = 100;
/** So many bytes of messages are read in a moment. */
export const MOST_BYTES = 8 * 1024 * 1024;
/** How many sequences are looked at first, and how much further each time, while few of them are of the subjects. */
const FIRST_STRETCH = 8;
const GROWTH = 4;

/** A subject with no more messages than this is read from the front, however far they lie apart. */
const FEW = 4;

/**
 * The last messages of some subjects before a sequence, in order: at most about {@link MOST_MESSAGES} and {@link MOST_BYTES}, so that
 * neither time nor memory hangs on what was printed. A server finds the messages of a subject forwards only, so
 * stretches of the stream are looked through, each before the other.
 *
 * @param fromSeq none before this one
 * @throws whatever the reader throws
 */
export async function messagesBefore(
  reader: MessageReader,
  subjects: readonly string[],
  fromSeq: number,
  beforeSeq: number,
): Promise<StoredMsg[]> {
  return (await readBack(reader, subjects, fromSeq, beforeSeq, MOST_MESSAGES)).messages;
}

/**
 * The same of at most about so many messages, and whether there are no others between the two sequences.
 *
 * @throws whatever the reader throws
 */
export async function readBack(
  reader: MessageReader,
  subjects: readonly string[],
  fromSeq: number,
  beforeSeq: number,
  mostMessages: number,
): Promise<{ readonly messages: StoredMsg[]; readonly isAll: boolean }> {
  const ends = await Promise.all(subjects.map(async (subject) => ({ subject, end: await reader.last(subject) })));
  const few = await Promise.all(ends.map(({ subject, end }) => fewFrom(reader, subject, fromSeq, beforeSeq, end)));
  if (few.every((found) => found !== undefined)) return { messages: inOrder(few.flat()), isAll: true };
  let found: StoredMsg[] = [];
  let bytes = 0;
  let width = FIRST_STRETCH;
  let to = beforeSeq;
  while (to > fromSeq && found.length < mostMessages) {
    const from = Math.max(fromSeq, to - width);
    const stretch: StoredMsg[] = [];
    for (const { subject, end } of ends) {
      for (let seq = from; end && seq <= end.seq && seq < to; ) {
        const message = await reader.next(subject, seq);
        if (!message || message.seq >= to) break;
        bytes += message.data.length;
        stretch.push(message);
        // What stands in the rest of it is not known: what was found behind it is all that counts.
        if (bytes > MOST_BYTES || stretch.length > mostMessages) return { messages: found, isAll: false };
        seq = message.seq + 1;
      }
    }
    found = [...inOrder(stretch), ...found];
    if (stretch.length < width / GROWTH) width *= GROWTH;
    to = from;
  }
  return { messages: found, isAll: to <= fromSeq };
}

/** All messages of a subject between two sequences, where they are few: nearly always there is none, or the run's first one. */
async function fewFrom(
  reader: MessageReader,
  subject: string,
  fromSeq: number,
  beforeSeq: number,
  end: StoredMsg | undefined,
): Promise<StoredMsg[] | undefined> {
  const found: StoredMsg[] = [];
  for (let seq = fromSeq; end && seq <= end.seq && seq < beforeSeq; ) {
    if (found.length > FEW) return undefined;
    const message = seq === end.seq ? end : await reader.next(subject, seq);
    if (!message || message.seq >= beforeSeq) break;
    found.push(message);
    seq = message.seq + 1;
  }
  return found;
}

function inOrder(messages: readonly StoredMsg[]): StoredMsg[] {
  return [...messages].sort((one, other) => one.seq - other.seq);
}
