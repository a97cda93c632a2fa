import { randomUUID } from 'node:crypto';
import type { EventEmitter } from 'node:events';
import type { Readable, Writable } from 'node:stream';
import type { GoesOn, StreamFormat } from '../contracts/log-headers.ts';
import { type Run, runKey, type StreamName } from '../contracts/run.ts';
import { credentialOf } from '../decode/credential-variables.ts';
import { createAbortExecutor } from './carry-out-aborts.ts';
import { type HostClock, systemClock, within } from './clock.ts';
import { type CommandReading, readCommand } from './command/read-command.ts';
import { createLineChunker, type LineChunker } from './output/line-chunker.ts';
import { type PassThrough, passThrough } from './output/pass-through.ts';
import { agentEnd } from './process/agent-end.ts';
import { exitCodeOf, startAgent } from './process/agent-process.ts';
import { startInTerminal } from './process/agent-terminal.ts';
import { endTree } from './process/end-tree.ts';
import { forwardSignals } from './process/forward-signals.ts';
import { type LentTerminal, lendTerminal, sizeOf } from './process/lend-terminal.ts';
import type { Terminals } from './process/native-ptys.ts';
import { createRunCgroup } from './process/run-cgroup.ts';
import type { TreeSampler } from './process/tree-sample.ts';
import { createRunLife } from './publish-run-events.ts';
import type { AbortOrder, LinkLosses, LogChunk, TapLink } from './tap-link.ts';
import { abortNotice, brokenNotice, lossNotice, survivorsNotice, waitingNotice } from './tap-notices.ts';

export interface TapOptions {
  run: Run;
  command: string;
  args: readonly string[];
  /** What the command runs, where it has been read already. */
  reading?: CommandReading;
  /** The way to the surroundings. The tap closes it. */
  link: TapLink;
  runtime?: string;
  /** How the agent was asked to print its standard output. Only passed on. */
  format?: StreamFormat;
  /** What the command may still do behind a failure of its agent. Only passed on. */
  goesOn?: GoesOn;
  subscription?: string;
  /** After how many seconds another program will end this run. Only passed on, never enforced here. */
  timeoutS?: number;
  /** Carry abort commands out. */
  obey?: boolean;
  env?: NodeJS.ProcessEnv;
  cwd?: string;
  /** Makes a terminal for the agent, which gets pipes without it; see `openTerminals`. */
  terminals?: Terminals;
  /** What is typed into the agent's terminal; without a terminal the agent has the process's own standard input. */
  stdin?: Readable;
  stdout?: Writable;
  stderr?: Writable;
  /** Emits `SIGINT`, `SIGTERM` and `SIGHUP`, which are passed on to the agent; `process` by default. */
  signals?: EventEmitter;
  clock?: HostClock;
  heartbeatMs?: number;
  /** How to look at the agent's process tree, and how often; the system's way by default. */
  sampler?: TreeSampler;
  /** Time between SIGINT, SIGTERM and SIGKILL when an abort command is carried out. */
  interruptGraceMs?: number;
  terminateGraceMs?: number;
  /** After the agent's end: how long its pipes may stay silent, and how long they are read at most, when others hold them. */
  drainIdleMs?: number;
  drainMostMs?: number;
  /** How long to wait at the end for what is not yet delivered. */
  flushMs?: number;
  /** Given, once the agent runs, the way to say a line on standard error without breaking into one of the agent's. */
  onStderrReady?: (say: (line: string) => void) => void;
  /** Called before the agent starts where it is to be ended on command, and what it hides could not be. */
  onUngrouped?: () => void;
}

export interface TapResult {
  /** What the tap's own process should exit with. */
  readonly exitCode: number;
  /** The abort command that was carried out. */
  readonly obeyed: AbortOrder | undefined;
  readonly losses: LinkLosses;
}

/** The exit code that says: knell ended this run. */
export const ENDED_BY_KNELL = 125;

/** The longest that an order may have a run's last words waited for, in milliseconds, whatever it says. */
const LAST_WORDS_MOST_MS = 3_000;

/** How long the tap waits at the end without a word, in milliseconds. */
const UNTOLD_WAIT_MS = 2_000;

/**
 * Runs an agent to its end: passes its output on unchanged, publishes it with the events of its life, and carries abort
 * commands out if asked to. Nothing that happens on the link's side delays, changes or ends the agent, save such a command.
 * Standard error gets a line of the tap's own in four cases only: the agent could not be started, knell ends it, output
 * waits at the end, or was lost; and whatever is said by the way that {@link TapOptions.onStderrReady} is given.
 */
