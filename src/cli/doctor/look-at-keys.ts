import { statSync } from 'node:fs';
import type { MsgHdrs } from 'nats';
import { obstacleToPointer } from '../../bundles/pointer.ts';
import type { RulesPointer } from '../../contracts/rules-pointer.ts';
import { type Environment, readSecret } from '../../service/config.ts';
import { readSigningKey, readTrustedKeys, type TrustedKeys } from '../../signing/keys.ts';
import { SIGNATURE_HEADER, verify } from '../../signing/signature.ts';
import { type Check, failed, ok, warning } from './check.ts';

/** The last abort command of the fleet. */
export interface LastCommand {
  readonly subject: string;
  readonly data: Uint8Array;
  readonly header: MsgHdrs | undefined;
}

/** Whether commands are signed, whether the keys here can be used, and whether they fit what was signed last. */
export function lookAtKeys(environment: Environment, last: LastCommand | undefined): readonly Check[] {
  const name = 'keys';
  const { KNELL_SIGNING_KEY, KNELL_SIGNING_KEY_FILE, KNELL_PUBLIC_KEYS, KNELL_PUBLIC_KEYS_FILE } = environment;
  const checks: Check[] = [];
  const pem = readSecret('KNELL_SIGNING_KEY', KNELL_SIGNING_KEY, KNELL_SIGNING_KEY_FILE);
  if (pem !== undefined) {
    const { id } = readSigningKey(pem);
    const isOpen = KNELL_SIGNING_KEY_FILE !== undefined && (statSync(KNELL_SIGNING_KEY_FILE).mode & 0o077) !== 0;
    checks.push(
      isOpen
        ? warning(name, `other users may read ${KNELL_SIGNING_KEY_FILE}: chmod 600 ${KNELL_SIGNING_KEY_FILE}`)
        : ok(name, `a service started here signs with the key ${id}`),
    );
  }
  const words = readSecret('KNELL_PUBLIC_KEYS', KNELL_PUBLIC_KEYS, KNELL_PUBLIC_KEYS_FILE);
  const trusted = words === undefined ? undefined : readTrustedKeys(words);
  return [...checks, trusted ? judgeTrusted(trusted, last) : judgeUntrusted(last)];
}

function judgeTrusted(trusted: TrustedKeys, last: LastCommand | undefined): Check {
  const keys = `${trusted.size} public ${trusted.size === 1 ? 'key is' : 'keys are'} known here`;
  if (!last) return ok('keys', `${keys}; there is no abort command yet to compare with`);
  const verdict = verify(last.subject, last.data, last.header?.get(SIGNATURE_HEADER), trusted);
  if (verdict === 'good') return ok('keys', `${keys}, and the last abort command is signed by one`);
  const why = {
    unsigned: 'is not signed: give the service KNELL_SIGNING_KEY_FILE',
    'unknown key': 'is signed by another key: add its public key here, or let the service sign with a known one',
    wrong: 'is wrongly signed: it was changed on its way, or forged',
  }[verdict];
  return failed(
    'keys',
    `${keys}, but the last abort command (${last.subject}) ${why}. Taps and backends with these keys refuse it`,
  );
}

function judgeUntrusted(last: LastCommand | undefined): Check {
  const signed = last?.header?.get(SIGNATURE_HEADER);
  if (signed) {
    const by = signed.split(' ')[1] ?? '?';
    return warning(
      'keys',
      `abort commands are signed (key ${by}), but no public key is known here: taps and backends started here obey any command. Set KNELL_PUBLIC_KEYS`,
    );
  }
  return warning(
    'keys',
    'none: every client that may publish on the abort subjects can end runs. "knell keys new FILE" makes one; see "knell keys --help"',
  );
}

/** Whether published rules are signed, and whether the keys here fit. */
export function lookAtRulesKeys(environment: Environment, active: RulesPointer | undefined): readonly Check[] {
  const name = 'rules keys';
  const { KNELL_RULES_PUBLIC_KEYS, KNELL_RULES_PUBLIC_KEYS_FILE } = environment;
  const words = readSecret('KNELL_RULES_PUBLIC_KEYS', KNELL_RULES_PUBLIC_KEYS, KNELL_RULES_PUBLIC_KEYS_FILE);
  if (words === undefined) {
    if (!active) return [ok(name, 'none, and no rules are published that would need one')];
    const what = 'workers that know no KNELL_RULES_PUBLIC_KEYS follow whatever is published';
    return [warning(name, `none here: ${what}, by anyone who may write to the bucket knell_rules`)];
  }
  const trusted = readTrustedKeys(words);
  const known = `${trusted.size} known here`;
  if (!active) return [ok(name, `${known}; no rules are published`)];
  const obstacle = obstacleToPointer(active, trusted, 0);
  return [obstacle ? failed(name, obstacle.message) : ok(name, `${known}, and what is published is signed by one`)];
}
