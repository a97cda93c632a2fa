/** What one look at a deployment found. */
export interface Check {
  /** What was looked at, in a word or two. */
  readonly check: string;
  readonly level: 'ok' | 'warning' | 'failed';
  /** What was found, and where it is not right, what to do about it. */
  readonly message: string;
  /** Whether it is that no server could be reached. */
  readonly unreachable?: true;
}

/** Looks at one thing, and may find several. Throws what the server answers. */
export type Look = () => Promise<readonly Check[]> | readonly Check[];

export const ok = (check: string, message: string): Check => ({ check, level: 'ok', message });
export const warning = (check: string, message: string): Check => ({ check, level: 'warning', message });
export const failed = (check: string, message: string): Check => ({ check, level: 'failed', message });

/** All that was not right, or one word that everything is. */
export function orOk(check: string, problems: readonly Check[], message: string): readonly Check[] {
  return problems.length > 0 ? problems : [ok(check, message)];
}

/** What a look that could not be finished comes to: why, for people. */
export function unfinished(check: string, error: unknown): Check {
  const { message } = error instanceof Error ? error : new Error(String(error));
  const isAway = (error as { code?: unknown }).code === 'NATS_UNREACHABLE';
  return { ...failed(check, `could not be looked at: ${message}`), ...(isAway && { unreachable: true }) };
}
