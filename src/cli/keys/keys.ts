import { readFileSync, writeFileSync } from 'node:fs';
import { Command } from 'commander';
import { UsageError } from '../../service/config.ts';
import { newKeyPair, publicKeyOf } from '../../signing/keys.ts';

/** `knell keys`: what abort commands are signed with. */
export function keysCommand(): Command {
  const keys = new Command('keys').description('keys that abort commands are signed with (Ed25519)').addHelpText(
    'after',
    `
The service signs with KNELL_SIGNING_KEY_FILE. Taps and backends that know KNELL_PUBLIC_KEYS, or KNELL_PUBLIC_KEYS_FILE, obey
nothing else. To replace a key: make a new one, give taps and backends both public keys, let the service sign with the new one, then
take the old one away.

Examples:
  knell keys new knell.key
  knell keys public knell.key`,
  );
  keys
    .command('new')
    .description('make a key: the private one goes to a file that only you can read, the public one is printed')
    .argument('<file>', 'where the private key goes; it must not be there yet')
    .action((file: string) => {
      const { privatePem, publicKey } = newKeyPair();
      try {
        writeFileSync(file, privatePem, { mode: 0o600, flag: 'wx' });
      } catch (cause) {
        const { code } = cause as NodeJS.ErrnoException;
        const why = code === 'EEXIST' ? 'is there already: name another' : `can't be written (${code})`;
        throw new UsageError(`${file} ${why}`, { cause });
      }
      process.stdout.write(`${publicKey}\n`);
    });
  keys
    .command('public')
    .description('print the public key of a private one')
    .argument('<file>', 'the private key')
    .action((file: string) => {
      process.stdout.write(`${publicKeyOf(readFileSync(file, 'utf8'))}\n`);
    });
  return keys;
}
