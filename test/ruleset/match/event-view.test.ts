import { expect, it } from 'vitest';
import type { DecodedEvent } from '../../../src/decode/event.ts';
import { createEventView } from '../../../src/ruleset/match/event-view.ts';

it('turns the text of an event into bytes once, and only when asked', () => {
  let asked = 0;
  const event = {
    get text() {
      asked += 1;
      return 'ä';
    },
  } as DecodedEvent;
  const view = createEventView(event, 'stderr');
  expect([view.event, view.stream, asked]).toEqual([event, 'stderr', 0]);
  expect(view.text).toEqual(Buffer.from('ä'));
  expect(view.text).toBe(view.text);
  expect(asked).toBe(1);
});
