import type { Run } from '../contracts/run.ts';

/** One agent of the demo: what it plays, and what has to come true of it. */
export interface Role {
  readonly run: Run;
  readonly part: string;
  readonly subscription: string;
  /** The token that it authenticates with; made up, like all of this. */
  readonly token: string;
  readonly story: string;
  /** `ended`: knell ended it, tree and all · `failed`: it failed by itself, and knell said why · `finished`: left alone. */
  readonly fate: 'ended' | 'failed' | 'finished';
}

export const EXPIRED_TOKEN = 'token-of-team-a-expired';
export const NEW_TOKEN = 'token-of-team-a-new';

const role = (agent: string, part: string, subscription: string, fate: Role['fate'], story: string): Role => ({
  run: { agent, execution: 'demo', attempt: 1 },
  part,
  subscription,
  token: subscription === 'team-a' ? EXPIRED_TOKEN : `token-of-${subscription}`,
  story,
  fate,
});

/** What comes after the incident: ordinary work, wherever there is a good token. */
export function laterRole(agent: string, subscription: string, token: string): Role {
  return { ...role(agent, 'works', subscription, 'finished', 'does a small piece of work'), token };
}

/** The incident: one subscription whose token has expired, and a healthy neighbour on another. */
export const CAST: readonly Role[] = [
  role('fast', 'fails-fast', 'team-a', 'failed', 'fails at once, and says why'),
  role('retry', 'retries-then-hangs', 'team-a', 'ended', 'retries on 401, then hangs for an hour'),
  role('banner', 'banner-then-hangs', 'team-a', 'ended', 'prints a login banner, then hangs for an hour'),
  role('reader', 'healthy', 'team-b', 'finished', 'healthy: reads this incident, quotes every error text'),
];

/** After how long a platform's own watchdog would have ended a hanging run, in seconds. */
export const TIMEOUT_S = 3_600;
