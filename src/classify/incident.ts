import type { AbortCommand } from '../contracts/abort-command.ts';
import type { Category } from '../contracts/categories.ts';
import type { Notice } from '../contracts/notice.ts';
import { type Run, runKey } from '../contracts/run.ts';
import { formatTime } from '../contracts/time.ts';
import { noticeId } from './ids.ts';
import { SHARPER } from './sharper-causes.ts';
import { SlidingWindow } from './sliding-window.ts';

/** How many agents have to fail alike, and how close together, for it to be one incident. */
const MIN_AGENTS = 3;
const WINDOW_MS = 10 * 60_000;

interface Failing {
  readonly command: AbortCommand;
  readonly atMs: number;
}

/** What fails alike on one subscription. */
interface Group {
  readonly failing: SlidingWindow<Failing>;
  /** How many of the runs are of each agent. */
  readonly ofAgent: Map<string, number>;
  isReported: boolean;
}

/** Several agents that fail alike on one subscription. */
export interface Incident {
  readonly id: string;
  /** The runs that have joined so far. */
  runs(): readonly Run[];
  /**
   * The notice as it stands now: names every agent that has joined so far.
   *
   * @param verdicts what the runs' verdicts are called by now, which may be sharper than their commands
   */
  notice(nowMs: number, verdicts?: readonly Category[]): Notice;
  readonly subject: string;
}

/** Finds agents that fail alike on one subscription within minutes: one incident, however many they are. */
export function createIncidentFinder() {
  const groups = new Map<string, Group>();
  return {
    /** Adds one abort command, stored at `atMs` by the server's clock; returns the incident that it completes, once. */
    add(command: AbortCommand, atMs: number): Incident | undefined {
      const subscription = command.credential.subscription ?? command.credential.fingerprint;
      if (command.scope !== 'subscription' || subscription === undefined) return undefined;
      const family = command.category.split('.')[0] as string;
      const key = `${subscription} ${family}`;
      const group = groups.get(key) ?? { failing: new SlidingWindow(), ofAgent: new Map(), isReported: false };
      groups.set(key, group);
      for (const old of group.failing.dropUntil(atMs - WINDOW_MS)) count(group, old.command, -1);
      if (group.ofAgent.size === 0) group.isReported = false;
      group.failing.add({ command, atMs });
      count(group, command, 1);
      if (group.isReported || group.ofAgent.size < MIN_AGENTS) return undefined;
      group.isReported = true;
      const failing = () => group.failing.after(Number.NEGATIVE_INFINITY);
      const first = failing()[0] as Failing;
      const id = noticeId('incident', key, first.command.command_id);
      return {
        id,
        subject: subscription,
        runs: () => failing().map(({ command }) => command),
        notice: (nowMs, verdicts) => incidentNotice(id, subscription, failing(), nowMs, verdicts),
      };
    },
  };
}

/** Counts one more, or one less, of an agent's runs that fail. */
function count({ ofAgent }: Group, { agent }: AbortCommand, by: 1 | -1): void {
  const runs = (ofAgent.get(agent) ?? 0) + by;
  if (runs > 0) ofAgent.set(agent, runs);
  else ofAgent.delete(agent);
}

function incidentNotice(
  id: string,
  subscription: string,
  failing: readonly Failing[],
  nowMs: number,
  verdicts: readonly Category[] = [],
): Notice {
  const agents = [...new Set(failing.map(({ command }) => command.agent))].sort();
  const named = failing.at(-1)?.command.category;
  const category = verdicts.find((verdict) => named !== undefined && SHARPER[named]?.includes(verdict)) ?? named;
  return {
    schema: 'knell.notice/v1',
    notice_id: id,
    kind: 'incident',
    at: formatTime(nowMs),
    message: `${agents.length} agents on subscription ${subscription} fail alike (${category}): ${agents.join(', ')}.`,
    subscription,
    category,
    agents,
    runs: failing.map(({ command }) => runKey(command)),
    since: formatTime(failing[0]?.atMs ?? nowMs),
  };
}
