import { z } from 'zod';

/**
 * What kind of failure a verdict names. Two tokens, so `knell.failures.auth.>` selects a family.
 * `tool.failure` exists so that a rule can say "this is only a tool's trouble"; no failure record is owed for it.
 */
export const CATEGORIES = [
  'auth.token_expired',
  'auth.token_revoked',
  'auth.invalid_credentials',
  'auth.not_logged_in',
  'auth.forbidden',
  'billing.credit_exhausted',
  'quota.usage_limit',
  'rate_limit.429',
  'provider.overloaded',
  'provider.server_error',
  'provider.timeout',
  'network.dns',
  'network.connection',
  'context.too_long',
  'model.not_found',
  'policy.refusal',
  'runtime.oom',
  'runtime.disk_full',
  'runtime.crash',
  'runtime.missing_binary',
  'runtime.stalled',
  'permission.denied',
  'interactive.prompt',
  'mcp.failure',
  'tool.failure',
  'config.invalid',
  'git.auth',
  'limit.turns',
  'limit.budget',
  'run.loop',
  'run.endless_retry',
  'run.no_effect',
  'platform.completion_unreported',
  'platform.command_unanswered',
  'unknown.unmatched',
] as const;

export const Category = z.enum(CATEGORIES).meta({ description: 'What kind of failure: two tokens, family and cause.' });
export type Category = z.infer<typeof Category>;

/** How far a failure reaches. A backend switches subscriptions on `subscription`, and waits on `provider`. */
export const Scope = z.enum(['run', 'agent', 'subscription', 'provider', 'platform']);
export type Scope = z.infer<typeof Scope>;

export const Severity = z.enum(['info', 'warning', 'error', 'critical']);
export type Severity = z.infer<typeof Severity>;

/** What the backend should do next with this piece of work. */
export const NextAction = z.enum(['fail', 'retry', 'retry_after', 'switch_subscription', 'fix_agent', 'notify_owner']);
export type NextAction = z.infer<typeof NextAction>;

/** Who speaks in an event. Only `runtime` may ever justify an abort by itself. */
export const Provenance = z.enum(['runtime', 'narration', 'tool', 'prompt', 'unknown']);
export type Provenance = z.infer<typeof Provenance>;

/** How good a piece of evidence is; see the contract's words. */
export const Grade = z.enum(['typed', 'stated', 'mixed']);
export type Grade = z.infer<typeof Grade>;
