import { everyLine } from './every-line.ts';
import type { Prefilter } from './prefilter.ts';

/** Making a prefilter takes as long as going through about so much output without one. */
export const WORTHWHILE_BYTES = 64 * 1024;

/**
 * A prefilter that is made once there is much to go through, because making it is the greater part of a short run's start.
 * Until then every line passes, which is always right: a prefilter lets more lines through than there are hits.
 *
 * @param after how many bytes there have to be; 0: it is made when it is first asked
 */
export function createLatePrefilter(make: () => Prefilter, after = WORTHWHILE_BYTES): Prefilter {
  let made: Prefilter | undefined;
  let bytes = 0;
  return (chunk) => {
    bytes += chunk.length;
    if (bytes >= after) made ??= make();
    return (made ?? everyLine)(chunk);
  };
}
