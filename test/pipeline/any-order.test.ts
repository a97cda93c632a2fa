import { describe, expect, test } from 'vitest';
import type { Run } from '../../src/contracts/run.ts';
import type { RuleSet } from '../../src/ruleset/rule-set.ts';
import { claude } from '../support/claude-lines.ts';
import fc from '../support/fast-check.ts';
import { startMemoryFleet } from '../support/memory-fleet.ts';
import { partOfCount } from '../support/part-of.ts';
import { rulesFrom } from '../support/rules.ts';
import { shippedRules } from '../support/shipped-rules.ts';

/*
 * A message that a worker held when it died comes again behind later ones, and one whose decision could not be stored comes twice.
 * What is decided on a run is the same in whatever order its messages are taken in, and however often.
 */
const { ruleSet: SHIPPED } = await shippedRules();
const run: Run = { agent: 'a1', execution: 'e1', attempt: 1 };
/** So many messages may be stored between a message and its delivery. */
const LATEST = 6;

/** The lines of a message. */
type Message = readonly string[];
type Piece = readonly Message[];

/** When a message is delivered, in messages that are stored meanwhile: once, or twice. */
interface Delivery {
  readonly after: number;
  readonly again?: number | undefined;
}

const IN_ORDER: readonly Delivery[] = [];

/** What comes of a run whose messages are stored some seconds apart and delivered so. */
async function outcomeOf(rules: RuleSet, messages: readonly Message[], deliveries: readonly Delivery[], gapMs: number) {
  const fleet = await startMemoryFleet(rules);
  try {
    await fleet.start(run);
    const due = new Map<number, (() => Promise<void>)[]>();
    const deliverAt = (step: number, take: () => Promise<void>) => due.set(step, [take, ...(due.get(step) ?? [])]);
    for (let step = 0; step < messages.length + LATEST; step += 1) {
      const message = messages[step];
      if (message) {
        const { after, again } = deliveries[step] ?? { after: 0 };
        const number = messages.slice(0, step).flat().length;
        const take = fleet.print(run, message, 'stdout', 'claude-code', { 'Knell-Line': String(number) });
        deliverAt(step + after, take);
        if (again !== undefined) deliverAt(step + again, take);
      }
      for (const take of due.get(step) ?? []) await take();
      await fleet.clock.advance(gapMs);
    }
    const { succeeded, verdict, suspicions } = (await fleet.stateOf(run)) ?? {};
    return {
      failures: fleet.failures,
      aborts: fleet.publisher.aborts.map(({ category }) => category),
      verdict: verdict?.category,
      succeeded: succeeded?.position,
      suspected: suspicions?.map(({ rule_key: key, position }) => `${key} ${position.seq}`),
    };
  } finally {
    await fleet.stop();
  }
}

const delivery = fc.record({
  after: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: LATEST - 1 })),
  again: fc.option(fc.integer({ min: 0, max: LATEST - 1 }), { nil: undefined }),
});

/** Runs made of healthy pieces, and of such with one that dooms them behind. */
const scripts = (healthy: readonly Piece[], doomed: readonly Piece[]) =>
  fc.record({
    pieces: fc.array(fc.constantFrom(...healthy), { minLength: 1, maxLength: 5 }),
    end: fc.option(fc.constantFrom(...doomed), { nil: undefined }),
    deliveries: fc.array(delivery, { minLength: 24, maxLength: 24 }),
    gapMs: fc.constantFrom(100, 3_000),
  });

const says: Message = [claude.says('on it')];
const first: Message = [claude.retry(401, 1)];
const second: Message = [claude.retry(401, 2)];
const turn: Piece = [[claude.succeeds()], [claude.init()]];
const quotes: Piece = [[claude.says('It said: OAuth token has expired')], [claude.toolSays(claude.retry(401, 2))]];

const CAUSES = {
  healthy: [
    [first, says],
    [[...first, ...says], says],
    [[claude.retry(529, 1)], [claude.retry(529, 2)], says],
    turn,
    quotes,
    [says, says],
  ],
  doomed: [[first, second], [[...first, ...second]], [[claude.fails('OAuth token has expired', 401)]]],
};

