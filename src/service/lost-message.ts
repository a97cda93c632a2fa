import type { StreamEvents } from '../nats/stream-watch.ts';

type Lost = Parameters<StreamEvents['entriesLost']>[0];

/** That a stream lost entries: what was seen of it, and what follows. */
export function lostMessage({ stream, lost, how, before, now }: Lost): string {
  if (how === 'anew') {
    return `The stream ${stream} is another one than before, made at ${now.created}: at least ${lost} entries of the one before are gone, and what they told.`;
  }
  if (how === 'back') {
    return `The stream ${stream} has gone back: it ended at sequence ${before.state.last_seq}, and then at ${now.state.last_seq}. The server came back with an older copy of its store, or without what it had not synced to its disk. At least ${lost} entries are gone, and what they told.`;
  }
  return `The stream ${stream} lost at least ${lost} entries that it was to keep: somebody made its limits smaller, if only for a moment, or purged it. What they told is gone; see "knell doctor" for its settings, and "knell nats permissions" for who may change them.`;
}
