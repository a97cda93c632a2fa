import { noticeId } from '../classify/ids.ts';
import type { Effect, Outcome } from '../classify/outcome.ts';
import { newRunState } from '../classify/run-state.ts';
import { endsByItself, standByCommand, verdictOf } from '../classify/stand-by-command.ts';
import type { FailureRecord } from '../contracts/failure-record.ts';
import type { Run } from '../contracts/run.ts';
import type { RunState, VerdictState } from '../contracts/run-state.ts';
import type { PipelineOptions } from './pipeline-options.ts';
import type { Publisher, UnmatchedCounter, Versioned } from './ports/ports.ts';
import { pauseAfterRaces } from './ports/race-pause.ts';

/** More lost races in a row than any real number of workers causes. */
const MAX_RACES = 32;

type UpdateOptions = Pick<
  PipelineOptions,
  'store' | 'publisher' | 'drifts' | 'clock' | 'telemetry' | 'worker' | 'admit' | 'mistaken' | 'inTurn'
>;

/** What may be known of a run before it is decided on. */
export interface Beforehand {
  /** What has been read of its state already. */
  readonly reading?: Promise<Versioned | undefined> | undefined;
  /** With what else it waits where there is too much to decide, such as its subscription; left out: its agent's runs. */
  readonly share?: string | undefined;
}

/**
 * Decides on a run from its state. `isRecalled`: from what this worker wrote last, which is compared with what is stored
 * before anything follows from it.
 */
export type Decide = (state: RunState, isRecalled: boolean) => Outcome | Promise<Outcome>;

/**
 * Reads a run's state, decides, publishes what was decided, and only then stores the new state.
 *
 * The order is the guarantee: after a crash anywhere in between, the message that caused it comes again, the same
 * decision is made from the same state, and the deterministic ids make the second publication harmless.
 * Where another worker wrote first, the decision is made anew from what that one wrote; for a command that rests on a
 * run's silence, before the command goes out. A state that this worker wrote last is not read again: a write fails where it
 * is old, and before anything else is done it is compared with what is stored.
 *
 * @throws whatever the store or the publisher throws; nothing is then stored, and the caller asks for a redelivery
 */
export function updateRun(
  options: UpdateOptions,
  run: Run,
  decide: Decide,
  { reading, share }: Beforehand = {},
): Promise<RunState> {
  const { inTurn } = options;
  // What was read before a wait is old.
  const work = (hasWaited: boolean) => decideOn(options, run, decide, hasWaited ? undefined : reading);
  return inTurn ? inTurn(run, work, share) : work(false);
}

async function decideOn(
  {
    store,
    publisher,
    drifts,
    clock,
    telemetry,
    worker,
    admit = () => true,
    mistaken = async () => undefined,
  }: UpdateOptions,
  run: Run,
  decide: Decide,
  reading: Promise<Versioned | undefined> | undefined,
): Promise<RunState> {
  const published = new Map<string, FailureRecord>();
  /** The verdict of a command that went out, should the decision that gave it lose a race. */
  let given: VerdictState | undefined;
  /** Commands that went out: a lost race sends none of them twice. */
  const commanded = new Set<string>();
  /** Unknown failures that were counted: a lost race counts none of them twice. */
  const counted = new Set<string>();
  for (let race = 0; race < MAX_RACES; race += 1) {
    await pauseAfterRaces(race);
    const recalled = race === 0 && !reading ? store.recall?.(run) : undefined;
    const isRecalled = recalled !== undefined;
    const known = recalled ?? (await (race === 0 && reading ? reading : store.get(run)));
    const before = known?.state ?? newRunState(run);
    let outcome = await decide(before, isRecalled);
    // After a crash the command stands in the stream alone.
    if (!given && endsByItself(before, outcome)) given = await verdictThatStands(publisher, run, outcome, clock.now());
    if (given) outcome = standByCommand(outcome, given);
    const isUnchanged = known && !known.isUnreadable && JSON.stringify(outcome.state) === JSON.stringify(before);
    const isCompared = restsOnSilence(outcome) || (isRecalled && (isUnchanged || outcome.effects.length > 0));
    if (isCompared && (await store.get(run))?.revision !== known?.revision) {
      telemetry.conflictRetried({ run });
      continue;
    }
    // A budget may have been used up since, by what other runs were decided on meanwhile.
    if (outcome.effects.some((effect) => effect.kind === 'abort' && !admit(effect.command))) continue;
    for (const effect of [...outcome.effects, ...takenBack(published, outcome)]) {
      if (effect.kind === 'record' && !effect.revision) published.set(effect.record.record_id, effect.record);
      if (effect.kind === 'drift' && counted.has(effect.fingerprint)) continue;
      if (effect.kind === 'drift') counted.add(effect.fingerprint);
      if (effect.kind === 'abort' && commanded.has(effect.command.command_id)) continue;
      const startedMs = clock.now();
      const repeated = await publishEffect({ publisher, drifts, mistaken }, effect);
      telemetry.effectPublished({ effect, repeated, tookMs: clock.now() - startedMs });
      if (effect.kind === 'abort') {
        commanded.add(effect.command.command_id);
        given = outcome.state.verdict;
      }
    }
    if (isUnchanged) return outcome.state;
    const after = worker === undefined ? outcome.state : { ...outcome.state, worker };
    if (await store.put(after, known?.revision ?? 0)) return after;
    telemetry.conflictRetried({ run });
  }
  throw Object.assign(new Error(`the state of run ${run.agent}.${run.execution}.${run.attempt} never stood still`), {
    code: 'RUN_STATE_CONTENDED',
  });
}

