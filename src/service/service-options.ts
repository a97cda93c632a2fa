import type { AbortBudget } from '../classify/abort-budget.ts';
import type { Policy } from '../classify/policy.ts';
import type { UnlabelledCodec } from '../contracts/log-headers.ts';
import type { Logger } from '../logging/logger.ts';
import type { Login } from '../login/login.ts';
import type { RuleCostsOptions } from '../pipeline/fleet/rule-costs.ts';
import type { RuleSet } from '../ruleset/rule-set.ts';
import type { Signing } from '../signing/keys.ts';
import type { HttpAddress } from './config.ts';
import type { PublishedRules } from './published-rules.ts';
import type { LagBounds } from './readiness.ts';
import type { RulesFolder } from './watch-rules-folder.ts';

/** What the service is started with. */
export interface ServiceOptions {
  readonly nats: Login;
  readonly prefix: string;
  /** On how many servers of a cluster each stream and bucket is kept that the service creates; left out: one. */
  readonly replicas?: number;
  readonly rules: RuleSet;
  /** The folder to watch for changes of the rules; left out: they stay as they are. */
  readonly rulesFolder?: RulesFolder;
  /** How published rules are followed, which take the place of the folder's; left out: they are not. */
  readonly published?: PublishedRules;
  readonly policy: () => Policy;
  readonly http?: HttpAddress & HttpAccess;
  /** What the service signs pointers to rules with, where they are moved from the page, and whose entries count. */
  readonly rulesSigning?: Signing;
  /** What abort commands are signed with; left out: they are not. */
  readonly signing?: Signing;
  readonly budget?: AbortBudget;
  /** How messages of output without any `Knell-` header are read; left out: as plain lines. */
  readonly unlabelled?: UnlabelledCodec;
  /** What one rule may take of a worker's time. */
  readonly ruleCosts?: Partial<Pick<RuleCostsOptions, 'limit' | 'windowMs' | 'nowMs'>>;
  /** How far behind the service may be and still be ready. */
  readonly lagBounds?: Partial<LagBounds>;
  /** How often it is compared with the server how far the reading is, in milliseconds. */
  readonly lookEveryMs?: number;
  /** Forward failure records and notices there as well. */
  readonly fluentd?: FluentdOptions;
  readonly log: Logger;
  /** Aborted when the service is to start no further. */
  readonly signal?: AbortSignal;
}

/** Who may do what over HTTP. */
export interface HttpAccess {
  /** What acting asks for, and reading from other machines. */
  readonly token?: string;
  /** Everyone who reaches the address may read what agents print. */
  readonly readsOpen?: boolean;
}

/** Where Fluentd listens, and the first part of every tag. */
export interface FluentdOptions {
  readonly host: string;
  readonly port: number;
  readonly tagPrefix: string;
}
