import type { JetStreamManager, NatsConnection } from 'nats';
import type { LoadBundleOptions } from '../../bundles/load-bundle.ts';
import type { AbortBudget } from '../../classify/abort-budget.ts';
import type { Mode } from '../../contracts/failure-record.ts';
import type { FleetMode } from '../../contracts/fleet-mode.ts';
import type { UnlabelledCodec } from '../../contracts/log-headers.ts';
import type { Subjects } from '../../contracts/subjects.ts';
import type { Logger } from '../../logging/logger.ts';
import type { Login } from '../../login/login.ts';
import type { RulesStores } from '../../nats/ensure-streams.ts';
import type { RuleCost } from '../../pipeline/fleet/rule-ledger.ts';
import type { Clock, FleetModeStore, LogHistory, RunStore } from '../../pipeline/ports/ports.ts';
import type { RuleSet } from '../../ruleset/rule-set.ts';
import type { Signing } from '../../signing/keys.ts';
import type { PreflightOptions } from '../../subscriptions/preflight/check-preflight.ts';
import type { AccessRules } from '../access.ts';

/** All that the API answers from, and acts on: what the service has at hand. */
export interface ApiWorld {
  readonly connection: NatsConnection;
  readonly manager: JetStreamManager;
  readonly login: Login;
  readonly subjects: Subjects;
  readonly unlabelled: UnlabelledCodec;
  readonly store: RunStore;
  readonly history: LogHistory;
  readonly modes: FleetModeStore;
  readonly subscriptions: PreflightOptions;
  readonly clock: Clock;
  readonly budget: AbortBudget;
  readonly log: Logger;
  readonly access: AccessRules;
  readonly version: string;
  readonly worker: string;
  readonly signed: boolean;
  /** Why the service does not read as it should. */
  readonly readiness: () => string | undefined;
  /** The fleet's mode as this worker has heard it, and what it comes to with its own settings. */
  readonly fleetMode: () => FleetMode;
  readonly mode: () => Mode;
  /** The rules in force on this worker. */
  readonly rules: () => RuleSet;
  /** What trying each of them took on this worker, as far as it was looked at. */
  readonly ruleCosts: () => ReadonlyMap<string, RuleCost>;
  readonly rulesStores: () => Promise<RulesStores>;
  /** The folder whose rules hold while nothing is published. */
  readonly rulesFolder: string | undefined;
  readonly load: LoadBundleOptions;
  /** What pointers to rules are signed with, and whose entries count. */
  readonly rulesSigning: Signing | undefined;
  /** The built thread of the workbench, and the shipped packs as the build checked them. */
  readonly thread: { readonly file: string; readonly checkedPacks: string };
}
