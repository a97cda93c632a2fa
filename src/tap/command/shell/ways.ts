/** How an agent has ended on a way: `maybe`, a program that may be one has failed. */
export type AgentEnd = 'well' | 'maybe' | 'failed';

/** One way in which a shell may have come to where it is: what it has run, and what holds for it there. */
export interface Way {
  readonly agent: AgentEnd;
  /** How its last command ended: `$?`. */
  readonly ok: boolean;
  /** `set -e`: a command that fails ends the shell. */
  readonly errexit: boolean;
  /** `set -o pipefail`: a pipe fails where any of its commands does. */
  readonly pipefail: boolean;
  /** Its working folder; undefined where that is not known. */
  readonly folder: string | undefined;
  /** `"$@"`; undefined where that is not known. */
  readonly args: readonly string[] | undefined;
  /** The names of files that may have been written, each between slashes; `*` for any. */
  readonly written: string;
  /** Others than an agent may have printed. */
  readonly isHeard: boolean;
  /** An agent has been run. */
  readonly hasRun: boolean;
}

const GRAVITY: readonly AgentEnd[] = ['well', 'maybe', 'failed'];

export const graver = (a: AgentEnd, b: AgentEnd): AgentEnd => (GRAVITY.indexOf(a) < GRAVITY.indexOf(b) ? b : a);

/** Each way once. */
export function distinct(ways: readonly Way[]): Way[] {
  if (ways.length < 2) return [...ways];
  return [...new Map(ways.map((way) => [keyOf(way), way])).values()];
}

const argsIds = new WeakMap<readonly string[], number>();
let lastId = 0;

/** The same for ways that are alike. */
export function keyOf({ agent, ok, errexit, pipefail, folder, args, written, isHeard, hasRun }: Way): string {
  if (args && !argsIds.has(args)) {
    lastId += 1;
    argsIds.set(args, lastId);
  }
  const flags = [ok, errexit, pipefail, isHeard, hasRun].map(Number).join('');
  return `${agent} ${flags} ${args && argsIds.get(args)} ${written} ${folder}`;
}

export const ended = (way: Way, ok: boolean): Way => (way.ok === ok ? way : { ...way, ok });

/** A way on which a command may have ended well or not. */
export const endedAnyhow = (way: Way): Way[] => [ended(way, true), ended(way, false)];

/** What a process of its own leaves of its ways to the shell that has started it. */
export function asSeenOutside(way: Way, inside: Way): Way {
  const { agent, ok, written, isHeard, hasRun } = inside;
  return { ...way, agent, ok, written, isHeard, hasRun };
}

/** Adds the name of a file that may have been written. */
export function withWritten(way: Way, name: string): Way {
  if (way.written === '*' || way.written.includes(`/${name}/`)) return way;
  const isAny = name === '*' || way.written.length > MOST_WRITTEN;
  return { ...way, written: isAny ? '*' : `${way.written}/${name}/` };
}

/** More names than fill so much are any. */
const MOST_WRITTEN = 1_000;

/** What may have been written on either of two ways. */
export function bothWritten(way: Way, { written }: Way): Way {
  if (way.written === written || written === '') return way;
  return written.split('/').filter(Boolean).reduce(withWritten, way);
}

/** Whether a file may have been written before. */
export const mayBeWritten = ({ written }: Way, name: string): boolean =>
  written === '*' || written.includes(`/${name}/`);
