import { type FleetMode, NO_FLEET_MODE } from '../../contracts/fleet-mode.ts';
import type { FleetModeStore } from '../ports/ports.ts';
import { pauseAfterRaces } from '../ports/race-pause.ts';

/**
 * Changes the mode of the whole fleet, from whatever it is by then.
 *
 * @param change returns nothing where nothing has to change
 * @returns the new mode; nothing where `change` returned nothing
 * @throws whatever the store throws
 */
export async function changeMode(
  modes: FleetModeStore,
  change: (current: FleetMode) => FleetMode | undefined,
): Promise<FleetMode | undefined> {
  for (let race = 0; ; race += 1) {
    await pauseAfterRaces(race);
    const known = await modes.get();
    const next = change(known?.mode ?? NO_FLEET_MODE);
    if (!next) return undefined;
    if (await modes.put(next, known?.revision ?? 0)) return next;
  }
}
