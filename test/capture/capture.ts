import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import type { AgentRecipe, Scenario } from './agent-recipe.ts';
import { captureScenario } from './capture-scenario.ts';
import { findAgent, type InstalledAgent, installAgent } from './install-agent.ts';
import { isIsolated, runIsolated } from './isolate.ts';
import { RECIPES } from './recipe-list.ts';
import { saveTranscripts, type Transcript } from './transcript.ts';

const USAGE = `Usage: npm run capture -- <runtime> [--answer NAME …] [--format json|text] [--version VERSION] [--jobs N]

Runs the real command-line agent against a local stub of its provider and keeps what it prints in
test/corpus/captured/<runtime>.jsonl. The agent comes from npm into .knell/agents/ on first use; the runs
themselves have no network but the loopback interface (on Linux; elsewhere a refusing proxy).

Runtimes and their answers:`;

interface Job {
  readonly agent: InstalledAgent;
  readonly scenario: Scenario;
}

async function main(args: string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      answer: { type: 'string', multiple: true },
      format: { type: 'string' },
      version: { type: 'string' },
      jobs: { type: 'string', default: '2' },
      help: { type: 'boolean', short: 'h' },
    },
  });
  const recipe = RECIPES.find(({ runtime }) => runtime === positionals[0]);
  if (values.help || !recipe) {
    console.log(`${USAGE}\n${RECIPES.map(describe).join('\n')}`);
    return values.help ? 0 : 2;
  }
  // `--answer 401 403` reads better than two options: further words are answers too.
  const answers = [...(values.answer ?? []), ...positionals.slice(1)];
  const unknown = answers.filter((name) => !recipe.scenarios.some((scenario) => nameOf(scenario) === name));
  if (unknown.length > 0) {
    console.error(`No such answer for ${recipe.runtime}: ${unknown.join(', ')}.\n${describe(recipe)}`);
    return 2;
  }
  const versions = values.version ? [values.version] : recipe.versions;
  if (!isIsolated()) {
    for (const version of versions) await installAgent(process.cwd(), recipe, version);
    const code = await runIsolated(fileURLToPath(import.meta.url), args);
    if (code !== undefined) return code;
    console.error('No network namespaces on this machine: agents get a proxy that refuses instead.');
  }
  const jobs: Job[] = [];
  for (const version of versions) {
    const agent = await findAgent(process.cwd(), recipe, version);
    if (!agent) throw new Error(`${recipe.runtime} ${version} is not in the cache`);
    const everything = values.version !== undefined || version === recipe.versions[0];
    for (const scenario of recipe.scenarios) {
      if (answers.length > 0 ? !answers.includes(nameOf(scenario)) : !(everything || scenario.everyVersion)) continue;
      if (values.format && scenario.format !== values.format) continue;
      jobs.push({ agent, scenario });
    }
  }
  return await runJobs(recipe, jobs, Number(values.jobs));
}

async function runJobs(recipe: AgentRecipe, jobs: Job[], width: number): Promise<number> {
  const projectRoot = process.cwd();
  const today = new Date().toISOString().slice(0, 10);
  const queue = [...jobs];
  let failed = 0;
  let saving: Promise<unknown> = Promise.resolve();
  const work = async () => {
    for (let job = queue.shift(); job; job = queue.shift()) {
      const { agent, scenario } = job;
      try {
        const transcript = await captureScenario(recipe, agent, scenario, { projectRoot, today });
        // One after the other: each reads the file and writes it anew.
        saving = saving.then(() => saveTranscripts(projectRoot, recipe.runtime, [transcript]));
        await saving;
        console.log(summary(transcript));
      } catch (error) {
        failed += 1;
        console.error(`${recipe.runtime} ${agent.version} ${nameOf(scenario)} ${scenario.format}: ${String(error)}`);
      }
    }
  };
  await Promise.all(Array.from({ length: Math.max(1, width) }, work));
  return failed === 0 ? 0 : 1;
}

const nameOf = (scenario: Scenario) => scenario.name ?? scenario.answer;

const describe = (recipe: AgentRecipe) =>
  `  ${recipe.runtime} (${recipe.package} ${recipe.versions.join(', ')}): ${[...new Set(recipe.scenarios.map(nameOf))].join(' ')}`;

const summary = (transcript: Transcript) =>
  `${transcript.run}: ${transcript.ended === 'capped' ? 'capped' : `exit ${transcript.exit_code ?? transcript.signal}`}` +
  ` after ${(transcript.duration_ms / 1000).toFixed(1)} s,` +
  ` ${transcript.stdout.length} lines on stdout, ${transcript.stderr.length} on stderr`;

process.exitCode = await main(process.argv.slice(2));
