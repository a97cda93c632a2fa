import { parseJson } from '../../contracts/parse-json.ts';
import type { Decoder } from '../decoder.ts';
import { isObject } from '../json.ts';

/** An object that takes more lines or bytes than this stays as it stands. */
const MAX_LINES = 5_000;
const MAX_BYTES = 1024 * 1024;

const OPENING = /^\{\s*$/;
const CLOSING = /^\},?\s*$/;

/**
 * Joins events that were pretty-printed when a log was pasted: `{` alone on a line, and all up to the `}` alone on a
 * line, where together they are an event of some runtime. Blank lines take the place of those that were joined, so that
 * the lines after them keep their numbers. Everything else stays as it is.
 */
export function createPrettyJsonJoiner(decoders: readonly Decoder[]) {
  let held: Buffer[] = [];
  let bytes = 0;

  const letGo = (): Buffer[] => {
    const lines = held;
    held = [];
    bytes = 0;
    return lines;
  };
  return {
    push(line: Buffer): Buffer[] {
      if (held.length === 0 && !(line.length < 8 && OPENING.test(line.toString('latin1')))) return [line];
      held.push(line);
      bytes += line.length;
      if (line.length < 8 && CLOSING.test(line.toString('latin1'))) return joined(letGo(), decoders);
      return held.length >= MAX_LINES || bytes > MAX_BYTES ? letGo() : [];
    },
    /** An object that never closed. */
    end: letGo,
  };
}

function joined(lines: readonly Buffer[], decoders: readonly Decoder[]): Buffer[] {
  const fields = parseJson(
    Buffer.from(
      Buffer.concat(lines.flatMap((line) => [line, SPACE]))
        .toString()
        .replace(/,\s*$/, ''),
    ),
  );
  if (!isObject(fields)) return [...lines];
  const raw = Buffer.from(JSON.stringify(fields));
  const isEvent = decoders.some((decoder) => decoder.decode({ stream: 'stdout', number: 0, raw }, 'structured').typed);
  return isEvent ? [raw, ...lines.slice(1).map(() => Buffer.alloc(0))] : [...lines];
}

const SPACE = Buffer.from(' ');
