import { describe, expect, it } from 'vitest';
import { checkSilence, type Silence } from '../../src/classify/check-silence.ts';
import { DEFAULT_POLICY } from '../../src/classify/policy.ts';
import { newRunState } from '../../src/classify/run-state.ts';
import type { CompiledStall } from '../../src/ruleset/rule-set.ts';
import { RUN, T0 } from '../support/messages.ts';

const MINUTE = 60_000;
const LIMITS = { warnMs: 5 * MINUTE, abortMs: 15 * MINUTE };
const STALL: CompiledStall = {
  pack: { id: 'stall', pack: 'claude-code', version: '1.0.0', digest: 'd' },
  ...LIMITS,
  soonestMs: LIMITS.warnMs,
  text: { warnMs: 10 * MINUTE },
  openTool: () => ({ warnMs: 30 * MINUTE }),
};
const SILENCE: Silence = {
  sinceMs: T0,
  position: { seq: 1, row: 0 },
  format: 'structured',
  tellsTools: false,
  tree: { tools: 0, idleMs: 20 * MINUTE, seenAgoMs: 0 },
};

function silentFor(minutes: number, silence: Partial<Silence> = {}, state = newRunState(RUN)) {
  const context = { policy: DEFAULT_POLICY, nowMs: T0 + minutes * MINUTE, digest: 'd' };
  const outcome = checkSilence(state, STALL, { ...SILENCE, ...silence }, context);
  return { ...outcome, kinds: outcome.effects.map(({ kind }) => kind) };
}

describe('silence', () => {
  it('is nothing to speak of before the warning', () => {
    const { kinds, state } = silentFor(4);
    expect([kinds, state.stall]).toEqual([[], { due_ms: T0 + 5 * MINUTE }]);
  });

  it('is warned about once', () => {
    const first = silentFor(6);
    expect(first.kinds).toEqual(['notice']);
    expect(silentFor(7, {}, first.state).kinds).toEqual([]);
  });

  it('ends a run whose tree is idle when the limit is over', () => {
    const { state } = silentFor(15);
    expect(state.verdict).toMatchObject({ category: 'runtime.stalled' });
  });

  it.each<[string, Partial<Silence>]>([
    ['a tool is at work', { tree: { tools: 1, idleMs: 0, seenAgoMs: 0 } }],
    ['the tree was at work within the limit', { tree: { tools: 0, idleMs: 15 * MINUTE - 1, seenAgoMs: 0 } }],
    [
      'what the tree did within the limit was not seen',
      { tree: { tools: 0, idleMs: 14.5 * MINUTE, seenAgoMs: 40_000 } },
    ],
    ['the host of the tree is cut off', { tree: { tools: 0, idleMs: 20 * MINUTE, seenAgoMs: 46_000 } }],
    ['its last event has opened a tool', { openTool: 'Bash' }],
    ['it prints plain text, which has no limit here', { format: 'text' }],
  ])('does not end a run when %s', (_what, silence) => {
    expect(silentFor(16, silence).state.verdict).toBeUndefined();
  });

  it.each<[string, boolean, Silence['tree']]>([
    ['is ended where its tree is idle', true, { tools: 0, idleMs: 90 * MINUTE, seenAgoMs: 0 }],
    ['is not while a process works on it', false, { tools: 1, idleMs: 0, seenAgoMs: 0 }],
    ['is not where no host sees the tree', false, undefined],
  ])('a run whose tool call outlasts its limit %s', (_what, isEnded, tree) => {
    const stall = { ...STALL, openTool: () => ({ warnMs: 20 * MINUTE, abortMs: 60 * MINUTE }) };
    const { tree: _, ...unseen } = SILENCE;
    const silence = { ...unseen, tellsTools: true, openTool: 'Bash', ...(tree && { tree }) };
    const context = (minutes: number) => ({ policy: DEFAULT_POLICY, nowMs: T0 + minutes * MINUTE, digest: 'd' });
    expect(checkSilence(newRunState(RUN), stall, silence, context(59)).state.verdict).toBeUndefined();
    const { state } = checkSilence(newRunState(RUN), stall, silence, context(61));
    expect(state.verdict?.category).toBe(isEnded ? 'runtime.stalled' : undefined);
  });

  it.each([
    ['Bash', 'while its tool Bash is at work', 'Bash'],
    ['', 'while a tool may be at work', undefined],
  ])('is warned about with the open tool, as far as it is known: "%s"', (openTool, words, named) => {
    const [effect] = silentFor(31, { openTool }).effects;
    const notice = effect?.kind === 'notice' ? effect.notice : undefined;
    expect(notice?.message).toContain(words);
    expect(notice).toMatchObject(named === undefined ? {} : { open_tool: named });
    expect('open_tool' in (notice ?? {})).toBe(named !== undefined);
  });

  it.each([true, false])('without a tree ends a run only where its output would tell of tools: %s', (tellsTools) => {
    const { tree: _, ...unseen } = SILENCE;
    const context = { policy: DEFAULT_POLICY, nowMs: T0 + 16 * MINUTE, digest: 'd' };
    const { state } = checkSilence(newRunState(RUN), STALL, { ...unseen, tellsTools }, context);
    expect(state.verdict !== undefined).toBe(tellsTools);
  });
});
