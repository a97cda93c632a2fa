import { momentOf, nowMs, spanOf, useNow } from '../moments.ts';

/** How long ago, or in how long; the moment itself in a tooltip. */
export function When({ at }: { at: number | string | undefined | null }) {
  useNow();
  if (at === undefined || at === null) return <span class="dim">–</span>;
  const ms = typeof at === 'number' ? at : Date.parse(at);
  // What has just come is newer than the moment for which all were drawn last.
  const away = ms - nowMs();
  const text = away > 1_000 ? `in ${spanOf(away)}` : away > -1_000 ? 'now' : `${spanOf(-away)} ago`;
  return (
    <time dateTime={new Date(ms).toISOString()} title={momentOf(ms)}>
      {text}
    </time>
  );
}
