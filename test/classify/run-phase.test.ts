import { expect, it } from 'vitest';
import { phaseOf } from '../../src/classify/run-phase.ts';
import type { RunState } from '../../src/contracts/run-state.ts';
import { stateWith } from '../support/decisions.ts';

const exited = (code: number | null, signal: string | null = null) =>
  ({ exited: { code, signal, at_ms: 0 } }) as unknown as Partial<RunState>;
const aborted = { verdict: { disposition: 'aborted' } } as unknown as Partial<RunState>;
const suspected = { suspicions: [{}] } as unknown as Partial<RunState>;
const warned = { stall: { warned_since_ms: 0 } } as unknown as Partial<RunState>;

it.each([
  ['running', {}],
  ['succeeded', { succeeded: true }],
  ['silent', { succeeded: true, ...warned }],
  ['suspected', { ...warned, ...suspected }],
  ['exited', { ...suspected, ...exited(0) }],
  ['succeeded', { succeeded: true, ...exited(0) }],
  ['failed', { succeeded: true, ...exited(1) }],
  ['failed', exited(2)],
  ['failed', exited(null, 'SIGKILL')],
  ['exited', exited(null)],
  ['aborting', { ...suspected, ...aborted }],
  ['ended', { ...aborted, ...exited(null, 'SIGINT') }],
] as const)('calls a run %s', (phase, over) => {
  expect(phaseOf(stateWith(over as Partial<RunState>))).toBe(phase);
});
