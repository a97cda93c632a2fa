import { ReleaseRule, SetMode } from '../../contracts/api/acts.ts';
import { releaseRules } from '../../contracts/fleet-mode.ts';
import { formatTime } from '../../contracts/time.ts';
import { changeMode } from '../../pipeline/fleet/change-mode.ts';
import { act } from './act.ts';
import { type ApiApp, ApiProblem } from './api-app.ts';
import type { ApiWorld } from './api-world.ts';

const set = {
  path: '/api/v1/mode',
  summary: 'Let the whole fleet end runs, or only say what it would do',
  asks: SetMode,
  audit: 'mode set',
};
const release = {
  path: '/api/v1/mode/release',
  summary: 'Let a rule end runs again',
  asks: ReleaseRule,
  audit: 'rule released',
};

/** What `knell mode` does. */
export function addMode(app: ApiApp, world: ApiWorld): void {
  const { modes, clock } = world;
  act(app, world, set, async ({ mode, by, why }) => {
    const because = { reason: why, by, at: formatTime(clock.now()) };
    await changeMode(modes, (current) => ({
      ...(mode === 'enforce' ? releaseRules(current) : current),
      mode,
      because,
    }));
    return { message: mode === 'enforce' ? 'The fleet ends doomed runs.' : 'The fleet only says what it would do.' };
  });
  act(app, world, release, async ({ rule }) => {
    let isKnown = false;
    await changeMode(modes, (current) => {
      isKnown = current.shadowed[rule] !== undefined;
      return isKnown ? releaseRules(current, rule) : undefined;
    });
    if (!isKnown) throw new ApiProblem(404, 'NOT_FOUND', `${rule} is neither in shadow mode nor in quarantine`);
    return { message: `${rule} may end runs again.` };
  });
}
