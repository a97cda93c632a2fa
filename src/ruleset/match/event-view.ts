import type { StreamName } from '../../contracts/run.ts';
import type { DecodedEvent } from '../../decode/event.ts';

/** An event as conditions look at it: its text is turned into bytes once, and only when a pattern asks for it. */
export interface EventView {
  readonly event: DecodedEvent;
  readonly stream: StreamName;
  readonly text: Buffer;
}

export function createEventView(event: DecodedEvent, stream: StreamName): EventView {
  return new LateText(event, stream);
}

// A class, because V8 takes longer to make an object with a getter of its own than to match most events.
class LateText implements EventView {
  readonly event: DecodedEvent;
  readonly stream: StreamName;
  #text: Buffer | undefined;

  constructor(event: DecodedEvent, stream: StreamName) {
    this.event = event;
    this.stream = stream;
  }

  get text(): Buffer {
    this.#text ??= Buffer.from(this.event.text, 'utf8');
    return this.#text;
  }
}
