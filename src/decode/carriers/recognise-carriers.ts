import type { Carrier } from './carrier.ts';
import { CARRIERS } from './carriers.ts';
import { type AgentTest, onlyAgents } from './sources.ts';
import { createUnwrapper, isBlank } from './unwrapper.ts';

/** How many carriers may be around each other, as a stamp in docker's json-file behind compose's prefix. */
const MAX_DEPTH = 3;
/** How many stored lines are looked at. */
const MAX_LINES = 2_000;

/**
 * The carriers that stored a log, recognised from its first lines, the outermost first. An envelope is recognised where more
 * than half of the lines that are not blank are in it; a prefix, which a program may print too, where at least nineteen in
 * twenty have it. One that names who printed a line is taken off agents' lines only.
 *
 * @param sample the first lines of the log, 64 KiB of them for example
 */
export function recogniseCarriers(sample: readonly Buffer[], test: AgentTest): Carrier[] {
  const found: Carrier[] = [];
  let lines = sample.slice(0, MAX_LINES);
  while (found.length < MAX_DEPTH) {
    const kind = carrierOf(lines.filter((line) => !isBlank(line)));
    const carrier = kind && onlyAgents(kind, lines, test);
    if (!carrier) break;
    found.push(carrier);
    const unwrapper = createUnwrapper([carrier]);
    lines = [...lines.flatMap((line) => unwrapper.push(line)), ...unwrapper.end()].map(({ raw }) => raw);
  }
  return found;
}

function carrierOf(lines: readonly Buffer[]): Carrier | undefined {
  return CARRIERS.find((carrier) => {
    const opened = lines.filter((line) => carrier.open(line) !== undefined);
    const enough =
      carrier.kind === 'envelope' ? opened.length * 2 > lines.length : opened.length * 20 >= lines.length * 19;
    return opened.length > 0 && enough && (carrier.fitTogether?.(opened) ?? true);
  });
}
