import { spawn } from 'node:child_process';
import { join } from 'node:path';
import type { Scenario as Launch, OutputFormat, Place } from '../capture/agent-recipe.ts';
import { environmentOf } from '../capture/capture-scenario.ts';
import type { InstalledAgent } from '../capture/install-agent.ts';
import { startStubProvider } from '../capture/stub-provider.ts';
import { makeWorkspace } from '../capture/workspace.ts';
import type { Channel, Word } from './channels.ts';
import type { Client } from './clients.ts';
import { endAll, untilGone } from './live-tree.ts';
import type { Scenario } from './scenarios.ts';

/** What was seen of one run. Times are milliseconds of the epoch. */
export interface Seen {
  /** undefined: it was still running at the cap. */
  readonly code: number | undefined;
  readonly startedMs: number;
  readonly endedMs: number;
  readonly goneMs: number;
  /** Processes of the run that are alive after its end. */
  readonly left: number;
  readonly lines: readonly { readonly ms: number; readonly stream: string; readonly text: string }[];
  readonly words: readonly Word[];
}

export interface Cell {
  readonly client: Client;
  readonly agent: InstalledAgent;
  readonly scenario: Scenario;
  readonly format: OutputFormat;
  readonly channel: Channel;
  readonly execution: string;
  readonly rules: string;
  /** The built `knell`. */
  readonly entry: string;
  /** Left out: one of the run's own, so that no row shuts a subscription for another. */
  readonly subscription?: string;
  /** In place of the client's own token. */
  readonly env?: Readonly<Record<string, string>>;
}

const LOOK = 'Why did two executions end with 401 Unauthorized? Look into docs/incident.md';
/** How long a record may take after the run's end: the engine looks back at what was said, and waits for what comes late. */
const RECORD_MS = 14_000;

/** Runs a real client under `knell tap --obey` through one scenario, and leaves nothing of it behind. */
export async function runCell(cell: Cell): Promise<Seen> {
  const { client, agent, scenario, format, channel, execution, rules } = cell;
  const { recipe } = client;
  const workspace = await makeWorkspace();
  const stub = await startStubProvider(scenario.answer(client));
  if (scenario.isRefused) await stub.stop();
  const marker = `KNELL_RUN=${channel.agent}.${execution}.1`;
  try {
    const place: Place = { home: workspace.home, app: workspace.app, providerUrl: stub.url };
    const credential = scenario.onSubscription ? (client.subscription ?? {}) : {};
    const launch: Launch = {
      answer: scenario.like,
      format,
      ...(scenario.like === 'quotes' ? { prompt: LOOK } : {}),
      env: { ...credential, ...cell.env },
    };
    await recipe.prepare?.(place, launch);
    const report = join(workspace.root, 'report.jsonl');
    const command = [agent.program, ...recipe.args(place, launch), ...(client.args ?? [])];
    const whose = [
      '--execution',
      execution,
      '--runtime',
      recipe.runtime,
      '--subscription',
      cell.subscription ?? `sub-${execution}`,
    ];
    const tap = ['tap', ...channel.args(report), ...whose, '--obey', '--', ...command];
    const startedMs = Date.now();
    const child = spawn(process.execPath, [cell.entry, ...tap], {
      cwd: workspace.app,
      env: { ...environmentOf(recipe, place, launch), KNELL_RULES: rules },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const lines: { ms: number; stream: string; text: string }[] = [];
    for (const [stream, pipe] of [
      ['stdout', child.stdout],
      ['stderr', child.stderr],
    ] as const) {
      let rest = '';
      pipe.setEncoding('utf8').on('data', (text: string) => {
        const parts = (rest + text).split('\n');
        rest = parts.pop() ?? '';
        // The tap's own remarks are no lines of the run.
        for (const part of parts) if (!part.startsWith('knell: ')) lines.push({ ms: Date.now(), stream, text: part });
      });
    }
    let isCapped = false;
    const cap = setTimeout(() => {
      isCapped = true;
      child.kill('SIGTERM');
      setTimeout(() => void endAll(marker), 5_000).unref();
    }, scenario.capS * 1_000);
    const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
    clearTimeout(cap);
    const endedMs = Date.now();
    const { goneMs, left } = code === 125 ? await untilGone(marker, 10_000) : await untilGone(marker, 0);
    const expectsRecord = scenario.expected(client, format).end !== 'healthy' && !isCapped;
    const words = await wordsOf(cell, report, expectsRecord);
    return { code: isCapped ? undefined : (code ?? -1), startedMs, endedMs, goneMs, left, lines, words };
  } finally {
    await endAll(marker);
    if (!scenario.isRefused) await stub.stop();
    await workspace.remove().catch(() => undefined);
  }
}

/** What is said of the run in the end. Waits for the verdict, and where there is to be none as long as one could take to come. */
async function wordsOf(cell: Cell, report: string, expectsRecord: boolean): Promise<readonly Word[]> {
  const { channel, execution } = cell;
  if (channel.name === 'local') return channel.words(execution, report);
  const lastMs = Date.now() + RECORD_MS;
  for (;;) {
    const words = await channel.words(execution, report);
    const isSettled = words.some(({ timings }) => timings?.command_to_ack_ms !== undefined);
    if (isSettled || Date.now() >= lastMs || (!expectsRecord && Date.now() >= lastMs - RECORD_MS / 2)) return words;
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
}
