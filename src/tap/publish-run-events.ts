import type { GoesOn, StreamFormat } from '../contracts/log-headers.ts';
import type { ProcessTreeReport } from '../contracts/process-tree.ts';
import type { Run, StreamName } from '../contracts/run.ts';
import { type RunHeartbeat, type ToldAgain, toldAgainFrom } from '../contracts/run-event.ts';
import { formatTime } from '../contracts/time.ts';
import type { RunCredential } from '../decode/credential-variables.ts';
import type { HostClock } from './clock.ts';
import type { CommandReading } from './command/read-command.ts';
import { afterOneReading, createEarlyWords } from './output/early-words.ts';
import { type Answer, createFirstAnswer } from './output/first-answer.ts';
import { createReadTimes } from './output/read-times.ts';
import type { AgentExit } from './process/agent-process.ts';
import type { RunMarks } from './process/stray-processes.ts';
import { systemTreeSampler, type TreeSampler } from './process/tree-sample.ts';
import { createTreeWatch, RELAYED_MS } from './process/tree-watch.ts';
import type { LogChunk, TapLink } from './tap-link.ts';

export interface RunLifeOptions {
  run: Run;
  link: TapLink;
  clock: HostClock;
  /** Time between heartbeats while the agent talks. One that is silent gets more of them, see {@link beatEvery}. */
  heartbeatMs: number;
  runtime: string | undefined;
  format: StreamFormat | undefined;
  goesOn?: GoesOn | undefined;
  /** What the command tells: whether a shell may print before the agent is there, and where it stands among others. */
  reading?: CommandReading | undefined;
  /** Whether a slow reader of the tap's output holds the agent's back at this moment, so that some of it is not read. */
  isHeldBack?: (() => boolean) | undefined;
  subscription: string | undefined;
  timeoutS: number | undefined;
  /** By what the run's processes are known. */
  marks?: RunMarks | undefined;
  /** How to look at the agent's process tree, and how often; the system's way by default. */
  sampler?: TreeSampler | undefined;
}

/** The events of a run's life, in their order: started, heartbeats, exited. */
export interface RunLife {
  started(pid: number, credential: RunCredential): void;
  /** Bytes of the agent's have been read, and are on their way into lines; `endsLine`: no line is left open behind them. */
  read(stream: StreamName, endsLine?: boolean): void;
  /**
   * The agent has printed something.
   *
   * @returns `early`: it may have been printed before the agent was there · `isAlone`: nobody but the agent was there to print it or to
   *   have said it: nobody else has this stream, no child but servants lives or has just ended, and none came after the agent's start
   */
  heard(chunk: LogChunk): Pick<LogChunk, 'early' | 'isAlone'>;
  /** The agent was told to end, by someone else than knell. Told once, as soon as it is known. */
  ending(): void;
  exited(exit: AgentExit): void;
}

