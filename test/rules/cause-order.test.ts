import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import type { RulePack } from '../../src/contracts/rule-pack.ts';
import { readFailure } from '../../src/decode/failure/read-failure.ts';
import { shapeLine } from '../../src/decode/text/line-shape.ts';
import { statementIn } from '../../src/decode/text/statement-line.ts';
import { compileCauses } from '../../src/ruleset/causes/compile-causes.ts';
import { readPack } from '../../src/ruleset/load/read-pack.ts';

const FOLDER = fileURLToPath(new URL('../../rules/causes', import.meta.url));

/** Of two causes that know the same failure: the winner first. A new pair has to be decided, here. */
const DECIDED = [
  'auth/account-closed > request/refusal',
  'auth/invalid-credentials > auth/not-logged-in',
  'auth/invalid-credentials > machine/crash',
  'auth/invalid-or-expired > auth/invalid-credentials',
  'auth/invalid-or-expired > auth/token-expired',
  'auth/key-denied > auth/forbidden',
  'auth/key-denied > auth/invalid-credentials',
  'auth/key-denied > auth/not-logged-in',
  'auth/login-needs-terminal > auth/not-logged-in',
  'auth/login-needs-terminal > configuration/configuration',
  'auth/login-needs-terminal > configuration/prompt',
  'auth/resource-denied > auth/forbidden',
  'auth/token-expired > auth/invalid-credentials',
  'auth/token-expired > machine/crash',
  'auth/token-refresh-race > auth/token-expired',
  'auth/token-revoked > auth/invalid-credentials',
  'billing/credit-exhausted > auth/forbidden',
  'billing/credit-exhausted > machine/crash',
  'billing/extra-usage-window > billing/credit-exhausted',
  'billing/not-your-usage-limit > billing/usage-limit',
  'billing/not-your-usage-limit > rate/rate-limit',
  'billing/spending-limit > billing/credit-exhausted',
  'billing/spending-limit > billing/usage-limit',
  'configuration/autonomy > auth/forbidden',
  'configuration/autonomy > configuration/permission',
  'configuration/configuration > machine/crash',
  'configuration/extension-broken > machine/crash',
  'configuration/file-permission > auth/forbidden',
  'configuration/file-permission > configuration/permission',
  'configuration/mcp > upstream/connection',
  'configuration/mcp-configuration > configuration/configuration',
  'configuration/mcp-configuration > configuration/mcp',
  'configuration/mcp-required > configuration/mcp',
  'configuration/request-not-built > configuration/configuration',
  'configuration/request-not-built > upstream/connection',
  'configuration/unattended > configuration/prompt',
  'configuration/usage > auth/invalid-credentials',
  'configuration/usage > configuration/configuration',
  'configuration/value-not-supported > configuration/configuration',
  'machine/agent-not-reached > upstream/connection',
  'machine/git-login > configuration/prompt',
  'machine/program-error > configuration/configuration',
  'machine/program-error > machine/crash',
  'rate/daily-quota > billing/usage-limit',
  'rate/daily-quota > rate/google-quota',
  'rate/daily-quota > rate/rate-limit',
  'rate/deployments-cooling > machine/crash',
  'rate/deployments-cooling > rate/rate-limit',
  'rate/deployments-cooling > request/model-missing',
  'rate/google-quota > billing/credit-exhausted',
  'rate/google-quota > rate/rate-limit',
  'rate/model-busy > request/model-missing',
  'rate/model-busy > upstream/server-error',
  'rate/overloaded > machine/crash',
  'rate/overloaded > upstream/server-error',
  'rate/rate-limit > machine/crash',
  'rate/registry-rate-limit > billing/usage-limit',
  'rate/registry-rate-limit > rate/rate-limit',
  'rate/requests-limited > rate/rate-limit',
  'rate/requests-limited > request/too-long',
  'request/model-missing > auth/forbidden',
  'request/too-long > billing/usage-limit',
  'upstream/codex-high-demand > rate/overloaded',
  'upstream/codex-high-demand > upstream/server-error',
  'upstream/connect-timeout > upstream/timeout',
  'upstream/dns > upstream/connection',
  'upstream/proxy-login > auth/not-logged-in',
  'upstream/server-error > machine/crash',
  'upstream/stream-broken-by-server > upstream/connection',
  'upstream/stream-broken-by-server > upstream/server-error',
  'upstream/timeout > machine/crash',
  'upstream/upstream-broken > configuration/configuration',
  'upstream/upstream-broken > upstream/server-error',
];

describe('causes that know the same failure', () => {
  let packs: RulePack[] = [];

  beforeAll(async () => {
    const names = (await readdir(FOLDER)).toSorted();
    packs = await Promise.all(
      names.map(async (name) => {
        const { pack } = readPack(name, await readFile(join(FOLDER, name)));
        if (!pack) throw new Error(`${name} does not read`);
        return pack;
      }),
    );
  });

  it('are told apart as it is stated here', () => {
    const alone = packs.flatMap((pack) =>
      pack.causes.map((cause) => ({
        key: `${pack.pack}/${cause.id}`,
        causes: compileCauses([{ ...pack, causes: [cause] }], 'digest'),
      })),
    );
    const together = compileCauses(packs, 'digest');
    const pairs = new Set<string>();
    for (const message of packs.flatMap(({ causes }) => causes.flatMap(({ examples }) => examples.match))) {
      const line = statementIn(shapeLine(message));
      const failure = readFailure({ message: line?.message ?? message, prefix: line?.prefix ?? '' });
      const winner = together.resolve(failure, 'generic')?.cause.rule.key;
      for (const { key, causes } of alone) {
        if (key !== winner && causes.resolve(failure, 'generic')) pairs.add(`${winner} > ${key}`);
      }
    }
    expect([...pairs].toSorted()).toEqual(DECIDED);
  });
});
