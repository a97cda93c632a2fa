import { OPENING_BYTES } from '../../decode/stream-opening.ts';

/** What a stream of a run began with. */
export interface Opening {
  /** Its first lines that are not blank, decoded leniently as UTF-8: 64 KiB of them, the last one whole. */
  readonly lines: readonly string[];
  /** Nothing that is printed later will be added. */
  readonly complete: boolean;
  /** They may be from the middle of a stream: a finished log that was cut out of a longer one. */
  readonly cutOut?: boolean;
}

/** Collects a stream's first lines. */
export interface OpeningCollector extends Opening {
  add(text: string): void;
}

export function createOpening(): OpeningCollector {
  const lines: string[] = [];
  let bytes = 0;
  return {
    lines,
    get complete() {
      return bytes >= OPENING_BYTES;
    },
    add(text) {
      if (bytes >= OPENING_BYTES || text.trim() === '') return;
      lines.push(text);
      bytes += text.length + 1;
    },
  };
}
