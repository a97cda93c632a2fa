import { z } from 'zod';
import { Timestamp } from './time.ts';

/**
 * An agent's process tree as its host sees it. A servant is a process that lives from the start, such as a tool server;
 * every other descendant of the agent is a tool at work.
 */
export const ProcessTreeReport = z.object({
  processes: z.int().min(0).meta({ description: 'How many processes live, the agent included.' }),
  newest_started_at: Timestamp.optional().meta({ description: 'When the youngest of them was started.' }),
  cpu_ms: z.number().min(0).meta({ description: 'Processor time that the tree has used so far.' }),
  tools: z.int().min(0).optional().meta({ description: 'How many of them are tools at work.' }),
  idle_ms: z.number().min(0).optional().meta({
    description:
      'How long no tool has been at work, no tool server has had a call open, and the processor was left alone.',
  }),
});
export type ProcessTreeReport = z.infer<typeof ProcessTreeReport>;
