import { userInfo } from 'node:os';
import { Argument, Command } from 'commander';
import { type FleetMode, NO_FLEET_MODE } from '../contracts/fleet-mode.ts';
import { ensureStreams } from '../nats/ensure-streams.ts';
import { createFleetModeStore } from '../nats/fleet-mode-store.ts';
import { coloursFor } from './colour.ts';
import { natsOption, withNats } from './nats-option.ts';

interface ModeOptions {
  readonly nats?: string;
  readonly reason?: string;
  readonly json?: true;
}

/** `knell mode`: whether the whole fleet acts, or only says what it would do. */
export function modeCommand(): Command {
  return new Command('mode')
    .description('show or set, for all workers at once, whether runs are ended (enforce) or only watched (shadow)')
    .addArgument(new Argument('[mode]', 'the mode to set; nothing: show it').choices(['enforce', 'shadow']))
    .option('--reason <text>', 'why, for whoever looks later')
    .addOption(natsOption())
    .option('--json', 'print it as JSON')
    .addHelpText(
      'after',
      `
"enforce" also lets rules abort again that were taken into shadow mode for ending too many runs.

Examples:
  knell mode
  knell mode shadow --reason "new rules, first day"`,
    )
    .action(async (wanted: 'enforce' | 'shadow' | undefined, options: ModeOptions) => {
      const mode = await withNats(options.nats, async (connection, subjects) => {
        const store = createFleetModeStore((await ensureStreams(connection, subjects)).fleet);
        for (;;) {
          const known = await store.get();
          if (!wanted) return known?.mode ?? NO_FLEET_MODE;
          const because = {
            reason: options.reason ?? 'set by hand',
            by: userInfo().username,
            at: new Date().toISOString(),
          };
          const next: FleetMode = {
            ...NO_FLEET_MODE,
            mode: wanted,
            because,
            shadowed: wanted === 'enforce' ? {} : (known?.mode.shadowed ?? {}),
          };
          if (await store.put(next, known?.revision ?? 0)) return next;
        }
      });
      process.stdout.write(options.json ? `${JSON.stringify(mode)}\n` : asText(mode));
    });
}

function asText({ mode, because, shadowed }: FleetMode): string {
  const colours = coloursFor(process.stdout);
  const head =
    mode === undefined
      ? 'each worker runs in the mode it was started with'
      : `the fleet runs in ${colours.bold(mode)} mode`;
  const why = because ? `\n  ${because.reason} (${because.by}, ${because.at})` : '';
  const rules = Object.entries(shadowed).map(
    ([rule, { reason }]) => `\n${colours.yellow('shadowed')}  ${rule}\n  ${reason}`,
  );
  return `${head}${why}${rules.join('')}\n`;
}
