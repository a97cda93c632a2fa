import type { LineView } from '../line-view.ts';
import { BLOCK_ADDRESS, type ScanMemory } from './scan-memory.ts';
import { AT, BLOCK_BYTES } from './scan-program.ts';

/** Goes from line to line of the chunk that is being scanned, forward only. One view of a line is all there is. */
export interface LineCursor extends LineView {
  /** The line's row in the chunk. */
  readonly row: number;
  begin(chunk: Buffer): void;
  /** @param to the address behind the block's last vector */
  enterBlock(from: number, to: number): void;
  /** Goes to the line around an offset, which is in the block or in a line that goes on into it. */
  moveTo(at: number): void;
}

const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;
/** How often a line is searched before it is let through: lines can be long, and the texts to look for many. */
const MAX_SEARCHES = 16;

/** Line breaks are looked for only in blocks in which something else was found. */
export function createLineCursor(memory: ScanMemory): LineCursor {
  const { words } = memory;
  const searched = new Map<string, boolean>();
  let blockFrom = 0;
  let blockTo = 0;
  let [feed, feedsTo] = [0, 0];
  let areFeedsKnown = false;
  /** How far rows have been counted: up to the start of this block. */
  let countedTo = 0;

  /** Rows of blocks in which nothing was found have not been counted, nor where their last lines begin. */
  function findFeeds(): void {
    areFeedsKnown = true;
    if (countedTo < blockFrom) {
      for (; countedTo < blockFrom; countedTo += BLOCK_BYTES) {
        const end = memory.findFeeds(memory.load(cursor.chunk, countedTo));
        if (end === AT.feedHits) continue;
        searched.clear();
        cursor.row += (end - AT.feedHits) / 4;
        cursor.start = countedTo + (words[(end >> 2) - 1] as number) - BLOCK_ADDRESS + 1;
      }
      memory.load(cursor.chunk, blockFrom);
    }
    feed = AT.feedHits;
    feedsTo = memory.findFeeds(blockTo);
    setEnd();
  }

  function setEnd(): void {
    if (feed < feedsTo) {
      cursor.end = Math.min(cursor.chunk.length, blockFrom + (words[feed >> 2] as number) - BLOCK_ADDRESS);
      return;
    }
    const next = cursor.chunk.indexOf(LINE_FEED, Math.min(blockFrom + BLOCK_BYTES, cursor.chunk.length));
    cursor.end = next === -1 ? cursor.chunk.length : next;
  }

  function leaveBlock(): void {
    if (!areFeedsKnown) return;
    // What is left of the block's line breaks, so that the next block begins in the right row.
    while (feed < feedsTo) passFeed();
    countedTo = blockFrom + BLOCK_BYTES;
  }

  function passFeed(): void {
    cursor.start = blockFrom + (words[feed >> 2] as number) - BLOCK_ADDRESS + 1;
    cursor.row += 1;
    feed += 4;
    if (searched.size > 0) searched.clear();
  }

  let returns: boolean | undefined;

  const cursor = {
    chunk: Buffer.alloc(0) as Buffer,
    start: 0,
    end: 0,
    row: 0,
    begin(chunk: Buffer) {
      cursor.chunk = chunk;
      cursor.start = 0;
      cursor.end = 0;
      cursor.row = 0;
      areFeedsKnown = false;
      countedTo = 0;
      blockFrom = 0;
      returns = undefined;
      if (searched.size > 0) searched.clear();
    },
    enterBlock(from: number, to: number) {
      leaveBlock();
      blockFrom = from;
      blockTo = to;
      areFeedsKnown = false;
    },
    moveTo(at: number) {
      if (!areFeedsKnown) findFeeds();
      if (at < cursor.end) return;
      while (feed < feedsTo && blockFrom + (words[feed >> 2] as number) - BLOCK_ADDRESS < at) passFeed();
      setEnd();
    },
    hasReturns() {
      returns ??= cursor.chunk.includes(CARRIAGE_RETURN);
      return returns;
    },
    has(text: string) {
      const before = searched.get(text);
      if (before !== undefined) return before;
      if (searched.size === MAX_SEARCHES) return true;
      const found = cursor.chunk.subarray(cursor.start, cursor.end).includes(text, 0, 'latin1');
      searched.set(text, found);
      return found;
    },
  };
  return cursor;
}
