import type { DecodedEvent } from './event.ts';

/**
 * Whether an event shows that an agent which reads prompts from its input has been given one: its client says so, or its model speaks. A
 * tool never speaks first, and may report behind the end of its turn; what a client says when it starts, and a prompt that it
 * repeats, begin nothing.
 */
export function showsTurn(event: DecodedEvent): boolean {
  if (!event.typed || event.subagent) return false;
  return event.beginsTurn === true || (event.provenance === 'narration' && !event.claimsError);
}
