import { expect, test } from 'vitest';
import { observe } from '../../src/classify/observe.ts';
import { endsByItself, standByCommand, verdictOf } from '../../src/classify/stand-by-command.ts';
import type { VerdictState } from '../../src/contracts/run-state.ts';
import { formatTime } from '../../src/contracts/time.ts';
import { claude } from '../support/claude-lines.ts';
import { contextAt, occurrenceOf, stateWith } from '../support/decisions.ts';
import { abortCommand, RUN, T0 } from '../support/messages.ts';
import { rulesFrom } from '../support/rules.ts';

const failure = occurrenceOf(
  rulesFrom("rules: [{ id: expired, match: [{ event: result, text: 'token has expired' }] }]"),
  claude.fails('token has expired', 401),
);
const exited = { at_ms: T0 + 50, code: null, signal: 'SIGINT' };
const anew = observe(stateWith({ exited }), failure, contextAt(T0));
const command = abortCommand(RUN, { category: 'auth.token_expired', issued_at: formatTime(T0 + 10) });

test('a new verdict on a run that had exited may have to stand by a command; one with a command, or an old one, may not', () => {
  expect(endsByItself(stateWith({ exited }), anew)).toBe(true);
  expect(endsByItself(stateWith(), observe(stateWith(), failure, contextAt(T0)))).toBe(false);
  expect(endsByItself(anew.state, { state: anew.state, effects: [] })).toBe(false);
});

test('the verdict of a command names it, its cause and when it was given', () => {
  const verdict = verdictOf(command, anew.state.verdict as VerdictState, T0 + 60);
  expect(verdict).toMatchObject({
    disposition: 'aborted',
    command_id: command.command_id,
    issued_ms: T0 + 10,
    record: { disposition: 'aborted', command_id: command.command_id, category: 'auth.token_expired' },
  });
  expect(verdict.record.reason).toBeUndefined();
});

test('it takes the place of what was decided anew, with its record', () => {
  const verdict = verdictOf(command, anew.state.verdict as VerdictState, T0 + 60);
  const { state, effects } = standByCommand(anew, verdict);
  expect(state).toMatchObject({ exited, verdict });
  expect(effects).toEqual([{ kind: 'record', record: verdict.record }]);
  expect(standByCommand({ state, effects: [] }, verdict).effects).toEqual([]);
});
