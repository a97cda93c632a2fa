import { join } from 'node:path';
import { firstChunks, makeChunks } from './chunks.ts';
import { compilePack, engine, re2Sets, regExpAlternation, regExpLoop } from './contestants.ts';
import { buildHyperscan, startHyperscan } from './hyperscan.ts';
import { type Figure, type Measured, measure } from './measure.ts';
import { compare, type Row } from './row.ts';
import { syntheticRules } from './synthetic-rules.ts';

export interface BenchOptions {
  /** The project's folder. */
  readonly root: string;
  /** For files that are needed for a while. */
  readonly scratch: string;
  readonly bytes: number;
  readonly say: (text: string) => void;
}

const COUNTS = [20, 100, 1_000, 10_000];
const CHUNK_BYTES = [65_536, 4_096];
const HITS_PER_THOUSAND = [1, 50];
/** Compiling ten thousand patterns takes Hyperscan the better part of a minute; `compile` measures that. */
const HYPERSCAN_MAX = 1_000;
const HYPERSCAN_TARGETS: Readonly<Record<number, number>> = { 20: 0.7, 100: 0.7, 1000: 0.5 };

/** The engine at many rules, chunk sizes and hit rates, against everybody else who can take the same rules. */
export async function benchEngine(options: BenchOptions): Promise<Row[]> {
  const { root, scratch, bytes, say } = options;
  const program = buildHyperscan(join(root, 'test', 'bench', 'hyperscan.c'), scratch);
  if (!program) say('no Hyperscan here (apt-get install libhyperscan-dev): left out');
  const rows: Row[] = [];
  for (const chunkBytes of CHUNK_BYTES) {
    for (const hitsPerThousand of HITS_PER_THOUSAND) {
      // The same output for all counts of rules, so that they can be compared: its hits are those of the twenty.
      const hits = syntheticRules(20);
      const chunks = makeChunks({ root, bytes, chunkBytes, hitsPerThousand, rules: hits });
      const where = `${chunkBytes / 1_024} KiB, ${hitsPerThousand / 10} %`;
      const isMain = chunkBytes === 65_536 && hitsPerThousand === 1;
      const counts = COUNTS.map((count) => {
        const rules = [...hits, ...syntheticRules(count)].slice(0, count);
        return { count, rules, contestant: engine(compilePack(rules)) };
      });
      say(`engine at ${COUNTS.join(', ')} rules, ${where}`);
      const flat = await measure(
        counts.map(({ count, contestant }) => measured(`knell at ${count}`, bytes, () => void contestant(chunks))),
      );
      const figures = new Map(flat.map((figure) => [figure.name, figure]));
      const at = (count: number) => figures.get(`knell at ${count}`) as Figure;
      for (const count of [100, 1_000, 10_000]) {
        const target = isMain && count === 10_000 ? 0.8 : undefined;
        rows.push(compare(`${count} rules, ${where}`, at(count), at(20), target));
      }
      for (const { count, rules, contestant } of counts) {
        const what = `${count} rules, ${where}`;
        const knell = measured('knell', bytes, () => void contestant(chunks));
        if (program && count <= HYPERSCAN_MAX) {
          say(`Hyperscan, ${what}`);
          const hyperscan = await startHyperscan(program, scratch, rules, chunks);
          const [mine, theirs] = await pair(
            knell,
            measured('Hyperscan, scan alone', bytes, () => hyperscan.scan()),
          );
          hyperscan.stop();
          rows.push(
            compare(
              what,
              mine,
              theirs,
              chunkBytes === 65_536 && hitsPerThousand === 1 ? HYPERSCAN_TARGETS[count] : undefined,
            ),
          );
        }
        if (!isMain) continue;
        const slow = [
          { name: 'RE2.Set, shards of 64', make: re2Sets, most: 10_000, bytes: 400_000_000 / count },
          { name: 'one RegExp', make: regExpAlternation, most: 100, bytes: 100_000_000 / count },
          { name: 'RegExp loop', make: regExpLoop, most: 100, bytes: 100_000_000 / count },
        ];
        for (const other of slow.filter(({ most }) => count <= most)) {
          say(`${other.name}, ${what}`);
          const some = firstChunks(chunks, Math.min(bytes, other.bytes));
          const their = other.make(rules);
          const [mine, theirs] = await pair(
            knell,
            measured(other.name, some.data.length, () => void their(some)),
          );
          const target = other.make === re2Sets && count === 1_000 ? 40 : undefined;
          rows.push(compare(what, mine, theirs, target));
          agree(contestant(some), their(some), `${other.name}, ${what}`, say);
        }
      }
    }
  }
  return rows;
}

function measured(name: string, bytes: number, run: Measured['run']): Measured {
  return { name, bytes, run };
}

async function pair(one: Measured, other: Measured): Promise<[Figure, Figure]> {
  return (await measure([one, other])) as [Figure, Figure];
}

/** Contestants see raw lines, the engine decoded ones: a difference is worth knowing, and no fault by itself. */
function agree(mine: number, theirs: number, what: string, say: (text: string) => void): void {
  if (mine !== theirs) say(`${what}: knell matched ${mine} lines, they ${theirs}`);
}
