import { userInfo } from 'node:os';
import { Argument, Command } from 'commander';
import type { Mode } from '../contracts/failure-record.ts';
import { type FleetMode, NO_FLEET_MODE, releaseRules, unreadableReason } from '../contracts/fleet-mode.ts';
import { BUCKETS } from '../contracts/subjects.ts';
import type { WorkerRules } from '../contracts/worker-rules.ts';
import { openFleet } from '../nats/ensure-streams.ts';
import { openStored } from '../nats/store/bucket.ts';
import { createFleetModeStore } from '../nats/store/fleet-mode-store.ts';
import { createWorkerRulesStore } from '../nats/store/worker-rules-store.ts';
import { changeMode } from '../pipeline/fleet/change-mode.ts';
import type { FleetModeStore } from '../pipeline/ports/ports.ts';
import { readEnvironment, readSecret, UsageError } from '../service/config.ts';
import { readSigningKey, readTrustedKeys, type Signing, signingWith } from '../signing/keys.ts';
import { exitCodeOf } from './exit-codes.ts';
import { natsOption } from './nats-option.ts';
import { otherName } from './other-name.ts';
import { coloursFor } from './terminal/colour.ts';
import { withNats } from './with-nats.ts';

interface ModeOptions {
  readonly nats?: string;
  readonly reason?: string;
  readonly release?: string;
  readonly json?: true;
}

/** `knell mode`: whether the whole fleet acts, or only says what it would do. */
export function modeCommand(): Command {
  return new Command('mode')
    .description('show or set, for all workers at once, whether runs are ended (enforce) or only watched (shadow)')
    .addArgument(new Argument('[mode]', 'the mode to set; nothing: show it').choices(['enforce', 'shadow']))
    .option('--release <pack/id>', 'let this rule abort again, and leave everything else as it is')
    .option('--reason <text>', 'why, for people who look later')
    .addOption(otherName('--why', '--reason'))
    .addOption(natsOption())
    .option('--json', 'print it as JSON')
    .addHelpText(
      'after',
      `
knell itself takes a rule into shadow mode that ends too many runs, and one into quarantine that costs too much of the workers'
time: it is then tried only as far as its share goes, and leaves records. --release brings one rule back, "enforce" all.
Where the service has a signing key, changes are signed with KNELL_SIGNING_KEY or KNELL_SIGNING_KEY_FILE.

Examples:
  knell mode
  knell mode --release acme/licence-expired
  knell mode shadow --reason "new rules, first day"`,
    )
    .action(async (wanted: 'enforce' | 'shadow' | undefined, options: ModeOptions) => {
      const { mode, isGood } = await withNats(options.nats, async (connection, _, replicas) => {
        const store = createFleetModeStore(await openFleet(connection, replicas), { signing: modeSigning() });
        return showOrSet(store, wanted, options);
      });
      const workers = await runningWorkers(options.nats);
      const own = workers?.map(({ worker, host, mode }) => ({ worker, host, ...(mode && { mode }) }));
      process.stdout.write(
        options.json ? `${JSON.stringify({ ...mode, ...(own && { workers: own }) })}\n` : asText(mode, isGood, workers),
      );
    });
}

/**
 * The workers that run now; undefined where that can't be read, which standard error then says. They are asked for by a
 * connection of their own, once the mode is set: an emergency stop needs nothing but its own entry.
 */
async function runningWorkers(nats: string | undefined): Promise<readonly WorkerRules[] | undefined> {
  try {
    return await withNats(nats, async (connection) =>
      createWorkerRulesStore(await openStored(connection, BUCKETS.workers)).list(),
    );
  } catch (error) {
    if ((error as { code?: unknown }).code === 'STREAM_MISSING') return [];
    if (exitCodeOf(error) === undefined) throw error;
    process.stderr.write(`knell: which workers run is not known: ${(error as Error).message}\n`);
    return undefined;
  }
}

async function showOrSet(
  store: FleetModeStore,
  wanted: Mode | undefined,
  { release, reason = 'set by hand' }: ModeOptions,
): Promise<{ readonly mode: FleetMode; readonly isGood: boolean }> {
  const { mode: known, isGood = true } = (await store.get()) ?? { mode: NO_FLEET_MODE, isGood: true };
  if (release !== undefined && known.shadowed[release] === undefined) {
    throw new UsageError(`the rule ${release} is neither in shadow mode nor in quarantine: "knell mode" lists those`);
  }
  if (!wanted && release === undefined) return { mode: known, isGood };
  if (known.signature !== undefined && !(isGood && modeSigning())) throw new UsageError(UNSIGNED);
  const because = { reason, by: userInfo().username, at: new Date().toISOString() };
  const changed = await changeMode(store, (current) => {
    const released = release === undefined ? current : releaseRules(current, release);
    return {
      ...(wanted === 'enforce' ? releaseRules(released) : released),
      ...(wanted && { mode: wanted, because }),
    };
  });
  return { mode: changed ?? known, isGood: true };
}

const UNSIGNED =
  'the mode is signed by the service, and workers leave out what is not signed by a key that they trust: set KNELL_SIGNING_KEY_FILE to the key of the service, or to one of its KNELL_PUBLIC_KEYS, and KNELL_PUBLIC_KEYS to the public key of the service';

const UNREAD =
  'the newest entry "mode" of the bucket knell_fleet can\'t be read or is not signed by a trusted key, so the one before it holds: set it anew with "knell mode enforce" or "knell mode shadow"';

/** What this user signs the mode with; undefined where nothing is signed. */
function modeSigning(): Signing | undefined {
  const environment = readEnvironment(process.env);
  const { KNELL_SIGNING_KEY, KNELL_SIGNING_KEY_FILE, KNELL_PUBLIC_KEYS, KNELL_PUBLIC_KEYS_FILE } = environment;
  const pem = readSecret('KNELL_SIGNING_KEY', KNELL_SIGNING_KEY, KNELL_SIGNING_KEY_FILE);
  if (pem === undefined) return undefined;
  const keys = readSecret('KNELL_PUBLIC_KEYS', KNELL_PUBLIC_KEYS, KNELL_PUBLIC_KEYS_FILE);
  return signingWith(readSigningKey(pem), keys === undefined ? undefined : readTrustedKeys(keys));
}

function asText(fleet: FleetMode, isGood: boolean, workers: readonly WorkerRules[] | undefined): string {
  const { mode, because, shadowed } = fleet;
  const colours = coloursFor(process.stdout);
  const head = mode === undefined ? ownModes(workers) : `the fleet runs in ${colours.bold(mode)} mode`;
  const why = because ? `\n  ${because.reason} (${because.by}, ${because.at})` : '';
  const rules = Object.entries(shadowed).map(
    ([rule, { reason, over }]) =>
      `\n${colours.yellow(over === 'cost' ? 'quarantined' : 'shadowed')}  ${rule}\n  ${reason}`,
  );
  const nobody =
    mode !== undefined && workers?.length === 0 ? '\n  no worker runs now: it holds for those that start' : '';
  const unread = isGood || unreadableReason(fleet) !== undefined ? '' : `\n  ${UNREAD}`;
  return `${head}${why}${unread}${nobody}${rules.join('')}\n`;
}

/** What holds where the fleet has been told nothing. */
function ownModes(workers: readonly WorkerRules[] | undefined): string {
  const head = 'each worker runs in the mode it was started with';
  if (!workers) return head;
  if (workers.length === 0) return `${head} (enforce, unless --mode or KNELL_MODE says shadow); none runs now`;
  return [head, ...workers.map(({ worker, host, mode = '?' }) => `  ${mode}  ${worker} on ${host}`)].join('\n');
}
