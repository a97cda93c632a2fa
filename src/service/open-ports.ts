import { randomUUID } from 'node:crypto';
import { withFleetMode } from '../classify/policy.ts';
import type { Subjects } from '../contracts/subjects.ts';
import { createAbortFeed } from '../nats/abort-feed.ts';
import { createUnmatchedCounter } from '../nats/drift-counter.ts';
import { createLogHistory } from '../nats/log-history.ts';
import { createRunStore } from '../nats/store/run-store.ts';
import { createSubscriptionStore } from '../nats/store/subscription-store.ts';
import { countMistake, type Mistake } from '../pipeline/fleet/count-mistake.ts';
import { COST_WINDOW_MS, createRuleCosts, RULE_SHARE } from '../pipeline/fleet/rule-costs.ts';
import { createRuleLedger } from '../pipeline/fleet/rule-ledger.ts';
import { createFloodGate } from '../pipeline/output/flood-gate.ts';
import { createRunTurns } from '../pipeline/run-turns.ts';
import { type CandidateRuns, createCandidateRuns } from './candidate-runs.ts';
import type { OpenedServer } from './open-server.ts';
import { openRulesInForce } from './rules-in-force.ts';
import type { ServiceOptions } from './service-options.ts';
import type { Shutdown } from './shutdown.ts';
import { openModes, startGuard } from './start-guard.ts';
import type { ServiceTelemetry } from './telemetry.ts';
import { createUnreadableStates } from './unreadable-states.ts';
import type { WatchedServer } from './watch-server.ts';

/** Opens what the pipeline decides with: what is stored of runs, the fleet's guard, the rules in force and what is tried beside them. */
export async function openPorts(
  options: ServiceOptions,
  server: OpenedServer,
  watched: WatchedServer,
  subjects: Subjects,
  telemetry: ServiceTelemetry,
  shutdown: Shutdown,
) {
  const { connection, manager, clock, onReopened } = server;
  const { runs, fleet, subscriptions } = server.buckets;
  const { writes, logBegin, losses } = watched;
  const { publisher } = writes;
  const { log, policy, unlabelled = 'lines' } = options;

  const store = writes.runs(
    createRunStore(runs, createUnreadableStates({ registry: telemetry.registry, publisher, clock, log })),
  );
  const known = writes.subscriptions(createSubscriptionStore(subscriptions, () => undefined));
  const modes = writes.modes(openModes(fleet, options, log));
  const feed = createAbortFeed(connection.jetstream(), subjects, { trusted: options.signing?.trusted, onReopened });
  const guard = await startGuard({ feed, modes, publisher, store, known, clock, telemetry, log, options });
  shutdown.onStop(() => guard.stop());
  const worker = randomUUID().slice(0, 8);
  let candidateRuns: CandidateRuns | undefined;
  const inForce = await openRulesInForce(options, {
    connection,
    replicas: options.replicas,
    onReopened,
    worker,
    mode: policy().mode,
    publisher,
    clock,
    log,
    triedOn: (digest) => candidateRuns?.counts(digest) ?? { tried: 0, left_out: 0 },
  });
  shutdown.onStop(() => inForce.stop());
  const rules = inForce.current;
  candidateRuns = createCandidateRuns({
    manager,
    subjects,
    unlabelled,
    publisher,
    rules,
    candidate: inForce.candidate,
    policy,
    clock,
    log,
  });
  shutdown.onStop(async () => candidateRuns?.stop());
  const ledger = createRuleLedger(() => performance.now());
  const ports = {
    rules,
    policy: () => withFleetMode(policy(), guard.mode()),
    admit: guard.admit,
    mistaken: (mistake: Mistake) => countMistake({ modes, publisher, clock }, mistake),
    store,
    history: createLogHistory(manager, subjects, unlabelled, logBegin, losses.get),
    unlabelled,
    lastLoss: losses.get,
    publisher,
    drifts: writes.drifts(createUnmatchedCounter(fleet)),
    clock,
    telemetry,
    worker,
    ended: candidateRuns.take,
    flood: createFloodGate(),
    inTurn: createRunTurns(),
    costs: createRuleCosts({
      limit: RULE_SHARE,
      windowMs: COST_WINDOW_MS,
      nowMs: () => performance.now(),
      ...options.ruleCosts,
      rules,
      quarantined: guard.quarantined,
      ledger,
      onDear: guard.quarantine,
      onWindow: (share) => telemetry.rulesTimed({ share }),
    }),
  };
  return { ports, guard, known, modes, ledger };
}
