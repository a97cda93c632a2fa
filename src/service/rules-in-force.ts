import type { RuleSet } from '../ruleset/rule-set.ts';
import { followPublishedRules, type PublishedWorld } from './published-rules.ts';
import type { ServiceOptions } from './service-options.ts';
import { watchRulesFolder } from './watch-rules-folder.ts';

/** The rules that a worker runs now, wherever they come from. */
export interface RulesInForce {
  current(): RuleSet;
  /** What is tried beside them; only published rules have a candidate. */
  candidate(): RuleSet | undefined;
  stop(): Promise<void>;
}

/** Follows the rules folder, and the published rules, which go before it. What has begun is stopped where the rest fails. */
export async function openRulesInForce(
  options: Pick<ServiceOptions, 'rules' | 'rulesFolder' | 'published'>,
  world: Omit<PublishedWorld, 'folder'>,
): Promise<RulesInForce> {
  const { rules, rulesFolder, published } = options;
  const live = rulesFolder && watchRulesFolder(rulesFolder, rules, world.publisher, world.log);
  const folder = (): RuleSet => live?.current() ?? rules;
  const followed =
    published &&
    (await followPublishedRules(published, { ...world, folder }).catch((error: unknown) => {
      live?.stop();
      throw error;
    }));
  return {
    current: () => followed?.current() ?? folder(),
    candidate: () => followed?.candidate(),
    async stop() {
      await followed?.stop();
      live?.stop();
    },
  };
}
