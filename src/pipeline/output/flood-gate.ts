/** Which lines of a run that floods are read closely. */
export interface FloodGate {
  /**
   * Takes in that a stream of a run has said more, which is read together.
   *
   * @param key of the stream of the run
   * @param lines how many lines some rule could be about
   * @param atMs when the last of them was stored, epoch milliseconds
   */
  enter(key: string, lines: number, atMs: number): Passage;
}

/** Lines that are read together, in their order. */
export interface Passage {
  /** Whether the next line is to be read. To be asked once for each. */
  isRead(raw: Buffer): boolean;
  /** The line that was let through last decides nothing but by what it says: its like may be passed over. */
  settleKind(): void;
  /** How many lines were passed over so far. */
  readonly passedOver: number;
  /** None of the stream's lines were, shortly before. */
  readonly begins: boolean;
}

/** What a stream may say at once, and in a second, so that all of it is read: some 5 % of a worker's time at most. */
const LINES_AT_ONCE = 1_000;
const LINES_A_SECOND = 100;
/** So many lines are always read at the end of what is taken together: a run's last words decide. */
const LAST_LINES = 8;
/** So many kinds of lines of one flood are known; once there are more, only last lines are read. */
const MAX_KINDS = 500;
/** Of a line that is longer, so much at each of its ends tells its kind, in bytes. */
const KIND_BYTES = 384;

interface Stream {
  left: number;
  atMs: number;
  readonly kinds: Set<string>;
}

const ALL: Passage = { isRead: () => true, settleKind: () => undefined, passedOver: 0, begins: false };

/**
 * Bounds the time that one run can take of a worker. Reading a line that states a failure takes up to a millisecond, so
 * of a stream that says more than a thousand of them at once, or more than a hundred a second for long, only these are read: those of a kind
 * that was not read yet, and the last ones of what waits: a suspicion wants a run that says nothing more. Goes by the times at which lines were stored, so a backlog is no flood.
 *
 * @param capacity for how many streams it is remembered how much they said
 */
export function createFloodGate(capacity = 20_000): FloodGate {
  const streams = new Map<string, Stream>();

  function streamOf(key: string, atMs: number): Stream {
    const known = streams.get(key);
    const left = known ? known.left + ((atMs - known.atMs) / 1_000) * LINES_A_SECOND : LINES_AT_ONCE;
    const isFull = left >= LINES_AT_ONCE;
    const stream = {
      left: Math.min(left, LINES_AT_ONCE),
      atMs,
      kinds: isFull || !known ? new Set<string>() : known.kinds,
    };
    // Those that have said nothing for longest are forgotten first.
    streams.delete(key);
    if (streams.size >= capacity) streams.delete(streams.keys().next().value as string);
    streams.set(key, stream);
    return stream;
  }

  return {
    enter(key, lines, atMs) {
      const stream = streamOf(key, atMs);
      const left = Math.max(0, Math.floor(stream.left));
      stream.left -= Math.min(lines, left);
      return lines <= left ? ALL : passageOf(stream.kinds, lines, left);
    },
  };
}

function passageOf(kinds: Set<string>, lines: number, left: number): Passage {
  let asked = 0;
  let passedOver = 0;
  let kind = '';
  return {
    begins: kinds.size === 0,
    isRead(raw) {
      const at = asked;
      asked += 1;
      kind = kindOf(raw);
      if (at < left || at >= lines - LAST_LINES) return true;
      if (!kinds.has(kind) && kinds.size < MAX_KINDS) return true;
      passedOver += 1;
      return false;
    },
    settleKind() {
      if (kinds.size < MAX_KINDS) kinds.add(kind);
    },
    get passedOver() {
      return passedOver;
    },
  };
}

/** The statuses by which one failure is told from another; any other number may be a count. */
const STATUS = /^(?:40[0-9]|413|422|429|50[0-4]|529)$/;

/** What a line is apart from its numbers and ids. */
function kindOf(raw: Buffer): string {
  const tail = Math.max(KIND_BYTES, raw.length - KIND_BYTES);
  return (raw.toString('latin1', 0, KIND_BYTES) + raw.toString('latin1', tail)).replace(/[\w-]*\d[\w-]*/g, (word) =>
    STATUS.test(word) ? word : '0',
  );
}
