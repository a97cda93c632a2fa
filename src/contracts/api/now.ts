import { z } from 'zod';
import { Mode } from '../failure-record.ts';
import { FleetMode } from '../fleet-mode.ts';
import { Notice } from '../notice.ts';
import { RunPhase, RunRow } from './run-row.ts';

/** Something that is wrong with knell itself, and what to do. */
export const Trouble = z.object({
  code: z.enum(['not_ready', 'shadow', 'rules_shadowed', 'rules_refused', 'dead_letters', 'unsigned']),
  level: z.enum(['bad', 'warning', 'note']),
  message: z.string(),
  remedy: z.string(),
});
export type Trouble = z.infer<typeof Trouble>;

/** How knell itself is. */
export const Health = z
  .object({
    at_ms: z.number(),
    version: z.string(),
    worker: z.string(),
    ready: z.boolean(),
    mode: Mode.meta({ description: 'What this worker does with a doomed run.' }),
    fleet: FleetMode,
    signed: z.boolean(),
    may_act: z.boolean().meta({ description: 'Whether acts are possible at all: a token is set.' }),
    rules: z.string().meta({ description: 'Digest of the rules in force on this worker.' }),
    troubles: z.array(Trouble).meta({ description: 'The worst first.' }),
  })
  .meta({ id: 'Health' });
export type Health = z.infer<typeof Health>;

const Budget = z.object({ used: z.int(), limit: z.int() });

/** Slot-hours that aborted runs would still have held until their own time limits. */
export const SavedSlots = z.object({
  since_ms: z.number(),
  slot_hours: z.number(),
  counted: z.int().meta({ description: 'Runs that were terminated and had a time limit.' }),
  not_counted: z.int().meta({ description: 'Runs that were ended, and had no time limit or were not acknowledged.' }),
});

/** The aborts of one hour. */
export const AbortsInHour = z.object({ at_ms: z.number(), by_category: z.record(z.string(), z.int()) });

/** What happens in the fleet now. */
export const Now = z
  .object({
    schema: z.literal('knell.now/v1'),
    health: Health,
    runs: z.record(RunPhase, z.int()),
    saved: SavedSlots,
    budget: z.object({ minute: Budget, hour: Budget }).meta({ description: "The fleet's abort commands." }),
    aborts: z.array(AbortsInHour).meta({ description: 'The last 24 hours, the oldest first.' }),
    verdicts: z.array(RunRow).meta({ description: 'The latest, newest first.' }),
    notices: z.array(Notice).meta({ description: 'The latest of the last 24 hours, newest first.' }),
  })
  .meta({ id: 'Now' });
export type Now = z.infer<typeof Now>;
