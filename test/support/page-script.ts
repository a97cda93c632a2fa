import type { NatsConnection } from 'nats';
import { formatTime } from '../../src/contracts/time.ts';
import type { Service } from '../../src/service/service.ts';
import { claude } from './claude-lines.ts';
import { createActors, run } from './page-fleet.ts';
import { subjects } from './service.ts';

export interface FleetScript {
  /** How many runs are at work or have done well besides those with a story. */
  readonly healthy: number;
}

/** Lines that would mislead a page that took them for more than text. */
export const HOSTILE = [
  '<script>document.title="owned"</script><img src=x onerror=alert(1)>',
  '\u001b[31mred\u001b[0m \u001b]0;title\u0007 and \u001b[2Jcleared',
  'right to left: \u202eevil\u202c and \u2067isolated\u2069 end',
  'zero width: tok\u200ben \u2060here\ufeff',
  `my key is ${['ghp', 'x'.repeat(36)].join('_')} and sk-ant-api03-${'a'.repeat(93)}AA`,
  'long '.repeat(200_000),
  '‮'.repeat(200),
  '{"__proto__":{"polluted":true}}',
] as const;

/** A fleet with one run of each kind and many healthy ones; settles when the service has taken it in. Returns how to end it. */
export async function scriptFleet(
  connection: NatsConnection,
  service: Service,
  { healthy }: FleetScript,
): Promise<() => void> {
  const actors = createActors(connection);
  const stop = await actors.obey();
  const runtimes = ['claude-code', 'codex', 'gemini', 'opencode'];
  for (let first = 0; first < healthy; first += 500) {
    const some = Array.from({ length: Math.min(500, healthy - first) }, (_, index) => first + index);
    await Promise.all(
      some.map(async (n) => {
        const one = run(`worker-${n % 40}`, `task-${String(n).padStart(5, '0')}`);
        await actors.start(one, { runtime: runtimes[n % runtimes.length], subscription: `team-${n % 12}` });
        if (n % 3 === 0) await actors.exit(one, 0);
        else if (n % 50 === 1) await actors.exit(one, 1);
      }),
    );
  }
  await actors.doom(run('fleet-a', 'expired-token'), { subscription: 'team-max' });
  await actors.doom(run('fleet-a', 'expired-again'), { subscription: 'team-max' });
  for (let n = 0; n < 24; n += 1) await actors.doom(run(`fleet-b${n % 6}`, `outage-${n}`), { subscription: 'team-0' });
  await actors.start(run('fleet-q', 'limit'), { subscription: 'team-3' });
  await actors.print(run('fleet-q', 'limit'), [
    claude.init(),
    '{"type":"rate_limit_event","rate_limit_info":{"status":"allowed_warning","resetsAt":1796000000,"rateLimitType":"five_hour","utilization":0.91}}',
  ]);
  await actors.start(run('fleet-m', 'model'), { runtime: 'codex', subscription: 'team-4' });
  await actors.printText(
    run('fleet-m', 'model'),
    ['ERROR: The model `gpt-5.9-codex` does not exist or you do not have access to it.'],
    'codex',
    'stderr',
  );
  await actors.exit(run('fleet-m', 'model'), 1);
  await actors.start(run('fleet-c', 'banner'), { runtime: 'claude-code', subscription: 'team-5' });
  await actors.printText(
    run('fleet-c', 'banner'),
    ['Looking at the tests now.', 'Invalid API key · Please run /login'],
    'claude-code',
  );
  for (let n = 0; n < 5; n += 1)
    await actors.drift(run('fleet-d', `drift-${n}`), `Flux capacitor is out of plutonium (request ${n})`);
  await actors.drift(run('fleet-d', 'other'), 'The hamster has left the wheel');
  await actors.start(run('fleet-h', 'hostile'), { subscription: '<b>team</b>\u202etxt' });
  await actors.printText(run('fleet-h', 'hostile'), HOSTILE, 'generic');
  for (const [id, days] of [
    ['team-5', 3],
    ['team-8', 200],
  ] as const) {
    const asked = { id, by: 'nina', expires_at: formatTime(Date.now() + days * 86_400_000) };
    await connection.request(subjects.subscriptions('set'), JSON.stringify(asked), { timeout: 60_000 });
  }
  await actors.succeed(run('fleet-g', 'good'), { subscription: 'team-1' });
  await untilTakenIn(service);
  return stop;
}

/** What the list of runs has when the last words of the script are taken in. */
const TAKEN_IN: Readonly<Record<string, number>> = {
  'agent=fleet-g&state=succeeded': 1,
  'agent=fleet-a&state=ended': 2,
};
const PATIENCE_MS = 180_000;

/** Settles when the list of runs is as it will stay. @throws {Error} that says what the list lacks */
async function untilTakenIn(service: Service): Promise<void> {
  const lacks = async ([query, wanted]: [string, number]): Promise<boolean> => {
    const answer = await fetch(`${service.httpUrl}/api/v1/runs?${query}&limit=1`);
    return ((await answer.json()) as { total: number }).total < wanted;
  };
  const endMs = performance.now() + PATIENCE_MS;
  for (const wanted of Object.entries(TAKEN_IN)) {
    while (await lacks(wanted)) {
      if (performance.now() > endMs) throw new Error(`the service lists no ${wanted[1]} runs with ${wanted[0]}`);
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
}
