import { type NatsConnection, RequestStrategy } from 'nats';
import { short } from '../../bundles/archive.ts';
import type { FleetMode } from '../../contracts/fleet-mode.ts';
import type { WorkerRules } from '../../contracts/worker-rules.ts';
import { VERSION } from '../../service/version.ts';
import { type Check, failed, ok, orOk, warning } from './check.ts';

/** How long workers have to answer at most, and after how long a silence no more answers are expected, in milliseconds. */
const ANSWER_MS = 1_000;
const QUIET_MS = 300;

/** The versions of the workers that answer now. */
export async function workersThatAnswer(connection: NatsConnection): Promise<string[]> {
  const versions: string[] = [];
  const client = connection.services.client({
    strategy: RequestStrategy.JitterTimer,
    maxWait: ANSWER_MS,
    jitter: QUIET_MS,
  });
  try {
    for await (const { version } of await client.ping('knell')) versions.push(version);
  } catch (error) {
    // No responders: there is none.
    if ((error as { code?: string }).code !== '503') throw error;
  }
  return versions;
}

/** Which workers run, and which version. */
export function judgeWorkers(versions: readonly string[], known: readonly WorkerRules[]): readonly Check[] {
  const name = 'workers';
  if (versions.length === 0) {
    const last =
      known.length > 0 ? ` (${known.map(({ worker, host }) => `${worker} on ${host}`).join(', ')} ran lately)` : '';
    return [failed(name, `none answers${last}: start one with "knell serve"`)];
  }
  const others = [...new Set(versions)].filter((version) => version !== VERSION);
  const message = `${versions.length} answer${versions.length === 1 ? 's' : ''}, version ${[...new Set(versions)].join(', ')}`;
  return [
    others.length > 0
      ? warning(name, `${message}; this is ${VERSION}: let all parts of a fleet be of one version`)
      : ok(name, message),
  ];
}

/** Which rules are in force, and on which worker. */
export function judgeRules(known: readonly WorkerRules[], published: string | undefined): readonly Check[] {
  const name = 'rules';
  const problems = known.flatMap(({ worker, host, refused }): Check[] => {
    if (!refused) return [];
    const why = refused.findings[0];
    const what = `worker ${worker} on ${host} refused ${refused.digest ? short(refused.digest) : 'what is published'}`;
    return [failed(name, `${what}: ${why ? `${why.code}: ${why.message}` : 'see "knell rules status"'}`)];
  });
  const digests = [...new Set(known.map(({ digest }) => digest))];
  if (digests.length > 1 && known.every(({ group }) => group === undefined)) {
    const each = known.map(({ worker, host, digest, source }) => `${worker} on ${host}: ${short(digest)} (${source})`);
    const todo =
      published === undefined
        ? 'publish one for all: knell rules publish'
        : 'those that are new take it within seconds';
    problems.push(warning(name, `the workers run different rules: ${each.join(', ')}. ${todo}`));
  }
  const from = published === undefined ? 'from the folder of each worker; nothing is published' : 'published';
  const running = known.map(({ worker, host, digest }) => `${short(digest)} on ${worker} (${host})`);
  if (running.length === 0) return [...problems, warning(name, 'no worker says which rules it runs')];
  return orOk(name, problems, `${running.join(', ')}, ${from}`);
}

/** Whether the fleet acts. */
export function judgeMode(mode: FleetMode): readonly Check[] {
  const name = 'mode';
  const problems: Check[] = [];
  if (mode.mode === 'shadow') {
    const why = mode.because ? ` (${mode.because.reason}, ${mode.because.by})` : '';
    problems.push(warning(name, `the fleet is in shadow mode and ends no run${why}: "knell mode enforce" ends that`));
  }
  for (const [rule, { reason, over }] of Object.entries(mode.shadowed)) {
    const where = over === 'cost' ? 'quarantine' : 'shadow mode';
    problems.push(
      warning(name, `${rule} is in ${where}: ${reason}: look at its records, then "knell mode --release ${rule}"`),
    );
  }
  const own = "each worker's own (--mode, KNELL_MODE); no rule is in shadow mode or quarantine";
  return orOk(name, problems, mode.mode === undefined ? own : `the fleet ends doomed runs (${mode.mode})`);
}
