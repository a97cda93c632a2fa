import type { UsageWindow } from '../../contracts/api/subscriptions.ts';
import type { Notice } from '../../contracts/notice.ts';

/** How the windows of plans are called. */
const NAMES: Readonly<Record<string, string>> = { five_hour: 'five hours', seven_day: 'seven days', weekly: 'a week' };

/**
 * The usage windows of a subscription, as far as runs reported them: the latest word on each. What a runtime says of a
 * window stands in the excerpt of a notice, between quotes of either kind. Pure.
 *
 * @param notices newest first
 */
export function windowsOf(subscription: string, notices: readonly Notice[]): UsageWindow[] {
  const found = new Map<string, UsageWindow>();
  for (const { kind, at, message, subscription: about } of notices) {
    if (kind !== 'quota_warning' || about !== subscription) continue;
    const word = /["']rateLimitType["']:\s*["']([a-z_]{1,40})["']/.exec(message)?.[1];
    const said = /your (.{1,40}?) limit/.exec(message)?.[1];
    const name = (word && (NAMES[word] ?? word.replaceAll('_', ' '))) ?? said ?? 'plan';
    if (found.has(name)) continue;
    const seconds = Number(/["']resetsAt["']:\s*(\d{9,10})\b/.exec(message)?.[1]);
    const percent = Number(/(\d{1,3})\s?%/.exec(message)?.[1] ?? Number.NaN);
    const share = Number(/["']utilization["']:\s*(0?\.\d+|1(?:\.0+)?)/.exec(message)?.[1] ?? Number.NaN);
    const used = Number.isFinite(share) ? share : percent <= 100 ? percent / 100 : Number.NaN;
    found.set(name, {
      name,
      ...(Number.isFinite(used) && { used }),
      ...(Number.isFinite(seconds) && { resets_at: new Date(seconds * 1_000).toISOString() }),
      seen_at: at,
      message,
    });
  }
  return [...found.values()];
}
