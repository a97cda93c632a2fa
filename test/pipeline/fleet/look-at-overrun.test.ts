import { expect, test } from 'vitest';
import { createAbortMeter, type Overrun } from '../../../src/classify/abort-budget.ts';
import { lookAtOverrun } from '../../../src/pipeline/fleet/look-at-overrun.ts';
import { abortCommand } from '../../support/messages.ts';

const AT_MS = Date.parse('2026-11-28T12:00:00.000Z');
const few = { perMinute: 3, perHour: 1_000 };
const many = { perMinute: 9_999, perHour: 9_999 };

test('messages of others that arrive during the look take nothing into shadow', async () => {
  const meter = createAbortMeter({ rule: few, subscription: many, all: many });
  let sent = 0;
  const foreign = (): Overrun[] => {
    sent += 1;
    return meter.add(abortCommand({ agent: 'foreign', execution: `e${sent}`, attempt: 1 }), AT_MS);
  };
  const overrun = Array.from({ length: 4 }, foreign).flat()[0] as Overrun;
  // Each state that is read takes time, in which two more arrive.
  const store = {
    get: async () => {
      foreign();
      foreign();
      return undefined;
    },
  };
  const at = (nowMs: number) =>
    lookAtOverrun(overrun, { meter, store, successes: { lastMs: async () => undefined }, nowMs: () => nowMs });
  expect(await at(AT_MS + 100)).toEqual({ isOpen: true, outages: [] });
  // Their runs have no state after the grace either: they are forgotten, and so are those that came during the first look.
  store.get = async () => undefined;
  expect(await at(AT_MS + 6_000)).toEqual({ isOpen: false, outages: [] });
});