/** To be made before the agent starts. */
export function createRunLife(options: RunLifeOptions): RunLife {
  const { run, link, clock, heartbeatMs, runtime, format, goesOn, reading, subscription, timeoutS } = options;
  const { isBehindShell, place: agentPlace } = reading ?? {};
  const { sample, everyMs, endedOf, arrival } = options.sampler ?? systemTreeSampler(options.marks);
  // Another agent may come before the one that was seen, or behind it.
  const isOnlyAgent = reading?.agent !== undefined && reading.goesOn === undefined;
  let isStructured = format === 'structured';
  const watch = createTreeWatch(everyMs, () => isStructured);
  const reads = createReadTimes(clock);
  const hasAnswered = createFirstAnswer(runtime, () => {
    isStructured = true;
  });
  let answer: Answer | undefined;
  let isAnswerTold = false;
  let cancelLook = () => {};
  let cancelHearing = () => {};
  let agentPid: number | undefined;
  /** Tells its start again. */
  let start: ((nowMs: number) => ToldAgain) | undefined;
  /** When the agent of a shell's line was first seen to be there. */
  let seenMs: number | undefined;
  let chunksLeft = CHUNKS_ALONE;
  let spokeMs = clock.now();
  let beatMs = clock.now();
  let readCount = 0;
  let isSeen = false;
  let isEnding = false;
  const common = () => ({ schema: 'knell.run/v1' as const, ...run, at: formatTime(clock.wall()) });

  const sampleNow = (pid: number) => {
    const processes = isOnlyAgent ? sample(pid) : sample(pid).map(({ under: _, ...one }) => one);
    if (processes.some(({ isNamed }) => isNamed)) seenMs ??= clock.now();
    if (arrival && early?.isOpen()) early.saw(arrival.sightOf(processes));
    return processes;
  };
  const glance = (pid: number) => watch.glance(sampleNow(pid), clock.now());
  // Where the system does not tell what a process runs, nobody can be seen to be missing.
  const early =
    arrival && (agentPlace === 'behind' || agentPlace === 'first')
      ? createEarlyWords({
          look: () => agentPid !== undefined && glance(agentPid),
          isGone: arrival.isGone,
          now: clock.now,
          isFirst: agentPlace === 'first',
          afterReading: (done) => afterOneReading(options.isHeldBack ?? (() => false), done),
        })
      : undefined;
  const look = (pid: number): ProcessTreeReport | undefined => {
    const processes = sampleNow(pid);
    if (processes.length === 0) return undefined;
    watch.take(processes, clock.now());
    isSeen = true;
    return watch.report(clock.now());
  };
  const publishBeat = (more: Partial<RunHeartbeat>) => {
    link.publishRun({ ...common(), type: 'heartbeat', ...more, ...(start && { started: start(clock.now()) }) });
  };
  const beat = (tree: ProcessTreeReport | undefined) => {
    beatMs = clock.now();
    const answered = answer === 'event' && { answered: true as const };
    if (answered) isAnswerTold = true;
    publishBeat({ ...answered, ...(tree && { tree }) });
  };
  const lookLater = (pid: number) => {
    cancelLook = clock.after(Math.min(everyMs, heartbeatMs), () => {
      const [tree, countBefore] = [look(pid), readCount];
      // What was seen and is not there any more has exited, and the exit is on its way.
      const isGone = isSeen && !tree;
      const isDue = clock.now() - beatMs >= Math.min(heartbeatMs, beatEvery(clock.now() - spokeMs, everyMs));
      if (!isGone && (isDue || (answer === 'event' && !isAnswerTold))) {
        // A host that was held up has yet to read what the agent said meanwhile, and tells of the tree after that.
        cancelLook = clock.after(READ_FIRST_MS, () => {
          if (readCount === countBefore || clock.now() - beatMs >= heartbeatMs) beat(tree);
          lookLater(pid);
        });
      } else lookLater(pid);
    });
  };
  const hearLater = (pid: number) => {
    const isAwaited = early?.isOpen() || (isBehindShell === true && seenMs === undefined);
    cancelHearing = clock.after(isAwaited ? AWAIT_MS : HEAR_MS, () => {
      if (endedOf) watch.hear(endedOf(pid), clock.now());
      if (isAwaited) glance(pid);
      hearLater(pid);
    });
  };
  /** @param noSoonerMs the earliest moment at which it may have been printed, epoch milliseconds */
  const isAlone = (stream: StreamName, noSoonerMs: number): boolean => {
    if (agentPid === undefined || chunksLeft === 0) return false;
    chunksLeft -= 1;
    glance(agentPid);
    // A shell prints by itself too, and may become the agent.
    const isAgentThere = !isBehindShell || (seenMs !== undefined && seenMs < noSoonerMs);
    const isNobodyThere = isSeen && isAgentThere && watch.othersMs(stream) < noSoonerMs - RELAYED_MS;
    if (chunksLeft === 0) cancelHearing();
    return isNobodyThere;
  };
  return {
    started(pid, credential) {
      agentPid = pid;
      const tree = look(pid);
      const details = {
        ...(runtime === undefined ? {} : { runtime }),
        ...(format === undefined ? {} : { format }),
        ...(goesOn === undefined ? {} : { goes_on: goesOn }),
        ...(subscription === undefined ? {} : { subscription }),
        credential,
        pid,
        ...(timeoutS === undefined ? {} : { timeout_s: timeoutS }),
      };
      start = toldAgainFrom(clock.now(), details);
      link.publishRun({ ...common(), type: 'started', ...details, ...(tree && { tree }) });
      reads.start();
      lookLater(pid);
      hearLater(pid);
    },
    read(stream, endsLine) {
      readCount += 1;
      reads.read(stream, endsLine);
      early?.read(stream, endsLine);
    },
    heard(chunk) {
      spokeMs = clock.now();
      const before = early?.taken(chunk.stream);
      if (answer && chunksLeft === 0 && !before) return {};
      const noSoonerMs = reads.taken(chunk.stream);
      if (before === 'certain') return { early: before };
      if (!answer) {
        const found = hasAnswered(chunk);
        // What another may have printed proves nothing of the agent's credential.
        answer = found && before ? 'words' : found;
        if (answer) watch.answered(Math.min(noSoonerMs, spokeMs - BEFORE_ANSWER_MS), spokeMs);
      }
      if (before) return { early: before };
      const isNobodyThere = isAlone(chunk.stream, noSoonerMs);
      if (answer && chunksLeft === 0) reads.stop();
      return isNobodyThere ? { isAlone: true } : {};
    },
    ending() {
      if (isEnding) return;
      isEnding = true;
      // The last event of a run is where its process tree is looked for.
      const tree = watch.report(clock.now());
      publishBeat({ ending: true, ...(tree && { tree }) });
    },
    exited(exit) {
      cancelLook();
      cancelHearing();
      reads.stop();
      link.publishRun({ ...common(), type: 'exited', code: exit.code, signal: exit.signal });
    },
  };
}

/** Of so many chunks it is found out who was there: a run that has printed more has said something. */
const CHUNKS_ALONE = 64;

/** How often the agent is asked whether a child has ended, in milliseconds: `git` and the like end long before what a run dies of. */
const HEAR_MS = 500;

/** The same while the agent of a shell's line is awaited, in milliseconds: the sooner it is seen, the less of what it prints is early. */
const AWAIT_MS = 250;

/** How long after a look the tap reads before it tells of it, in milliseconds. */
const READ_FIRST_MS = 50;

/**
 * How long before it is read an answer may have been at work, in milliseconds, on a host that is never held up: agents
 * start a tool before they print that they do.
 */
const BEFORE_ANSWER_MS = 1_000;

/** The longest that a silent agent's host keeps still, in milliseconds: the service believes it for twice as long. */
const LONGEST_BEAT_MS = 20_000;

/**
 * How often a silent agent's host tells of its process tree, in milliseconds: with every second look while silence may
 * decide something soon, a banner's for example, and less often later. With a look every two seconds, ten minutes of
 * silence make 46 heartbeats instead of 20.
 */
function beatEvery(quietMs: number, lookMs: number): number {
  if (quietMs < 2 * lookMs) return Number.POSITIVE_INFINITY;
  return Math.min(quietMs < 45 * lookMs ? 2 * lookMs : 10 * lookMs, LONGEST_BEAT_MS);
}
