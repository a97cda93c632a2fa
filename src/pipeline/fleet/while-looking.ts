import type { Overrun } from '../../classify/abort-budget.ts';
import type { FleetMode } from '../../contracts/fleet-mode.ts';
import { formatTime } from '../../contracts/time.ts';

/** While it is looked what has used a budget up, what it counts is held back; what is held back is decided again. */
export function whileLooking(mode: FleetMode, looks: readonly Overrun[], nowMs: number): FleetMode {
  if (looks.length === 0) return mode;
  const because = { reason: 'a budget is used up; knell looks why', by: 'knell', at: formatTime(nowMs) };
  const held = looks.map(({ kind, who }) => (kind === 'rule' ? who : kind === 'subscription' ? `@${who}` : '*'));
  return { ...mode, shadowed: { ...Object.fromEntries(held.map((key) => [key, because])), ...mode.shadowed } };
}
