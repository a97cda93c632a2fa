import type { StreamName } from '../contracts/run.ts';
import type { DecodedEvent } from '../decode/event.ts';

/** An event as conditions look at it: its text is turned into bytes once, and only when a pattern asks for it. */
export interface EventView {
  readonly event: DecodedEvent;
  readonly stream: StreamName;
  readonly text: Buffer;
}

export function createEventView(event: DecodedEvent, stream: StreamName): EventView {
  let text: Buffer | undefined;
  return {
    event,
    stream,
    get text() {
      text ??= Buffer.from(event.text, 'utf8');
      return text;
    },
  };
}
