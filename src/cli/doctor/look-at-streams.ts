import { type JetStreamManager, NatsError, nanos, type StreamInfo } from 'nats';
import { BUCKETS, BUNDLES, STREAMS, type Subjects } from '../../contracts/subjects.ts';
import { BUCKET_SETTINGS, type BucketName } from '../../nats/bucket-settings.ts';
import { lossesOf } from '../../nats/stream-losses.ts';
import { misfitOf, type StreamFamily, weaknessesOf } from '../../nats/stream-settings.ts';
import { type Check, failed, orOk, warning } from './check.ts';

/** What JetStream tells of a stream; undefined where it is not there. */
export async function streamInfo(manager: JetStreamManager, name: string): Promise<StreamInfo | undefined> {
  try {
    return await manager.streams.info(name);
  } catch (error) {
    if (error instanceof NatsError && error.api_error?.code === 404) return undefined;
    throw error;
  }
}

/** The streams of the contract: whether they are there, fit, and have their copies. */
export async function lookAtStreams(manager: JetStreamManager, subjects: Subjects): Promise<readonly Check[]> {
  const name = 'streams';
  const families = Object.entries(STREAMS) as [StreamFamily, string][];
  const infos = await Promise.all(families.map(([, stream]) => streamInfo(manager, stream)));
  const missing = families.filter((_, index) => infos[index] === undefined).map(([, stream]) => stream);
  const problems = families.flatMap(([family, stream], index): Check[] => {
    const info = infos[index];
    if (!info) return [];
    const misfit = misfitOf(info.config, subjects.all(family));
    if (misfit) return [failed(name, `${stream} ${misfit}`)];
    return [
      ...lossesOf(info).map((loss) => failed(name, `${stream} ${loss}`)),
      ...[...weaknessesOf(info.config, family), ...weakCopies(info)].map((weak) => warning(name, `${stream} ${weak}`)),
    ];
  });
  if (missing.length > 0) problems.unshift(notThere(name, missing, families.length));
  const held = infos.reduce((sum, info) => sum + (info?.state.messages ?? 0), 0);
  return orOk(name, problems, `all ${families.length} are there and fit, ${held} messages`);
}

/** The buckets of the contract, in the same way, and whether the object store of bundles keeps what is written to it. */
export async function lookAtBuckets(manager: JetStreamManager): Promise<readonly Check[]> {
  const name = 'buckets';
  const buckets = Object.entries(BUCKETS) as [BucketName, string][];
  const infos = await Promise.all(buckets.map(([, bucket]) => streamInfo(manager, `KV_${bucket}`)));
  const bundles = await streamInfo(manager, `OBJ_${BUNDLES}`);
  const missing = buckets.filter((_, index) => infos[index] === undefined).map(([, bucket]) => bucket);
  const problems = buckets.flatMap(([of, bucket], index): Check[] => {
    const info = infos[index];
    if (!info) return [];
    return [
      ...lossesOf(info).map((loss) => failed(name, `${bucket} ${loss}`)),
      ...[...bucketWeaknesses(info, of), ...weakCopies(info)].map((weak) => warning(name, `${bucket} ${weak}`)),
    ];
  });
  if (bundles) problems.push(...lossesOf(bundles).map((loss) => failed(name, `${BUNDLES} ${loss}`)));
  if (missing.length > 0) problems.unshift(notThere(name, missing, buckets.length));
  return orOk(name, problems, `all ${buckets.length} are there and fit`);
}

function notThere(name: string, missing: readonly string[], of: number): Check {
  return missing.length === of
    ? failed(name, 'none is there: no worker has ever run on this server. Start one: knell serve')
    : failed(name, `${missing.join(', ')} not there: a worker creates what is missing when it starts`);
}

function bucketWeaknesses({ config }: StreamInfo, name: BucketName): string[] {
  const { history, ttl } = BUCKET_SETTINGS[name];
  const weak: string[] = [];
  if (config.storage === 'memory') weak.push('is kept in memory: a restart of the server forgets it');
  if (config.max_msgs_per_subject < history && config.max_msgs_per_subject > 0) {
    weak.push(`keeps ${config.max_msgs_per_subject} values of a key; ${history} is what knell sets`);
  }
  if (config.max_age !== nanos(ttl ?? 0)) {
    weak.push(`forgets ${secondsOf(config.max_age)}; ${secondsOf(nanos(ttl ?? 0))} is what knell sets`);
  }
  return weak;
}

function secondsOf(ageNanos: number): string {
  return ageNanos === 0 ? 'never' : `after ${ageNanos / 1e9} s`;
}

/** What is wrong with the copies of a stream; nothing where the server stands alone. */
export function weakCopies({ cluster, config }: Pick<StreamInfo, 'cluster' | 'config'>): string[] {
  // Only a server of a cluster tells who leads.
  if (cluster === undefined || (cluster.leader === undefined && cluster.replicas === undefined)) return [];
  const weak: string[] = [];
  if (!cluster.leader) weak.push('has no leader: nothing can be stored there until a majority of its servers is back');
  if (config.num_replicas === 1) {
    weak.push(
      'has one copy in a cluster: it is away while its server is. Give it replicas (nats stream edit --replicas 3), and set KNELL_REPLICAS=3',
    );
  }
  for (const { name, offline, current, lag } of cluster.replicas ?? []) {
    if (offline) weak.push(`has lost its copy on ${name}, which is offline: bring that server back`);
    else if (!current) weak.push(`has a copy on ${name} that is ${lag ?? '?'} writes behind`);
  }
  return weak;
}
