import { momentOf, spanOf, useNow } from '../moments.ts';

/** How long ago, or in how long; the moment itself in a tooltip. */
export function When({ at }: { at: number | string | undefined | null }) {
  const now = useNow();
  if (at === undefined || at === null) return <span class="dim">–</span>;
  const ms = typeof at === 'number' ? at : Date.parse(at);
  const away = ms - now;
  const text = away > 1_000 ? `in ${spanOf(away)}` : away > -1_000 ? 'now' : `${spanOf(-away)} ago`;
  return (
    <time dateTime={new Date(ms).toISOString()} title={momentOf(ms)}>
      {text}
    </time>
  );
}
