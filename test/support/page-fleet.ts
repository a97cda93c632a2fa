import type { NatsConnection } from 'nats';
import { DEFAULT_POLICY } from '../../src/classify/policy.ts';
import type { Run } from '../../src/contracts/run.ts';
import type { RunExited, RunStarted } from '../../src/contracts/run-event.ts';
import { formatTime } from '../../src/contracts/time.ts';
import { loadRules } from '../../src/ruleset/load/load-rules.ts';
import { RUNTIME_FACTS } from '../../src/ruleset/load/runtime-facts.ts';
import type { Service } from '../../src/service/service.ts';
import type { ServiceOptions } from '../../src/service/service-options.ts';
import { claude } from './claude-lines.ts';
import { say, startTestService, subjects } from './service.ts';

export const TOKEN = 'correct-horse';

/** The service as an operator starts it, with the shipped rules, its API and its page. */
export async function startPageService(natsUrl: string, more: Partial<ServiceOptions> = {}): Promise<Service> {
  const { ruleSet } = await loadRules('rules', RUNTIME_FACTS);
  if (!ruleSet) throw new Error('the shipped rules have errors');
  return startTestService(natsUrl, ruleSet, DEFAULT_POLICY, {
    http: { host: '127.0.0.1', port: 0, token: TOKEN },
    rulesFolder: { path: 'rules', load: RUNTIME_FACTS },
    published: { load: RUNTIME_FACTS },
    ...more,
  });
}

/** A host that tells of its runs, and agents that print. */
export function createActors(connection: NatsConnection) {
  const jetstream = connection.jetstream({ timeout: 120_000 });
  const tell = (run: Run, event: object) =>
    jetstream.publish(
      subjects.runs(run),
      JSON.stringify({ schema: 'knell.run/v1', ...run, at: formatTime(Date.now()), ...event }),
    );
  const actors = {
    start: (run: Run, more: Partial<RunStarted> = {}) =>
      tell(run, { type: 'started', runtime: 'claude-code', subscription: 'team-max', timeout_s: 3_600, ...more }),
    exit: (run: Run, code: number, more: Partial<RunExited> = {}) => tell(run, { type: 'exited', code, ...more }),
    print: (run: Run, lines: readonly string[], stream: 'stdout' | 'stderr' = 'stdout') =>
      say(connection, run, stream, lines, { 'Knell-Runtime': 'claude-code', 'Knell-Format': 'structured' }),
    /** Prints on a plain stream of a runtime. */
    printText: (run: Run, lines: readonly string[], runtime: string, stream: 'stdout' | 'stderr' = 'stdout') =>
      say(connection, run, stream, lines, { 'Knell-Runtime': runtime, 'Knell-Format': 'text' }),
    /** A run whose token is refused: it is ended. */
    async doom(run: Run, more: Partial<RunStarted> = {}): Promise<void> {
      await actors.start(run, more);
      await actors.print(run, [
        claude.init(),
        claude.says('I will look at the failing test first.'),
        claude.calls('Bash'),
        claude.toolSays('12 passed, 1 failed'),
      ]);
      await actors.print(run, [claude.fails('OAuth token has expired', 401)]);
    },
    /** A run that reports its result and exits well. */
    async succeed(run: Run, more: Partial<RunStarted> = {}): Promise<void> {
      await actors.start(run, more);
      await actors.print(run, [claude.init(), claude.says('Done: the test passes now.'), claude.succeeds()]);
      await actors.exit(run, 0);
    },
    /** An event that claims an error of which no rule knows the words. */
    async drift(run: Run, words: string): Promise<void> {
      await actors.start(run);
      await actors.print(run, [claude.init(), JSON.stringify({ type: 'system', subtype: 'flux', error: words })]);
    },
    ack: (run: Run, command_id: string, outcome = 'terminated') =>
      jetstream.publish(
        subjects.acks(run),
        JSON.stringify({ schema: 'knell.ack/v1', command_id, ...run, outcome, by: 'tap', at: formatTime(Date.now()) }),
      ),
    /** Answers each abort command as a tap does: the run is terminated, and exits. Returns how to stop. */
    async obey(): Promise<() => void> {
      const subscription = connection.subscribe(subjects.all('aborts'));
      void (async () => {
        for await (const message of subscription) {
          const { command_id, agent, execution, attempt } = message.json() as { command_id: string } & Run;
          const run = { agent, execution, attempt };
          await actors.ack(run, command_id);
          await tell(run, { type: 'exited', code: null, signal: 'SIGTERM' });
        }
      })();
      return () => subscription.unsubscribe();
    },
  };
  return actors;
}

export const run = (agent: string, execution: string, attempt = 1): Run => ({ agent, execution, attempt });
