import type { Fault } from './fault.ts';

/** One thing that the model "does" in a turn: says something, and perhaps calls the client's shell tool. */
export interface Step {
  readonly says?: string;
  /** A shell command for whatever shell tool the client offers. Left out, as is `delegates`: the turn ends here. */
  readonly runs?: string;
  /** A piece of work for a subagent of the client, where it offers that. */
  readonly delegates?: string;
  /** How long the model thinks before it says or calls anything, in milliseconds; not a byte comes before. */
  readonly thinksMs?: number;
}

/** The work that the stub hands to subagents. A request whose first message holds it comes from the subagent. */
export const DELEGATED_WORK = 'Subagent work: count the errors in logs/agent.log';

/** What the stub does with a request for a model's answer. */
export type Reply =
  | {
      readonly kind: 'steps';
      readonly steps: readonly Step[];
      readonly repeatLast?: boolean;
      /** How much of a subscription's window is used, told in the answer's headers. */
      readonly window?: 'warning' | 'overage-refused';
    }
  | { readonly kind: 'fault'; readonly fault: Fault }
  /** The model declines: a finished answer of its own kind, not an error. */
  | { readonly kind: 'refusal' }
  /** The connection is reset before a byte of an answer. */
  | { readonly kind: 'reset' }
  /** The connection is reset after the first piece of a streamed answer. */
  | { readonly kind: 'cut' }
  /** The request is taken and never answered. */
  | { readonly kind: 'stall' }
  /** The answer begins and never goes on. */
  | { readonly kind: 'stall-midway' };

/** A stub's behaviour: the first replies in order, then the last one for ever. */
export type Replies = readonly [Reply, ...Reply[]];

export interface Answer {
  readonly replies: Replies;
  /** What a subagent's requests get; left out: the same. */
  readonly toSubagent?: Reply;
}

const fault = (name: Fault): Reply => ({ kind: 'fault', fault: name });
const done = {
  kind: 'steps',
  steps: [{ says: 'All done: the change is in and the tests pass.' }],
} as const satisfies Reply;

/**
 * Prose of a healthy run that quotes the very lines that a matcher waits for, whole lines among them.
 * The texts are those that the clients and providers themselves print; see `*-faults.ts` for the providers' sources.
 */
const QUOTING_PROSE = [
  'I read docs/incident.md. Two executions ended with this line, on a line of its own:',
  '',
  'Login expired · Please run /login',
  '',
  'and one with `Invalid API key · Please run /login`. The stream held',
  '',
  '{"type":"result","subtype":"success","is_error":true,"api_error_status":401,"result":"Failed to authenticate. API Error: 401 OAuth token has expired."}',
  '',
  'so the credential was at fault. Elsewhere the log says:',
  '',
  "You've hit your usage limit. Upgrade to Pro or try again at 10:09 AM.",
  'ERROR: unexpected status 401 Unauthorized: Incorrect API key provided',
  'Error when talking to Gemini API: 429 RESOURCE_EXHAUSTED',
  'Credit balance is too low',
  '',
  'None of it concerns this run. The retry of HTTP 429, 500 and 529 in src/failover.mjs is right as it is.',
].join('\n');

const quotes: Reply = {
  kind: 'steps',
  steps: [
    { says: 'I will look at the incident report and at how often a 401 was logged.', runs: 'cat docs/incident.md' },
    { runs: 'grep -n -E "401|429|529|expired|overloaded|quota" logs/agent.log' },
    { runs: 'node --test test/auth.test.mjs' },
    { says: QUOTING_PROSE },
  ],
};

/** Tools fail in ways that look like the agent's own failures, and the run goes on and succeeds. */
const toolFails: Reply = {
  kind: 'steps',
  steps: [
    { says: 'Checking the gateway first.', runs: 'node bin/call-gateway.mjs' },
    { runs: 'echo "git@github.com: Permission denied (publickey)." >&2; exit 128' },
    { runs: 'cat /no/such/file' },
    { says: 'The gateway refuses my test key (401 Unauthorized), which is what the test expects. Done.' },
  ],
};

/** The main thread hands work to a subagent and goes on, whatever becomes of it. */
const delegation: Reply = {
  kind: 'steps',
  steps: [
    { says: 'A subagent shall count the errors.', delegates: DELEGATED_WORK },
    { says: 'The subagent has reported; the main work is done.' },
  ],
};

/** What `--answer` of the capture command takes. The numbers are HTTP statuses of the provider. */
export const ANSWERS = {
  '200': { replies: [done] },
  quotes: { replies: [quotes] },
  'tool-fails': { replies: [toolFails] },
  'tool-loop': { replies: [{ kind: 'steps', steps: [{ runs: 'echo still looking' }], repeatLast: true }] },
  '401': { replies: [fault('bad_key')] },
  '401-expired': { replies: [fault('token_expired')] },
  '401-revoked': { replies: [fault('token_revoked')] },
  '403': { replies: [fault('forbidden')] },
  '402-credit': { replies: [fault('credit')] },
  '429': { replies: [fault('rate_limit')] },
  // The credential is good for the first turn only: work has been done when it fails.
  '401-midway': { replies: [quotes, fault('token_expired')] },
  // A refusal that heals: another process was refreshing the token.
  '401-heals': { replies: [fault('token_expired'), done] },
  '429-usage': { replies: [fault('usage_limit')] },
  '429-usage-midway': { replies: [quotes, fault('usage_limit')] },
  '200-quota-warning': { replies: [{ ...done, window: 'warning' }] },
  '200-overage-refused': { replies: [{ ...done, window: 'overage-refused' }] },
  '429-heals': { replies: [fault('rate_limit'), fault('rate_limit'), done] },
  '500': { replies: [fault('server_error')] },
  '500-heals': { replies: [fault('server_error'), done] },
  '529': { replies: [fault('overloaded')] },
  '529-heals': { replies: [fault('overloaded'), fault('overloaded'), done] },
  '404-model': { replies: [fault('unknown_model')] },
  '400-context': { replies: [fault('too_long')] },
  refusal: { replies: [{ kind: 'refusal' }] },
  reset: { replies: [{ kind: 'reset' }] },
  cut: { replies: [{ kind: 'cut' }] },
  stall: { replies: [{ kind: 'stall' }] },
  'stall-later': { replies: [quotes, { kind: 'stall' }] },
  'stall-midway': { replies: [{ kind: 'stall-midway' }] },
  'subagent-401': { replies: [delegation], toSubagent: fault('bad_key') },
  'subagent-429-usage': { replies: [delegation], toSubagent: fault('usage_limit') },
  'subagent-quotes': { replies: [delegation], toSubagent: quotes },
} as const satisfies Record<string, Answer>;

export type AnswerName = keyof typeof ANSWERS;

/** Whether a word from the command line names an answer. */
export function isAnswerName(word: string): word is AnswerName {
  return Object.hasOwn(ANSWERS, word);
}
