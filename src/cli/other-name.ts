import { InvalidArgumentError, Option } from 'commander';

/**
 * An option that other commands have and this one calls otherwise: it is in no help, and whoever writes it is told the right one.
 *
 * @param name as the other commands have it: `--why`
 * @param own as this command has it: `--reason`
 */
export function otherName(name: string, own: string): Option {
  return new Option(`${name} <text>`).hideHelp().argParser((): never => {
    throw new InvalidArgumentError(`Here it is called ${own}.`);
  });
}
