import { Command } from 'commander';
import { permissionsCommand } from './permissions.ts';

/** `knell nats`: what a NATS server has to be configured with. */
export function natsCommand(): Command {
  return new Command('nats')
    .description('what a NATS server has to be configured with')
    .addCommand(permissionsCommand());
}
