import { Command } from 'commander';
import { rulesCheckCommand } from './rules-check.ts';

/** `knell rules`: the rule author's tools. */
export function rulesCommand(): Command {
  const rules = new Command('rules').description("the rule author's tools; start with rules/README.md");
  rules.addCommand(rulesCheckCommand());
  return rules;
}
