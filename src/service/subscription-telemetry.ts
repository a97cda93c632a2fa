import { Counter, Histogram, type Registry } from 'prom-client';
import type { Logger } from '../logging/logger.ts';
import { paceWarnings } from '../logging/pace-warnings.ts';
import { probeSeen } from '../subscriptions/probe/apply-probe.ts';
import type { SubscriptionTelemetry } from '../subscriptions/telemetry.ts';

/**
 * What happens to subscriptions, as log lines and as metrics: ids and causes, never a token.
 *
 * Answers and warnings are counted by the worker that gave them. Breakers and probes are counted as they are seen in the
 * registry, which every worker watches as a whole: of those take one worker's figure, not the sum.
 */
export function createSubscriptionTelemetry(log: Logger, registry: Registry): SubscriptionTelemetry {
  const warn = paceWarnings(log);
  const counter = <L extends string>(name: string, help: string, labelNames: L[] = []) =>
    new Counter({ name, help, labelNames, registers: [registry] });
  const answers = counter('knell_preflight_answers_total', 'Preflight questions answered', ['answer']);
  const took = new Histogram({
    name: 'knell_preflight_seconds',
    help: 'From a preflight question to its answer, inside the service',
    buckets: [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1],
    registers: [registry],
  });
  const breakers = counter(
    'knell_breaker_changes_total',
    'Breakers of subscriptions that changed, by what they became',
    ['state'],
  );
  const probes = counter('knell_probes_total', 'Probes of tokens that settled something', ['outcome']);
  const warnings = counter('knell_expiry_warnings_total', 'Warnings sent that a token ends', ['rung']);
  const rejected = counter('knell_subscription_evidence_rejected_total', 'Messages that are no evidence');
  const retried = counter('knell_subscription_retries_total', 'Work on subscriptions that has to be done again');
  return {
    recordChanged({ record, what }) {
      const about = { kind: record.kind, subscription: record.id, breaker: record.breaker.state, what };
      if (what === undefined) log.debug(about, 'learned about a subscription');
      else log.info(about, 'a subscription changed');
    },
    recordSeen({ before, record }) {
      const { state } = record.breaker;
      if (state !== (before?.breaker.state ?? 'closed')) breakers.inc({ state });
      const outcome = probeSeen(before, record);
      if (outcome) probes.inc({ outcome });
    },
    expiryWarned({ record, rung }) {
      warnings.inc({ rung });
      log.warn({ subscription: record.id, rung, expires: record.expires_at }, 'warned that a token ends');
    },
    preflightAnswered({ answer, tookMs }) {
      answers.inc({ answer });
      took.observe(tookMs / 1_000);
    },
    evidenceRejected(info) {
      rejected.inc();
      log.debug(info, 'not evidence about a subscription');
    },
    workRetried({ what, error }) {
      retried.inc();
      warn({ what, err: error }, 'could not finish; it will be tried again');
    },
  };
}
