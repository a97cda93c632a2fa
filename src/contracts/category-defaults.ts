import type { Category, NextAction, Scope, Severity } from './categories.ts';

/** What a failure of a category asks for, unless its cause says otherwise. */
export interface CategoryDefaults {
  readonly scope: Scope;
  readonly severity: Severity;
  readonly next: NextAction;
  readonly retryable?: boolean;
  readonly remedy: string;
}

const renew: CategoryDefaults = {
  scope: 'subscription',
  severity: 'critical',
  next: 'switch_subscription',
  retryable: false,
  remedy:
    "Generate a new token (`claude setup-token`, `codex login`, or the provider's console) and set it on the subscription; until then run on another one.",
};
const wait = (remedy: string): CategoryDefaults => ({ scope: 'provider', severity: 'error', next: 'retry', remedy });
const fix = (remedy: string, severity: Severity = 'error'): CategoryDefaults => ({
  scope: 'agent',
  severity,
  next: 'fix_agent',
  remedy,
});
const fail = (remedy: string): CategoryDefaults => ({ scope: 'run', severity: 'error', next: 'fail', remedy });

const DEFAULTS: Readonly<Record<Category, CategoryDefaults>> = {
  'auth.token_expired': renew,
  'auth.token_revoked': {
    ...renew,
    remedy: 'The token was withdrawn. Issue a new one, set it on the subscription, and find out why it was withdrawn.',
  },
  'auth.invalid_credentials': {
    ...renew,
    remedy:
      'The provider does not know this key or token. Check which variable the run really uses, then put the right credential there.',
  },
  'auth.not_logged_in': fix(
    'The run has no credential at all. Give the agent its token or key in the environment, or log in once in its home folder.',
  ),
  'auth.forbidden': {
    ...renew,
    severity: 'error',
    remedy:
      'The credential is good but not allowed to do this. Ask the owner of the organization, or use a credential that is allowed.',
  },
  'billing.credit_exhausted': {
    ...renew,
    remedy:
      'The account has no money or credit left. Ask its owner to top it up or to raise the limit; switch to another subscription until then.',
  },
  'quota.usage_limit': {
    ...renew,
    severity: 'error',
    remedy: "The plan's window is used up. Wait for the reset or run on another subscription.",
  },
  'rate_limit.429': {
    ...wait('Too many requests at once. Wait a minute, and run fewer agents at the same time on this credential.'),
    next: 'retry_after',
  },
  'provider.overloaded': wait(
    'The provider has no capacity and the client gave up. Retry later, or use another model.',
  ),
  'provider.server_error': wait(
    "The provider answered with a server error until the client gave up. Retry later; see the provider's status page.",
  ),
  'provider.timeout': wait(
    'The provider did not answer in time. Retry; if it lasts, look at the network between the agent and the provider.',
  ),
  'network.dns': {
    ...wait("The provider's host name could not be resolved. Check the name, the resolver and the sandbox's network."),
    scope: 'platform',
  },
  'network.connection': {
    ...wait(
      'The connection could not be made or was cut. Check address, proxy, certificates and firewall, then retry.',
    ),
    scope: 'platform',
  },
  'context.too_long': fail(
    'The input is longer than the model takes. Start a new session, compact, or give the task less material.',
  ),
  'model.not_found': fix(
    'The model does not exist or this account may not use it. Correct the model name in the agent.',
  ),
  'policy.refusal': fail(
    'The provider refused the request by its usage policy. Rephrase the task or use another model; a plain retry will be refused too.',
  ),
  'limit.turns': fail('The run used up the turns it was given. Raise --max-turns or split the task.'),
  'limit.budget': fail('The run used up the money it was given. Raise --max-budget-usd or split the task.'),
  'run.loop': fail('The run repeats the same step. Give the task more precisely, or use another model.'),
  'run.endless_retry': wait('The client retries without an end. Look at what it retries, then start it anew.'),
  'run.no_effect': fail('The run says that it succeeded and did nothing. Look at its last message, then retry.'),
  'runtime.oom': {
    ...fail(
      'The process ran out of memory. Give it more (container limit, --max-old-space-size) or run fewer at a time.',
    ),
    scope: 'platform',
    next: 'retry',
  },
  'runtime.disk_full': {
    scope: 'platform',
    severity: 'critical',
    next: 'notify_owner',
    remedy: 'The disk is full. Free space or enlarge the volume before anything runs there again.',
  },
  'runtime.crash': {
    ...fail('The program crashed. Retry once; if it happens again, look at the lines before the crash.'),
    next: 'retry',
  },
  'runtime.missing_binary': fix(
    'The program that should run is not installed or not where it is looked for. Install it in the image or correct the path.',
  ),
  'runtime.stalled': {
    ...fail('The run was silent for too long. Retry it, and look at its last lines.'),
    next: 'retry',
  },
  'permission.denied': fix(
    'The run is not allowed to do what it needs. Give it the permission, or start it in a way that does not need it.',
  ),
  'interactive.prompt': fix(
    'The program waits for a person. Start it non-interactively, and answer the question ahead in its settings.',
  ),
  'mcp.failure': fix(
    "A tool server could not be started or reached. Correct its command or address in the agent's MCP settings.",
    'warning',
  ),
  'tool.failure': { scope: 'run', severity: 'info', next: 'retry', remedy: 'Only a tool failed; the run goes on.' },
  'config.invalid': fix(
    'The program was started with options or settings that it does not accept. Correct them; a retry will fail the same way.',
  ),
  'git.auth': fix(
    'git has no credential for this repository. Give the agent a token or key that may read it.',
    'warning',
  ),
  'platform.completion_unreported': {
    scope: 'platform',
    severity: 'warning',
    next: 'notify_owner',
    remedy: 'Free its slot, and look at why its end was not reported.',
  },
  'platform.command_unanswered': {
    scope: 'platform',
    severity: 'warning',
    next: 'notify_owner',
    remedy: 'Look at the host of the run: no consumer answered its abort command.',
  },
  'unknown.unmatched': {
    scope: 'run',
    severity: 'warning',
    next: 'notify_owner',
    remedy: 'Add its wording to a cause: knell rules draft makes a skeleton.',
  },
};

/** What a failure of this category asks for, unless its cause says otherwise. */
export function categoryDefaults(category: Category): CategoryDefaults {
  return DEFAULTS[category];
}
