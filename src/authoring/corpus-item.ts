import { z } from 'zod';
import { StreamName } from '../contracts/run.ts';

/** One labelled stretch of output. */
export const CorpusItem = z.object({
  id: z.string(),
  runtime: z.string(),
  format: z.string().default('text'),
  stream: StreamName,
  lines: z.array(z.string()),
  /** A category, or `benign`. */
  category: z.string(),
  /** Whether ending the run there is right; `maybe` is not counted. */
  abort: z.enum(['yes', 'no', 'maybe']),
  origin: z.string().optional(),
  note: z.string().optional(),
});
export type CorpusItem = z.infer<typeof CorpusItem>;

/** What is wrong with a corpus file, with the line it stands on. */
export interface CorpusProblem {
  readonly line: number;
  readonly reason: string;
}

/** The items of a JSONL corpus, and every row that is none. */
export function readCorpus(text: string): { items: CorpusItem[]; problems: CorpusProblem[] } {
  const items: CorpusItem[] = [];
  const problems: CorpusProblem[] = [];
  for (const [index, row] of text.split('\n').entries()) {
    if (row.trim() === '') continue;
    try {
      const parsed = CorpusItem.safeParse(JSON.parse(row));
      if (parsed.success) items.push(parsed.data);
      else {
        const issue = parsed.error.issues[0];
        problems.push({ line: index + 1, reason: `${issue?.path.join('.')}: ${issue?.message}` });
      }
    } catch {
      problems.push({ line: index + 1, reason: 'not JSON' });
    }
  }
  return { items, problems };
}
