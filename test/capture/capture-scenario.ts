import type { AgentRecipe, Place, Scenario } from './agent-recipe.ts';
import type { InstalledAgent } from './install-agent.ts';
import { recordRun } from './record-run.ts';
import { createScrubber } from './scrub.ts';
import { ANSWERS } from './stub/answers.ts';
import { startStubProvider } from './stub-provider.ts';
import type { Transcript } from './transcript.ts';
import { makeWorkspace } from './workspace.ts';

const DEFAULT_CAP_MS = 60_000;

export interface CaptureOptions {
  readonly projectRoot: string;
  /** The day that goes into the row, `YYYY-MM-DD`. */
  readonly today: string;
}

/** The environment that any agent gets: nothing of ours, no colours forced, no telemetry where a client asks for a word. */
export function baseEnvironment(home: string): Record<string, string> {
  return {
    PATH: process.env.PATH ?? '/usr/bin:/bin',
    HOME: home,
    LANG: 'C.UTF-8',
    TERM: 'dumb',
    TZ: 'UTC',
    SHELL: '/bin/bash',
    DO_NOT_TRACK: '1',
    DISABLE_TELEMETRY: '1',
    // Where there is no network namespace around: a proxy that refuses, for everything but the stub.
    ...(process.env.KNELL_CAPTURE_ISOLATED === '1'
      ? {}
      : { HTTPS_PROXY: 'http://127.0.0.1:9', HTTP_PROXY: 'http://127.0.0.1:9', NO_PROXY: '127.0.0.1,localhost' }),
  };
}

/** The environment of one run: the base, the recipe's, the scenario's. */
export function environmentOf(recipe: AgentRecipe, place: Place, scenario: Scenario): Record<string, string> {
  const env = { ...baseEnvironment(place.home), ...recipe.env(place, scenario) };
  for (const [name, value] of Object.entries(scenario.env ?? {})) {
    if (value === null) delete env[name];
    else env[name] = value;
  }
  return env;
}

/** Runs an agent through one scenario and returns what it printed, with this machine taken out of it. */
export async function captureScenario(
  recipe: AgentRecipe,
  agent: InstalledAgent,
  scenario: Scenario,
  options: CaptureOptions,
): Promise<Transcript> {
  const workspace = await makeWorkspace();
  const stub = await startStubProvider(ANSWERS[scenario.answer], { everyPath: recipe.ownServer ?? false });
  try {
    const place: Place = { home: workspace.home, app: workspace.app, providerUrl: stub.url };
    await recipe.prepare?.(place, scenario);
    const args = [...recipe.args(place, scenario), ...(scenario.args ?? [])];
    const env = environmentOf(recipe, place, scenario);
    const capMs = scenario.capMs ?? DEFAULT_CAP_MS;
    const run = await recordRun({ command: agent.program, args, cwd: workspace.app, env, capMs });
    const scrub = createScrubber({
      providerPort: stub.port,
      folders: {
        [workspace.app]: '/srv/app',
        [workspace.home]: '/home/dev',
        [workspace.root]: '/srv',
        [agent.folder]: '/usr/lib',
        [options.projectRoot]: '/opt/knell',
      },
    });
    const scrubLines = (lines: typeof run.stdout) => lines.map(({ ms, line }) => ({ ms, line: scrub(line) }));
    const answer = scenario.name ?? scenario.answer;
    return {
      run: [recipe.runtime, agent.version, answer, scenario.format].join('/'),
      runtime: recipe.runtime,
      version: agent.version,
      captured_at: options.today,
      answer,
      format: scenario.format,
      command: scrub([recipe.bin, ...args].map(shellWord).join(' ')),
      ...(scenario.env ? { env: scenario.env } : {}),
      exit_code: run.exit_code,
      signal: run.signal,
      ended: run.ended,
      duration_ms: run.duration_ms,
      requests: countRequests(stub.seen.map(({ method, path, status }) => `${method} ${path} ${status}`)),
      stdout: scrubLines(run.stdout),
      stderr: scrubLines(run.stderr),
    };
  } finally {
    await stub.stop();
    await workspace.remove();
  }
}

function countRequests(seen: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const request of seen) counts[request] = (counts[request] ?? 0) + 1;
  return counts;
}

function shellWord(word: string): string {
  return /^[A-Za-z0-9_@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
