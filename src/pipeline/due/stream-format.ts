import { runOf } from '../../classify/run-state.ts';
import type { StreamName } from '../../contracts/run.ts';
import type { RunState } from '../../contracts/run-state.ts';
import type { StreamFormat } from '../../decode/decoder.ts';
import { decoderFor } from '../../decode/decoders.ts';
import type { LogHistory } from '../ports/ports.ts';

/** How a stream of a run is written, told from its first line; plain text where it has none yet. */
export async function formatOfStream(state: RunState, stream: StreamName, history: LogHistory): Promise<StreamFormat> {
  const first = await history.firstLine(runOf(state), stream);
  return first === undefined ? 'text' : decoderFor(state.runtime ?? 'generic').formatOf(stream, first);
}