const AUTHORED = rulesFrom(`
signals:
  - { id: started, means: started, match: [{ event: system/init }] }
  - { id: done, means: success, match: [{ event: result, where: { is_error: false } }] }
rules:
  - id: refused
    match: [{ event: system/api_retry, where: { error_status: 401 }, repeat: { count: 3, within: 60s } }]
    recover: [{ event: assistant, provenance: narration }]
  - id: refused-then-busy
    match:
      - sequence:
          - { event: system/api_retry, where: { error_status: 403 } }
          - { event: system/api_retry, where: { error_status: 529 } }
        within: 60s
    recover: [{ event: assistant, provenance: narration }]
  - id: expired
    match: [{ event: result, text: 'token has expired' }]
`);
const RULES = {
  healthy: [
    [first, second, says],
    [[claude.retry(403)], says, [claude.retry(529)]],
    [[claude.retry(529), claude.retry(403)], says],
    [first, first, ...turn],
    quotes,
    [says, says],
  ],
  doomed: [
    [first, second, [claude.retry(401, 3)]],
    [[claude.retry(403)], [claude.retry(401)], [claude.retry(529)]],
    [[claude.fails('OAuth token has expired', 401)]],
  ],
};

/** Only the message with this number behind the first is held, until so many others are stored behind it. */
const held = (number: number, after: number): Delivery[] =>
  Array.from({ length: number + 2 }, (_, at) => ({ after: at === number + 1 ? after : 0 }));
const begun = (messages: Piece): Piece => [[claude.init()], ...messages];

describe('the verdict on a run is the same in whatever order its messages come, and however often', () => {
  test.each([
    ['by causes', SHIPPED, CAUSES],
    ['by rules that count', AUTHORED, RULES],
  ])('%s', async (_by, rules, { healthy, doomed }) => {
    await fc.assert(
      fc.asyncProperty(scripts(healthy, doomed), async ({ pieces, end, deliveries, gapMs }) => {
        const messages = begun([...pieces.flat(), ...(end ?? [])]);
        const inOrder = await outcomeOf(rules, messages, IN_ORDER, gapMs);
        expect(inOrder.aborts).toHaveLength(end ? 1 : 0);
        expect(await outcomeOf(rules, messages, deliveries, gapMs)).toEqual(inOrder);
      }),
      { numRuns: partOfCount(100, 4) },
    );
  });
});

describe('a run that got over it is not ended', () => {
  test.each<[string, RuleSet, Piece, number, number]>([
    ['for an older first try behind a newer one', SHIPPED, [first, says, first, says], 0, 3],
    ['for a second try of a later request', SHIPPED, [first, says, [claude.retry(529, 1)], second, says], 0, 0],
    ['for that one, and its first is read last', SHIPPED, [first, says, [claude.retry(529, 1)], second, says], 0, 4],
    ['for an older hit behind newer ones', AUTHORED, [first, says, second, second, says], 0, 4],
    ['while its result is held', AUTHORED, [first, second, ...turn, first, says], 2, 3],
    ['for what stands before a result of its last turn', AUTHORED, [first, ...turn, second, second, says], 0, 5],
    [
      'for a failure before a result that was read first',
      AUTHORED,
      [[claude.fails('token has expired', 401)], turn[0] ?? []],
      0,
      1,
    ],
  ])('%s', async (_when, rules, messages, number, after) => {
    expect((await outcomeOf(rules, begun(messages), held(number, after), 1_000)).aborts).toEqual([]);
  });
});

describe('a run that is doomed is ended', () => {
  test.each<[string, Piece, number, number]>([
    ['where the second of its tries comes first', [first, second], 0, 1],
    ['while the beginning of its turn is held', [...turn, first, second], 1, 4],
    ['where the result of the turn before comes after its first lines', [says, ...turn, first, second], 1, 3],
  ])('%s', async (_when, messages, number, after) => {
    expect((await outcomeOf(SHIPPED, begun(messages), held(number, after), 1_000)).aborts).toEqual([
      'auth.invalid_credentials',
    ]);
  });
});