/** The verdict of the command that a run has, though the decision that gave it was never stored. */
async function verdictThatStands(
  publisher: Publisher,
  run: Run,
  { state }: Outcome,
  nowMs: number,
): Promise<VerdictState | undefined> {
  const command = state.verdict && (await publisher.given(run));
  return command && verdictOf(command, state.verdict as VerdictState, nowMs);
}

/** The reason on a record that was published on the way to a decision that was then not made. */
const OVERTAKEN = 'another worker had learned by then that the run got over it';

/** Takes back the records of decisions that lost a race, where the decision that won has none of them. */
function takenBack(published: ReadonlyMap<string, FailureRecord>, { state, effects }: Outcome): Effect[] {
  const kept = new Set([
    ...effects.flatMap((effect) => ('record' in effect ? effect.record.record_id : [])),
    ...state.noted.map(({ record_id }) => record_id),
    state.verdict?.record.record_id,
  ]);
  return [...published.values()]
    .filter(({ record_id }) => !kept.has(record_id))
    .map((record) => ({
      kind: 'record',
      record: { ...record, disposition: 'suppressed', reason: OVERTAKEN },
      revision: 1,
    }));
}

/**
 * Whether a run is about to be ended for what it did not say. That takes a while to read up on, and what another worker
 * has taken in and acknowledged meanwhile stands in the run's state alone: so that is looked at once more.
 */
function restsOnSilence({ effects }: Outcome): boolean {
  return effects.some((effect) => effect.kind === 'abort' && effect.command.grade !== 'typed');
}

/** The command first and its record after it, so that a record never speaks of a command that does not exist. */
async function publishEffect(
  { publisher, drifts, mistaken }: Required<Pick<PipelineOptions, 'publisher' | 'drifts' | 'mistaken'>>,
  effect: Effect,
): Promise<boolean> {
  switch (effect.kind) {
    case 'abort': {
      const answer = await publisher.abort(effect.command);
      await publisher.record(effect.record);
      return answer === 'already_there';
    }
    case 'record':
      await publisher.record(effect.record, effect.revision);
      return false;
    case 'offer':
      await publisher.offer(effect.run);
      return true;
    case 'mistake':
      await mistaken(effect);
      return false;
    case 'drift':
      await publishUnmatched(publisher, drifts, effect);
      return false;
    case 'notice':
      await publisher.notice(effect.notice, effect.subject);
      return false;
  }
}

/** A kind of unknown failure is reported at its 1st, 10th, 100th … sighting: often enough to be noticed, and no flood. */
async function publishUnmatched(
  publisher: Publisher,
  drifts: UnmatchedCounter,
  { fingerprint, notice }: Extract<Effect, { kind: 'drift' }>,
): Promise<void> {
  const count = await drifts.count(fingerprint);
  if (!Number.isInteger(Math.log10(count))) return;
  await publisher.notice({ ...notice, notice_id: noticeId('drift', fingerprint, String(count)), count }, [fingerprint]);
}
