import { readFileSync, writeFileSync } from 'node:fs';
import { Command } from 'commander';
import { systemErrorWords } from '../../contracts/system-error-words.ts';
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
    .option('--json', 'file and public key as JSON')
    .action((file: string, { json }: { json?: true }) => {
      const { privatePem, publicKey } = newKeyPair();
      try {
        writeFileSync(file, privatePem, { mode: 0o600, flag: 'wx' });
      } catch (cause) {
        const { code } = cause as NodeJS.ErrnoException;
        const why = code === 'EEXIST' ? 'is there already' : `can't be written: ${systemErrorWords(cause)}`;
        throw new UsageError(`${file} ${why}. Name another file`, { cause });
      }
      process.stdout.write(json ? `${JSON.stringify({ file, public_key: publicKey })}\n` : `${publicKey}\n`);
      if (!json) {
        process.stderr.write(
          `knell: the private key is in ${file}; the public one is on standard output. Next: KNELL_SIGNING_KEY_FILE=${file} for the service, and KNELL_PUBLIC_KEYS with the public key for taps and backends\n`,
        );
      }
    });
  keys
    .command('public')
    .description('print the public key of a private one')
    .argument('<file>', 'the private key')
    .option('--json', 'print it as JSON')
    .action((file: string, { json }: { json?: true }) => {
      const publicKey = publicKeyOf(privateKeyIn(file));
      process.stdout.write(json ? `${JSON.stringify({ public_key: publicKey })}\n` : `${publicKey}\n`);
    });
  return keys;
}

/** @throws {UsageError} when the file can't be read */
function privateKeyIn(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    throw new UsageError(`${file} can't be read: ${systemErrorWords(cause)}. "knell keys new FILE" makes a key`, {
      cause,
    });
  }
}
