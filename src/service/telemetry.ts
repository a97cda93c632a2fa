import { isDeepStrictEqual } from 'node:util';
import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import { Category } from '../contracts/categories.ts';
import { Disposition, type FailureRecord } from '../contracts/failure-record.ts';
import { NoticeKind } from '../contracts/notice.ts';
import { type Run, runKey } from '../contracts/run.ts';
import type { Logger } from '../logging/logger.ts';
import { paceWarnings } from '../logging/pace-warnings.ts';
import type { Telemetry } from '../pipeline/ports/telemetry.ts';

export interface ServiceTelemetry extends Telemetry {
  readonly registry: Registry;
}

/**
 * What happens in the pipeline, as log lines and as metrics: one call drives both.
 * Log lines carry ids and categories, never the text of a run's output beyond its redacted excerpt.
 */
export function createTelemetry(log: Logger): ServiceTelemetry {
  const registry = new Registry();
  const warn = paceWarnings(log);
  let toldMode: object | undefined;
  const counter = <L extends string>(name: string, help: string, labelNames: L[] = []) =>
    new Counter({ name, help, labelNames, registers: [registry] });

  const chunks = counter('knell_log_messages_total', 'Log messages read');
  const bytes = counter('knell_log_bytes_total', 'Bytes of agent output read');
  const candidates = counter('knell_candidate_lines_total', 'Lines the prefilter let through');
  const rejected = counter('knell_messages_rejected_total', 'Messages that can never be read, kept out of redelivery');
  const unread = counter('knell_rows_unread_total', 'Rows of messages that are not in the form that their codec says');
  const passedOver = counter(
    'knell_flood_lines_passed_over_total',
    'Lines of floods of failures that were not read, since others like them were',
  );
  const retried = counter('knell_messages_retried_total', 'Messages given back because something outside failed');
  const aborts = counter('knell_aborts_total', 'Abort commands published', ['category']);
  const repeats = counter('knell_abort_repeats_total', 'Abort commands that were there already');
  const offers = counter('knell_abort_offers_total', 'Abort commands offered again for want of an ack');
  const records = counter('knell_failure_records_total', 'Failure records published', ['category', 'disposition']);
  const notices = counter('knell_notices_total', 'Notices published', ['kind']);
  const conflicts = counter('knell_state_conflicts_total', 'Run states that another worker wrote first');
  const unknown = counter(
    'knell_rules_unknown_total',
    'Times that RE2 failed on a line, so that a rule could not be tried',
  );
  const quarantined = counter(
    'knell_rules_quarantined_total',
    'Rules that this worker has put in quarantine because they cost more than their share',
    ['rule'],
  );
  const shadowed = new Gauge({
    name: 'knell_rules_shadowed',
    help: 'Rules that may not abort until a person says so, by what they have used up: aborts or cost',
    labelNames: ['over'],
    registers: [registry],
  });
  const fleetShadow = new Gauge({
    name: 'knell_fleet_shadow',
    help: '1 while the whole fleet is in shadow mode and ends no run',
    registers: [registry],
  });
  const timed = new Gauge({
    name: 'knell_rules_time_share',
    help: "What decoding and trying the rules took of this worker's time lately, 0 to 1",
    registers: [registry],
  });
  const settled = counter('knell_suspicions_total', 'Suspicions settled', ['outcome']);
  const latency = new Histogram({
    name: 'knell_evidence_to_command_seconds',
    help: 'From the evidence being printed to the abort command being stored',
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60],
    registers: [registry],
  });

  const late = new Histogram({
    name: 'knell_attention_late_seconds',
    help: 'How long after its time a suspicion, a silence or a command was attended to',
    buckets: [0.05, 0.1, 0.25, 0.5, 0.75, 1, 1.5, 2, 3, 5, 10, 30, 60],
    registers: [registry],
  });
  const acked = new Histogram({
    name: 'knell_command_to_ack_seconds',
    help: 'From the abort command being stored to its ack',
    buckets: [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 900],
    registers: [registry],
  });
  const exited = new Histogram({
    name: 'knell_ack_to_exit_seconds',
    help: 'From the ack to the exit of the run; at once where the host reports the exit first',
    buckets: [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300],
    registers: [registry],
  });
  const observeSteps = (timings: FailureRecord['timings']): void => {
    if (timings?.command_to_ack_ms !== undefined) acked.observe(timings.command_to_ack_ms / 1_000);
    if (timings?.ack_to_exit_ms !== undefined) exited.observe(Math.max(0, timings.ack_to_exit_ms) / 1_000);
  };

  // A counter that is not there yet looks like one that is gone: all start at 0.
  for (const category of Category.options) {
    aborts.inc({ category }, 0);
    for (const disposition of Disposition.options) records.inc({ category, disposition }, 0);
  }
  for (const kind of NoticeKind.options) notices.inc({ kind }, 0);
  for (const outcome of ['confirmed', 'dropped']) settled.inc({ outcome }, 0);

  const name = (run: Run) => ({ run: runKey(run) });
  return {
    registry,
    chunkRead({ bytes: size, candidates: lines }) {
      chunks.inc();
      bytes.inc(size);
      candidates.inc(lines);
    },
    messageRejected(info) {
      rejected.inc();
      log.warn(info, 'rejected a message');
    },
    rowsUnread({ run, rows, reason }) {
      unread.inc(rows);
      log.debug({ ...name(run), rows, reason }, 'could not read rows of a message');
    },
    linesPassedOver({ subject, lines, begins }) {
      passedOver.inc(lines);
      if (begins)
        log.warn({ subject }, 'a run says more failures than are read; each kind of them is, and the last ones');
    },
    messageRetried({ subject, error }) {
      retried.inc();
      warn({ subject, err: error }, 'could not finish a message; it will come again');
    },
    effectPublished({ effect, repeated }) {
      if (effect.kind === 'notice') {
        notices.inc({ kind: effect.notice.kind });
        log.info({ kind: effect.notice.kind, message: effect.notice.message }, 'published a notice');
        return;
      }
      if (effect.kind === 'drift') {
        log.info(
          { fingerprint: effect.fingerprint, message: effect.notice.message },
          'saw a failure that no rule knows',
        );
        return;
      }
      if (effect.kind === 'mistake') {
        log.warn({ ...name(effect.run), rule: effect.rule }, 'a rule was wrong: the run succeeded');
        return;
      }
      if (effect.kind === 'offer') {
        offers.inc();
        log.warn(name(effect.run), 'offered an abort command again: no host has acknowledged it');
        return;
      }
      const { record } = effect;
      const about = { ...name(record), category: record.category, rule: `${record.rule.pack}/${record.rule.id}` };
      if (effect.kind === 'record' && effect.revision) {
        observeSteps(record.timings);
        return;
      }
      records.inc({ category: record.category, disposition: record.disposition });
      if (effect.kind === 'record') {
        log.info({ ...about, disposition: record.disposition, reason: record.reason }, 'published a failure record');
      } else if (repeated) {
        repeats.inc();
        log.info({ ...about, command: effect.command.command_id }, 'the abort command was there already');
      } else {
        aborts.inc({ category: record.category });
        const lateMs = record.timings?.evidence_to_command_ms ?? 0;
        latency.observe(lateMs / 1_000);
        log.warn(
          { ...about, command: effect.command.command_id, evidence: record.evidence[0]?.excerpt },
          'published an abort command',
        );
      }
    },
    conflictRetried() {
      conflicts.inc();
    },
    rulesUnknown({ run, rules }) {
      unknown.inc(rules.length);
      log.error({ ...name(run), rules }, 'RE2 could not try a pattern; whether its rule holds is unknown');
    },
    ruleQuarantined({ key, share, limit }) {
      quarantined.inc({ rule: key });
      log.error(
        { rule: key, share, limit },
        'a rule costs more than its share; it is in quarantine for the whole fleet',
      );
    },
    fleetModeChanged({ mode }) {
      const rules = Object.values(mode.shadowed);
      fleetShadow.set(mode.mode === 'shadow' ? 1 : 0);
      const dear = rules.filter(({ over }) => over === 'cost').length;
      shadowed.set({ over: 'cost' }, dear);
      shadowed.set({ over: 'aborts' }, rules.length - dear);
      const { reason: because, by } = mode.because ?? {};
      const told = { mode: mode.mode, because, by, shadowed: Object.keys(mode.shadowed) };
      // What is there at the start comes twice: it is read, and then followed.
      if (isDeepStrictEqual(told, toldMode)) return;
      toldMode = told;
      log.info(told, 'the mode of the fleet');
    },
    rulesTimed({ share }) {
      timed.set(share);
    },
    dueRunHandled({ run, before, after, lateMs }) {
      late.observe(Math.max(0, lateMs) / 1_000);
      const confirmed = after.verdict !== undefined && before.verdict === undefined;
      for (const suspicion of before.suspicions) {
        if (after.suspicions.includes(suspicion)) continue;
        settled.inc({ outcome: confirmed ? 'confirmed' : 'dropped' });
        log.info({ ...name(run), rule: suspicion.rule_key, confirmed, lateMs }, 'settled a suspicion');
      }
    },
  };
}
