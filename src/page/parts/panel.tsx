import type { ComponentChildren } from 'preact';
import { countOf } from '../count.ts';

/** A part of a view with a heading of its own. */
export function Panel({
  title,
  aside,
  children,
  class: name = '',
}: {
  title: string;
  aside?: ComponentChildren;
  children: ComponentChildren;
  class?: string;
}) {
  return (
    <section class={`panel ${name}`}>
      <header class="panel-head">
        <h2>{title}</h2>
        {aside && <div class="panel-aside">{aside}</div>}
      </header>
      {children}
    </section>
  );
}

/** How much of something is used up, as a bar and in words. */
export function Meter({ label, used, limit }: { label: string; used: number; limit: number }) {
  const share = Math.min(1, limit === 0 ? 1 : used / limit);
  const tone = share >= 1 ? 'bad' : share >= 0.7 ? 'warn' : 'calm';
  return (
    <div class={`meter tone-${tone}`}>
      <div class="meter-label">
        <span>{label}</span>
        <span class="figure">
          {countOf(used)} of {countOf(limit)}
        </span>
      </div>
      <div class="meter-bar" aria-hidden="true">
        <div class="meter-fill" style={{ width: `${share * 100}%` }} />
      </div>
    </div>
  );
}
