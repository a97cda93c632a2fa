import { createAgentOutput, createRandom } from './agent-output.ts';
import type { SyntheticRule } from './synthetic-rules.ts';

/** Output cut into chunks of whole lines, as `knell tap` publishes it. */
export interface Chunks {
  readonly data: Buffer;
  /** Where each chunk begins, and where the last one ends. */
  readonly offsets: Uint32Array;
  readonly lines: number;
}

export interface MakeChunksOptions {
  readonly root: string;
  readonly bytes: number;
  readonly chunkBytes: number;
  /** How many of a thousand lines match a rule. */
  readonly hitsPerThousand: number;
  readonly rules: readonly SyntheticRule[];
}

/** Agents' output with hits strewn in: half of them as plain text, half as a failed result. */
export function makeChunks({ root, bytes, chunkBytes, hitsPerThousand, rules }: MakeChunksOptions): Chunks {
  const output = createAgentOutput(root);
  const random = createRandom(hitsPerThousand);
  const lines: string[] = [];
  for (let size = 0; size < bytes; size += (lines.at(-1)?.length ?? 0) + 1) {
    if (random(1_000) >= hitsPerThousand) lines.push(output.next());
    else lines.push(hitLine((rules[random(rules.length)] as SyntheticRule).hit, random(2) === 0));
  }
  return cutChunks(Buffer.from(`${lines.join('\n')}\n`), chunkBytes);
}

function hitLine(text: string, structured: boolean): string {
  if (!structured) return `Error: ${text}`;
  return JSON.stringify({ type: 'result', subtype: 'success', is_error: true, num_turns: 3, result: text });
}

const LINE_FEED = 0x0a;

/** Cuts at the last line break before each chunk is full; a longer line is a chunk by itself. */
export function cutChunks(data: Buffer, chunkBytes: number): Chunks {
  const offsets = [0];
  for (let at = 0; at < data.length; ) {
    const full = data.lastIndexOf(LINE_FEED, Math.min(at + chunkBytes, data.length) - 1);
    const feed = full >= at ? full : data.indexOf(LINE_FEED, at);
    at = feed === -1 ? data.length : feed + 1;
    offsets.push(at);
  }
  return { data, offsets: Uint32Array.from(offsets), lines: countFeeds(data) };
}

/** The first chunks, at least one, up to this many bytes: for contestants that would take all day. */
export function firstChunks({ data, offsets }: Chunks, bytes: number): Chunks {
  const kept = offsets.filter((offset, i) => i < 2 || offset <= bytes);
  const some = data.subarray(0, kept.at(-1));
  return { data: some, offsets: kept, lines: countFeeds(some) };
}

function countFeeds(data: Buffer): number {
  let lines = 0;
  for (let at = data.indexOf(LINE_FEED); at !== -1; at = data.indexOf(LINE_FEED, at + 1)) lines += 1;
  return lines;
}

/** Calls `take` with each chunk. */
export function eachChunk({ data, offsets }: Chunks, take: (chunk: Buffer) => void): void {
  for (let i = 0; i + 1 < offsets.length; i++) take(data.subarray(offsets[i], offsets[i + 1]));
}
