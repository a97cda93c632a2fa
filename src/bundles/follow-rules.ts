import type { PointerName, RulesPointer } from '../contracts/rules-pointer.ts';
import { formatTime } from '../contracts/time.ts';
import type { WorkerRules } from '../contracts/worker-rules.ts';
import type { RuleSet } from '../ruleset/rule-set.ts';
import type { TrustedKeys } from '../signing/keys.ts';
import { obstaclesToFirst, packsGone } from './admit-bundle.ts';
import type { Refusal } from './archive.ts';
import { createCandidateFollower } from './follow-candidate.ts';
import type { LastGoodStore } from './last-good.ts';
import type { LoadBundleOptions, LoadedBundle } from './load-bundle.ts';
import { obstacleToPointer } from './pointer.ts';
import type { BundleStore, PointerStore, WorkerRulesStore } from './ports.ts';
import { createBundleTaker } from './take-bundle.ts';

export interface FollowRulesOptions {
  readonly pointers: PointerStore;
  readonly bundles: Pick<BundleStore, 'get'>;
  readonly statuses: Pick<WorkerRulesStore, 'put' | 'remove'>;
  /** Left out: nothing outlives the process. */
  readonly lastGood?: LastGoodStore | undefined;
  /** The rules that hold while nothing is published. */
  readonly folder: () => RuleSet;
  readonly load: LoadBundleOptions;
  /** The worker runs `pin.<group>` where there is one. */
  readonly group?: string | undefined;
  /** Whose pointers are followed; left out: all. */
  readonly trusted?: TrustedKeys | undefined;
  readonly identity: Pick<WorkerRules, 'worker' | 'host' | 'version' | 'mode'>;
  readonly clock: { now(): number; after(delayMs: number, callback: () => void): () => void };
  /** Rules are read now that are not in force yet, which takes seconds. */
  readonly onReading?: (pointer: RulesPointer) => void;
  /** @param lacking packs of the folder that the published rules are without */
  readonly onChanged: (before: string, after: string, pointer: RulesPointer, lacking: readonly string[]) => void;
  readonly onRefused: (
    pointer: { name: string; serial: number; digest?: string },
    refusals: readonly Refusal[],
  ) => void;
  /** A candidate is tried from now on. */
  readonly onCandidate?: (pointer: RulesPointer) => void;
  /** What has been done with a candidate, to be told of. Left out: candidates are not tried, nor read. */
  readonly triedOn?: (digest: string | undefined) => Pick<NonNullable<WorkerRules['candidate']>, 'tried' | 'left_out'>;
  /** Nothing is published that could be followed, and the rules on disk from before are in force. */
  readonly onLastGood: () => void;
  /** Something outside failed; it is tried again. */
  readonly onError: (error: unknown) => void;
}

export interface RuleFollower {
  /** The rules in force. */
  current(): RuleSet;
  /** The candidate that is tried beside them, where there is one that can be. */
  candidate(): RuleSet | undefined;
  /** Reads the pointers now; settles when what they name is in force or refused. */
  look(): Promise<void>;
  stop(): Promise<void>;
}

/** The watch reports a move of a pointer at once; this is for a move that it missed, in milliseconds. */
const LOOK_EVERY_MS = 10_000;
const RETRY_AFTER_MS = 1_000;
/** How often a worker says again which rules it runs, in looks. */
const SAY_EVERY_LOOKS = 3;

/**
 * The rules in force on one worker: the bundle that its pin or `active` names, else the folder's. A bundle that can't be
 * used changes nothing, and is reported with the reasons.
 */
