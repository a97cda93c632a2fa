import { comparePositions } from '../../contracts/position.ts';
import type { LastOutput } from './ports.ts';

/**
 * The last words among the latest lines of a run: the last line that is not blank, at the time at which anything was
 * said last. A blank line says nothing, but a run that prints one is not silent.
 */
export function lastOf(lines: readonly LastOutput[]): LastOutput | undefined {
  const inOrder = [...lines].sort((a, b) => comparePositions(a.position, b.position));
  const latest = inOrder.at(-1);
  const spoken = inOrder.findLast(({ text }) => text.trim() !== '');
  return latest && { ...(spoken ?? latest), atMs: latest.atMs };
}
