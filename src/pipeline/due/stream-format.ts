import { runOf } from '../../classify/run-state.ts';
import type { StreamName } from '../../contracts/run.ts';
import type { RunState } from '../../contracts/run-state.ts';
import type { StreamFormat } from '../../decode/decoder.ts';
import { decoderFor } from '../../decode/decoders.ts';
import { tellFormat } from '../../decode/stream-opening.ts';
import type { LogHistory } from '../ports/ports.ts';

/**
 * How a stream of a run is written: as its launcher declared, else recognised from its first lines; plain text where it has
 * none yet.
 *
 * @param packRuntimes the runtimes that the rules in force name
 */
export async function formatOfStream(
  state: RunState,
  stream: StreamName,
  history: LogHistory,
  packRuntimes: readonly string[],
): Promise<StreamFormat> {
  const declared = stream === 'stdout' ? state.format : undefined;
  if (declared) return declared;
  const { lines, cutOut = false } = await history.opening(runOf(state), stream);
  return tellFormat(decoderFor(state.runtime, packRuntimes), stream, lines, { cutOut });
}
