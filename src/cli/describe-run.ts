import { phaseOf } from '../classify/run-phase.ts';
import { runKey } from '../contracts/run.ts';
import type { RunState } from '../contracts/run-state.ts';
import { formatTime } from '../contracts/time.ts';
import { excerpt } from '../decode/excerpt.ts';
import { normaliseText } from '../decode/normalise-text.ts';
import { inOneLine } from '../decode/written-out.ts';
import type { LastOutput } from '../pipeline/ports/ports.ts';
import type { coloursFor } from './terminal/colour.ts';

/** All that is known of a run, for people. */
export function describeRun(
  state: RunState,
  last: LastOutput | undefined,
  colours: ReturnType<typeof coloursFor>,
): string {
  const { verdict, credential, exited, used_again_ms } = state;
  const rows: [string, string | undefined][] = [
    ['state', phaseOf(state)],
    ['runtime', [state.runtime, state.runtime_version].filter(Boolean).join(' ')],
    [
      'credential',
      credential && [credential.kind, credential.subscription, credential.fingerprint].filter(Boolean).join(' '),
    ],
    ['started', timeOf(state.started_ms)],
    ['succeeded', timeOf(state.succeeded?.at_ms)],
    ['exited', exited && `${formatTime(exited.at_ms)} ${exited.signal ?? `code ${exited.code ?? '?'}`}`],
    ['superseded by', state.superseded_by === undefined ? undefined : `attempt ${state.superseded_by}`],
    [
      'used again',
      used_again_ms === undefined
        ? undefined
        : `${formatTime(used_again_ms)} by another process; what it did belongs to no run`,
    ],
    ['last words', last && `${formatTime(last.atMs)} ${last.stream}: ${excerpt(normaliseText(last.text), 120)}`],
    ...state.suspicions.map((suspicion): [string, string] => [
      'suspicion',
      `${suspicion.rule_key}, ${suspicion.due_ms === null ? 'settled when the run exits' : `settled at ${formatTime(suspicion.due_ms)}`}: ${suspicion.evidence?.excerpt ?? ''}`,
    ]),
    ['verdict', verdict && `${verdict.disposition} ${verdict.category} by ${verdict.rule_key}`],
    ['evidence', verdict?.record.evidence[0]?.excerpt],
    [
      'command',
      verdict?.command_id &&
        `${verdict.command_id}, offered ${verdict.offered === 1 ? 'once' : `${verdict.offered} times`}`,
    ],
    [
      'ack',
      verdict?.acked
        ? `${verdict.acked.outcome} by ${verdict.acked.by} at ${formatTime(verdict.acked.at_ms)}`
        : undefined,
    ],
    [
      'timings',
      verdict?.record.timings &&
        Object.entries(verdict.record.timings)
          .map(([name, ms]) => `${name.replace(/_ms$/, '')} ${ms} ms`)
          .join(', '),
    ],
    [
      'recorded',
      Object.entries(state.recorded)
        .map(([rule, times]) => `${rule} ×${times}`)
        .join(', '),
    ],
  ];
  const shown = rows.flatMap(([title, value]) => (value ? [[title, inOneLine(value)] as const] : []));
  const width = Math.max(...shown.map(([title]) => title.length));
  return [
    colours.bold(runKey(state)),
    ...shown.map(([title, value]) => `  ${colours.dim(title.padEnd(width))}  ${value}`),
    '',
  ].join('\n');
}

function timeOf(ms: number | undefined): string | undefined {
  return ms === undefined ? undefined : formatTime(ms);
}
