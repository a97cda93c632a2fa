/** The wire formats that the stub speaks. */
export type Dialect = 'anthropic' | 'openai' | 'google';

/** What is wrong at the provider, whatever it calls that. */
export type Fault =
  | 'bad_key'
  | 'token_expired'
  | 'token_revoked'
  | 'forbidden'
  | 'credit'
  | 'rate_limit'
  | 'usage_limit'
  | 'server_error'
  | 'overloaded'
  | 'unknown_model'
  | 'too_long';

export interface FaultResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: unknown;
}

export interface FaultContext {
  /** The model that the request named. */
  readonly model: string;
  /** Now, in milliseconds of the epoch: reset times are told relative to it. */
  readonly nowMs: number;
}

/** How long after the refused request a usage limit is lifted, in seconds. */
export const USAGE_RESET_S = 3 * 3600 + 1740;
