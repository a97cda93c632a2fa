import type { DecodedEvent } from './event.ts';

/** Clients that print an event of their own at the beginning of each turn. */
const ANNOUNCE: ReadonlySet<string> = new Set(['claude-code', 'qwen-code', 'pi', 'codex']);

/**
 * Whether an event shows that an agent which reads prompts from its input has been given one: its client says so, or its model speaks. A
 * tool never speaks first, and may report behind the end of its turn; what a client says when it starts, and a prompt that it
 * repeats, begin nothing.
 */
export function showsTurn(event: DecodedEvent): boolean {
  if (!event.typed || event.subagent) return false;
  return event.beginsTurn === true || (event.provenance === 'narration' && !event.claimsError);
}

/** The same behind the end of a turn: what a model still says there may belong to that one, where its client announces each turn. */
export function showsNextTurn(event: DecodedEvent, runtime: string): boolean {
  return showsTurn(event) && (event.beginsTurn === true || !ANNOUNCE.has(runtime));
}