export async function runTap(options: TapOptions): Promise<TapResult> {
  const {
    run,
    link,
    runtime,
    format,
    goesOn,
    subscription,
    timeoutS,
    clock = systemClock,
    env = process.env,
  } = options;
  const { stdout = process.stdout, stderr = process.stderr, signals = process, terminals } = options;
  const { heartbeatMs = 30_000, drainIdleMs = 500, drainMostMs = 5_000, flushMs = 5_000 } = options;
  // The marker is this tap's own, added to that of a tap around it, so that each of them finds its own tree.
  const marker = randomUUID();
  const markers = env.KNELL_TAP ? `${env.KNELL_TAP}:${marker}` : marker;
  // A process that clears its environment, leaves its group and forks twice is found by the control group alone.
  const cgroup = options.obey ? createRunCgroup(`knell-${marker}`) : undefined;
  if (options.obey && !cgroup) options.onUngrouped?.();
  const marks = { marker, grouped: cgroup?.members };
  const outputs: PassThrough[] = [];
  const reading = options.reading ?? (await readCommand([options.command, ...options.args], readFrom(options)));
  const life = createRunLife({
    run,
    link,
    clock,
    heartbeatMs,
    runtime,
    format,
    goesOn,
    reading,
    isHeldBack: () => outputs.some((one) => one.isHeldBack),
    subscription,
    timeoutS,
    marks,
    sampler: options.sampler,
  });

  const forwarding = forwardSignals(signals, () => life.ending());
  const command = {
    command: options.command,
    args: options.args,
    env: { ...env, KNELL_RUN: runKey(run), KNELL_TAP: markers },
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
  };
  const inTerminal = terminals && startInTerminal(terminals, command, sizeOf(stdout), cgroup?.around);
  const agent = inTerminal ?? (await startAgent(command, cgroup?.around));
  if (!('pid' in agent)) {
    cgroup?.remove();
    stderr.write(`knell tap: ${agent.message}\n`);
    forwarding.stop();
    life.exited({ code: agent.exitCode, signal: null });
    return { exitCode: agent.exitCode, obeyed: undefined, losses: await link.close(flushMs) };
  }
  const emit = (chunk: LogChunk) => link.publishLog({ ...chunk, ...life.heard(chunk) });
  const readInto = (stream: StreamName, lines: LineChunker) => (bytes: Buffer) => {
    life.read(stream, bytes.at(-1) === NEWLINE);
    lines.push(bytes);
  };
  const outLines = createLineChunker({ stream: 'stdout', clock, emit });
  const errLines = createLineChunker({ stream: 'stderr', clock, emit });
  let isBroken = false;
  const broken = (stream: StreamName) => (error: NodeJS.ErrnoException) => {
    isBroken = true;
    const notice = brokenNotice(stream, error);
    if (notice !== undefined) say(notice);
  };
  const out = passThrough(agent.stdout, stdout, readInto('stdout', outLines), clock, broken('stdout'));
  const err = passThrough(agent.stderr, stderr, readInto('stderr', errLines), clock, broken('stderr'));
  outputs.push(out, err);
  // In a terminal both streams are shown at one place.
  const shown = terminals ? out : err;
  let lent: LentTerminal | undefined;
  const say = (line: string) => {
    const fresh = shown.lastByte === undefined || shown.lastByte === NEWLINE;
    const lineEnd = isTerminal(stderr) ? (lent?.lineEnd ?? '\n') : '\n';
    if (stderr.writable) stderr.write(`${fresh ? '' : lineEnd}${line}${lineEnd}`);
  };

  options.onStderrReady?.(say);

  const abortExecutor = createAbortExecutor({
    run,
    link,
    clock,
    isFinished: () => agent.exit !== undefined,
    async end(order) {
      // What the run says in this moment names the cause; it is ended all the same, with all that it has started.
      if (order.last_words_ms) {
        await within(clock, Math.min(order.last_words_ms, LAST_WORDS_MOST_MS), agent.exited);
        if (agent.exit !== undefined) return 'by_itself';
      }
      say(abortNotice(order));
      const { interruptGraceMs = 2_000, terminateGraceMs = 3_000 } = options;
      const { left } = await endTree({
        rootPid: agent.pid,
        ...marks,
        interruptGraceMs,
        terminateGraceMs,
        clock,
      });
      // What is left in the pipes is little, and a slow reader of the tap's output must not hold it up.
      out.letGo();
      err.letGo();
      if (left.length > 0) say(survivorsNotice(left));
      return left.length === 0 ? 'ended' : 'left';
    },
  });
  if (options.obey) link.onAbort((order) => abortExecutor.receive(order));
  life.started(agent.pid, credentialOf(runtime, env));

  if (inTerminal && 'type' in inTerminal) {
    lent = lendTerminal(options.stdin ?? process.stdin, stdout, inTerminal, forwarding.hurry);
  }
  forwarding.to(agent);
  const exit = await agentEnd(agent, abortExecutor, clock);

  await Promise.race([
    Promise.all([out.drain(drainIdleMs, drainMostMs), err.drain(drainIdleMs, drainMostMs)]),
    forwarding.hurried,
  ]);
  out.stop();
  err.stop();
  lent?.giveBack();
  outLines.end();
  errLines.end();
  life.exited(exit);

  const delivered = link.close(flushMs);
  // A short wait is not worth a word.
  const leftMs = flushMs - UNTOLD_WAIT_MS;
  const isTold = leftMs >= UNTOLD_WAIT_MS;
  const cancelWord = isTold ? clock.after(UNTOLD_WAIT_MS, () => say(waitingNotice(leftMs / 1_000))) : undefined;
  const losses = await Promise.race([delivered, forwarding.hurried.then(() => link.close(0))]);
  cancelWord?.();
  const notice = lossNotice(losses, outLines.leftOutBytes + errLines.leftOutBytes, !isBroken);
  if (notice !== undefined) say(notice);
  const flushed = Promise.all([out.flushed(), err.flushed()]);
  // A reader that has stopped reading holds up an agent that ends by itself, but not one that was ended.
  await (abortExecutor.obeyed ? within(clock, flushMs, flushed) : Promise.race([flushed, forwarding.hurried]));
  forwarding.stop();
  cgroup?.remove();
  return { exitCode: abortExecutor.obeyed ? ENDED_BY_KNELL : exitCodeOf(exit), obeyed: abortExecutor.obeyed, losses };
}

const NEWLINE = 0x0a;

const readFrom = ({ cwd, env }: TapOptions) => ({ ...(cwd !== undefined && { folder: cwd }), ...(env && { env }) });

function isTerminal(stream: Writable): boolean {
  return (stream as { isTTY?: boolean }).isTTY === true;
}
