import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { findAgent, type InstalledAgent, installAgent } from '../capture/install-agent.ts';
import { isIsolated, runIsolated } from '../capture/isolate.ts';
import { type Channel, local, startNatsChannel } from './channels.ts';
import { CLIENTS, type Client, nameOf } from './clients.ts';
import { foundingIncident } from './founding-incident.ts';
import { judge } from './judge.ts';
import { countsOf, HEADING, isRight, keepRow, keyOf, markdown, type Row, readRows } from './rows.ts';
import { type Cell, runCell } from './run-cell.ts';
import { SCENARIOS, STALL } from './scenarios.ts';

/*
 * `npm run e2e [-- WORD …]`: real agent CLIs from npm under `knell tap --obey`, against a stand-in for their providers, in a network
 * without an outside. Prints one table; exits 1 where a row is wrong. Each WORD must stand in a row's client, scenario, format or
 * channel: `npm run e2e -- codex,gemini text`. `--jobs N` runs at once (6); `--keep` prints what each wrong run said. `--rows FILE` keeps
 * the rows, and runs only those that are not in the file or are not right; no row begins after `--minutes N`.
 */
const ROOT = process.cwd();
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    jobs: { type: 'string', default: '6' },
    keep: { type: 'boolean', default: false },
    rows: { type: 'string' },
    minutes: { type: 'string', default: 'Infinity' },
  },
});

/** Puts a client into the cache; the reason where npm does not have it. */
async function install({ recipe, version }: Client): Promise<InstalledAgent | string> {
  try {
    // Inside the namespaces there is no network: what was not installed before is missing.
    const found = await findAgent(ROOT, recipe, version);
    return found ?? (isIsolated() ? 'not installed' : await installAgent(ROOT, recipe, version));
  } catch (error) {
    return (error as Error).message.split('\n')[0] ?? 'not installed';
  }
}

/** The shipped packs, with the limits of silence of these runs. */
async function rulesFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'knell-e2e-'));
  await cp(join(ROOT, 'rules'), folder, { recursive: true });
  const stall = Object.fromEntries(CLIENTS.map(({ recipe }) => [recipe.runtime, STALL]));
  // JSON is YAML.
  await writeFile(join(folder, 'overrides.yaml'), JSON.stringify({ schema: 'knell.overrides/v1', rules: {}, stall }));
  return folder;
}

/** Whether a row has every word that was asked for; of words between commas one is enough. */
const isChosen = (name: string): boolean =>
  positionals.every((words) => words.split(',').some((word) => name.includes(word)));

type Planned = Omit<Cell, 'agent' | 'execution' | 'rules' | 'entry'>;
type Named = Pick<Row, 'client' | 'scenario' | 'channel'>;

const rowOf = ({ client, scenario, format, channel }: Planned): Named => ({
  client: nameOf(client),
  scenario: `${scenario.name}, ${format}`,
  channel: channel.name,
});

function plan(channels: readonly Channel[]): Planned[] {
  const cells = SCENARIOS.flatMap((scenario) =>
    CLIENTS.flatMap((client) =>
      client.formats
        .filter((format) => scenario.formats?.includes(format) ?? true)
        .flatMap((format) => channels.map((channel) => ({ client, scenario, format, channel }))),
    ),
  );
  return cells.filter(({ client, scenario, format, channel }) => {
    const name = `${nameOf(client)} ${scenario.name} ${format} ${channel.name}`;
    return isChosen(name);
  });
}

async function main(): Promise<number> {
  // The first process of a namespace gets only the signals that it asks for; its end ends all of the namespace.
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130));
  if (!isIsolated()) {
    // One at a time: npm itself uses what the machine has.
    for (const client of CLIENTS) await install(client);
    const code = await runIsolated(fileURLToPath(import.meta.url), process.argv.slice(2));
    if (code !== undefined) return code;
    process.stderr.write('No network namespaces on this machine: agents get a proxy that refuses instead.\n');
  }
  const rules = await rulesFolder();
  const entry = join(ROOT, 'dist', 'main.cjs');
  const { channel: nats, url, stop } = await startNatsChannel(rules, entry);
  const agents = new Map<Client, InstalledAgent | string>();
  for (const client of CLIENTS) agents.set(client, await install(client));
  const known = values.rows === undefined ? new Map<string, Row>() : await readRows(values.rows);
  const isKnown = (row: Named): boolean => {
    const before = known.get(keyOf(row));
    return before !== undefined && isRight(before);
  };
  const lastStartMs = Date.now() + Number(values.minutes) * 60_000;
  const told: Row[] = [];
  const tell = async (row: Row) => {
    told.push(row);
    process.stdout.write(markdown(row));
    if (values.rows !== undefined) await keepRow(values.rows, row);
  };
  process.stdout.write(HEADING);
  const queue = plan([nats, local]).filter((cell) => !isKnown(rowOf(cell)));
  let number = 0;
  const work = async () => {
    for (let next = queue.shift(); next && Date.now() < lastStartMs; next = queue.shift()) {
      const { client, scenario, format } = next;
      const agent = agents.get(client);
      const expected = scenario.expected(client, format);
      const row = { ...rowOf(next), expected: [expected.end, ...expected.categories].join(' ') };
      if (typeof agent !== 'object') {
        await tell({ ...row, seen: agent ?? 'not installed', seconds: '', verdict: 'not run' });
        continue;
      }
      number += 1;
      try {
        const seen = await runCell({ ...next, agent, rules, entry, execution: `e${number}` });
        const { is, seconds, seen: what } = judge(expected, seen);
        await tell({ ...row, seen: what, seconds: seconds?.toFixed(1) ?? '–', verdict: is });
        if (values.keep && is !== 'ok') process.stderr.write(`${JSON.stringify({ ...row, ...seen })}\n`);
      } catch (error) {
        await tell({ ...row, seen: String(error), seconds: '', verdict: 'WRONG' });
      }
    }
  };
  await Promise.all(Array.from({ length: Math.max(1, Number(values.jobs)) }, work));
  for (const client of CLIENTS) {
    const agent = agents.get(client);
    const name = `${nameOf(client)} founding incident json nats`;
    if (!client.subscription || typeof agent !== 'object' || !isChosen(name) || Date.now() >= lastStartMs) continue;
    if (isKnown({ client: nameOf(client), scenario: 'founding incident: final record', channel: nats.name })) continue;
    for (const row of await foundingIncident({ client, agent, rules, entry, channel: nats, url })) await tell(row);
  }
  await stop();
  await rm(rules, { recursive: true, force: true });
  process.stdout.write(`\n${countsOf(told)}\n`);
  return told.some(({ verdict }) => verdict === 'WRONG') ? 1 : 0;
}

// A client may have left a connection of its own to the stub or the server open: nothing is waited for.
process.exit(await main());
