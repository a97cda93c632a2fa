import { z } from 'zod';
import { Notice } from '../notice.ts';
import { Health } from './now.ts';
import { RunRow } from './run-row.ts';

/** What the stream of events sends, one JSON object an event. */
export const LiveEvent = z
  .discriminatedUnion('type', [
    z.object({ type: z.literal('health'), health: Health }),
    z.object({ type: z.literal('runs'), rows: z.array(RunRow) }),
    z.object({ type: z.literal('notice'), notice: Notice }),
  ])
  .meta({ id: 'LiveEvent' });
export type LiveEvent = z.infer<typeof LiveEvent>;