export async function followRules(options: FollowRulesOptions): Promise<RuleFollower> {
  const { pointers, statuses, lastGood, folder, group, trusted, identity, clock, onError } = options;
  const taker = createBundleTaker(options.bundles, options.load);
  const serials: Record<string, number> = {};
  const { triedOn, onCandidate = () => undefined, onRefused } = options;
  const now = () => clock.now();
  const candidate =
    triedOn && createCandidateFollower({ pointers, taker, trusted, now, serials, onTaken: onCandidate, onRefused });
  let inForce: LoadedBundle | undefined;
  /** The pointer that named it. */
  let followed: PointerName | undefined;
  let source: WorkerRules['source'] = 'folder';
  /** Nothing was published when it looked, so that runs count on what the folder has. */
  let ranFolder = false;
  let since = formatTime(clock.now());
  let refused: WorkerRules['refused'];
  /** The entry that was refused for good: to read its bundle again would be vain. */
  let refusedEntry = '';
  /** The moves that it has told of. */
  let said = '';
  let looks = 0;
  let isStopped = false;
  let cancel: () => void = () => undefined;
  let looking: Promise<void> = Promise.resolve();
  let queued: Promise<void> | undefined;

  async function say(): Promise<void> {
    const digest = inForce?.digest ?? folder().digest;
    const packs = source === 'folder' && { packs: folder().packs.map(({ pack }) => pack) };
    const tried = candidate?.status();
    const beside = tried && triedOn && { candidate: { ...tried, ...triedOn(tried.digest) } };
    said = JSON.stringify(serials);
    const about = {
      followed: { ...serials },
      ...packs,
      ...(group !== undefined && { group }),
      ...(refused && { refused }),
      ...beside,
    };
    await statuses.put({ schema: 'knell.worker/v1', ...identity, source, digest, since, ...about }).catch(onError);
  }

  async function refuse(
    pointer: { name: string; serial: number; digest?: string | undefined },
    refusals: readonly Refusal[],
    comesLater = false,
  ): Promise<void> {
    const { name, serial, digest } = pointer;
    const entry = JSON.stringify([name, serial, digest, refusals[0]?.code]);
    const isNew = entry !== refusedEntry;
    refusedEntry = entry;
    if (comesLater) lookAgain(RETRY_AFTER_MS);
    if (!isNew) return;
    const about = { name, serial, ...(digest !== undefined && { digest }) };
    refused = {
      pointer: name,
      serial,
      ...(digest !== undefined && { digest }),
      at: formatTime(clock.now()),
      findings: [...refusals],
    };
    onRefused(about, refusals);
    await say();
  }

  async function accept(pointer: RulesPointer, loaded: LoadedBundle, bytes: Buffer | undefined): Promise<void> {
    const before = inForce?.digest ?? folder().digest;
    const isNew = loaded.digest !== inForce?.digest;
    const isKnown = !isNew && serials[pointer.name] === pointer.serial && source === 'published' && !refused;
    serials[pointer.name] = pointer.serial;
    if (isKnown) return;
    if (isNew) since = formatTime(clock.now());
    inForce = loaded;
    followed = pointer.name;
    source = 'published';
    refused = undefined;
    refusedEntry = '';
    if (isNew) options.onChanged(before, loaded.digest, pointer, packsGone(loaded.packs, folder().packs));
    if (bytes) {
      const bundle = bytes.toString('utf8');
      await lastGood?.save({ schema: 'knell.last-good/v1', pointer, serials: { ...serials }, bundle });
    }
    await say();
  }

  /** The entry that decides: the group's pin, unless it was released, else `active`. */
  async function entryToFollow(): Promise<RulesPointer | 'none' | 'refused'> {
    const names: PointerName[] = group === undefined ? ['active'] : [`pin.${group}`, 'active'];
    for (const name of names) {
      const stored = await pointers.get(name);
      if (!stored) continue;
      const { pointer } = stored;
      const last = serials[name] ?? 0;
      const obstacle = pointer
        ? obstacleToPointer(pointer, trusted, last)
        : { code: 'pointer-unreadable', message: `What stands under "${name}" is no pointer.` };
      if (obstacle) {
        await refuse(pointer ?? { name, serial: last }, [obstacle]);
        return 'refused';
      }
      if (pointer && (pointer.digest !== undefined || name === 'active')) return pointer;
      if (pointer) serials[name] = pointer.serial;
    }
    return 'none';
  }

  let readLast: string | undefined;

  async function lookOnce(): Promise<void> {
    const pointer = await entryToFollow();
    ranFolder ||= pointer === 'none' && !inForce;
    // The store was made anew: whoever publishes next is to know how far this worker had come.
    if (pointer === 'none' && inForce) said = '';
    if (pointer === 'none' || pointer === 'refused') return;
    if (refused?.serial === pointer.serial && refused.pointer === pointer.name && refused.digest === pointer.digest) {
      // Refused already, and what may change is only whether its bundle is there.
      if (refused.findings[0]?.code !== 'bundle-missing') return;
    }
    if (pointer.digest === inForce?.digest && serials[pointer.name] === pointer.serial) {
      return accept(pointer, inForce as LoadedBundle, undefined);
    }
    // What a pin had in force says nothing of what may follow under another name.
    const before = followed === pointer.name ? inForce?.packs : undefined;
    if (pointer.digest !== readLast) options.onReading?.(pointer);
    readLast = pointer.digest;
    const taken = await taker.take(pointer, before ?? []);
    if (isStopped) return;
    if ('refusals' in taken) return refuse(pointer, taken.refusals, taken.comesLater);
    const obstacles = ranFolder && !inForce ? obstaclesToFirst(pointer, taken.loaded.packs, folder().packs) : [];
    if (obstacles.length > 0) return refuse(pointer, obstacles);
    await accept(pointer, taken.loaded, taken.bytes);
  }

  function look(): Promise<void> {
    queued ??= looking.then(async () => {
      queued = undefined;
      if (isStopped) return;
      try {
        await lookOnce();
        const isNew = await candidate?.look();
        if (isNew || said !== JSON.stringify(serials)) await say();
      } catch (error) {
        onError(error);
        lookAgain(RETRY_AFTER_MS);
      }
    });
    looking = queued;
    return looking;
  }

  function lookAgain(delayMs: number): void {
    cancel();
    if (isStopped) return;
    cancel = clock.after(delayMs, () => {
      looks += 1;
      lookAgain(LOOK_EVERY_MS);
      void look();
      if (looks % SAY_EVERY_LOOKS === 0) void say();
    });
  }

  const good = await lastGood?.load();
  if (good?.pointer.digest !== undefined) {
    const obstacle = obstacleToPointer(good.pointer, trusted, 0);
    const opened = obstacle
      ? { refusals: [obstacle] }
      : taker.open(Buffer.from(good.bundle, 'utf8'), good.pointer.digest);
    if ('loaded' in opened) {
      inForce = opened.loaded;
      followed = good.pointer.name;
      source = 'last_good';
      Object.assign(serials, good.serials);
    } else onRefused({ ...good.pointer, name: 'last good', digest: good.pointer.digest }, opened.refusals);
  }
  const stopWatching = await pointers.watch(() => void look());
  lookAgain(LOOK_EVERY_MS);
  await look();
  if (source === 'last_good') options.onLastGood();
  await say();
  return {
    current: () => inForce?.ruleSet ?? folder(),
    candidate() {
      // Promoted, it says of each run what the rules in force say.
      const tried = candidate?.current();
      return tried?.digest === inForce?.digest ? undefined : tried?.ruleSet;
    },
    look,
    async stop() {
      isStopped = true;
      cancel();
      stopWatching();
      await looking;
      await statuses.remove(identity.worker).catch(onError);
    },
  };
}
