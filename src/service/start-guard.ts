import { DEFAULT_BUDGET } from '../classify/abort-budget.ts';
import type { Logger } from '../logging/logger.ts';
import { paceWarnings } from '../logging/pace-warnings.ts';
import type { Bucket } from '../nats/store/bucket.ts';
import { createFleetModeStore } from '../nats/store/fleet-mode-store.ts';
import { type FleetGuard, type FleetGuardOptions, startFleetGuard } from '../pipeline/fleet/fleet-guard.ts';
import type { Telemetry } from '../pipeline/ports/telemetry.ts';
import { lastSuccessMs } from '../subscriptions/learn/last-success.ts';
import type { ServiceOptions } from './service-options.ts';

/** The fleet's mode; what no trusted key has signed is told of. */
export function openModes(fleet: Bucket, { signing }: Pick<ServiceOptions, 'signing'>, log: Pick<Logger, 'warn'>) {
  return createFleetModeStore(fleet, {
    signing,
    onForeign: () =>
      log.warn('a mode of the fleet that no trusted key has signed was left out, and the last one written anew'),
    onUnreadable: () =>
      log.warn(
        'the entry "mode" of the bucket knell_fleet can\'t be read: the last one that can holds, and shadow where there is none; set it anew with "knell mode enforce" or "knell mode shadow"',
      ),
  });
}

export interface GuardOptions extends Pick<FleetGuardOptions, 'feed' | 'modes' | 'publisher' | 'store' | 'clock'> {
  /** What is known of subscriptions. */
  readonly known: Parameters<typeof lastSuccessMs>[0];
  readonly telemetry: Telemetry;
  readonly log: Pick<Logger, 'warn'>;
  readonly options: Pick<ServiceOptions, 'budget'>;
}

/** Starts what keeps the fleet's budgets. */
export function startGuard({ known, telemetry, log, options, ...ports }: GuardOptions): Promise<FleetGuard> {
  const warn = paceWarnings(log);
  return startFleetGuard({
    ...ports,
    successes: { lastMs: (credential) => lastSuccessMs(known, credential) },
    budget: options.budget ?? DEFAULT_BUDGET,
    onError: (error) => warn({ err: error }, 'the fleet guard could not finish something; it goes on'),
    onMode: (mode) => telemetry.fleetModeChanged({ mode }),
    onQuarantined: telemetry.ruleQuarantined,
  });
}
