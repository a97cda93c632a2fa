import { once } from 'node:events';
import { Command, InvalidArgumentError, Option } from 'commander';
import { budgetOf } from '../classify/abort-budget.ts';
import { DEFAULT_POLICY } from '../classify/policy.ts';
import type { Mode } from '../contracts/failure-record.ts';
import { createLogger } from '../logging/logger.ts';
import type { Login } from '../login/login.ts';
import { readLogin } from '../login/read-login.ts';
import { type EmbeddedServer, startEmbeddedServer } from '../nats/embedded-server.ts';
import { freePort } from '../nats/free-port.ts';
import { patternEngine } from '../patterns/pattern-engine.ts';
import { isLoopback, readEnvironment, readHttpAddress, readSecret, UsageError } from '../service/config.ts';
import { createLastGoodFile, lastGoodPath } from '../service/last-good-file.ts';
import { startService } from '../service/service.ts';
import { readSigningKey, readTrustedKeys, signingWith } from '../signing/keys.ts';
import { EXIT } from './exit-codes.ts';
import { loadOptions, rulesFrom } from './load-packs.ts';
import { natsOption } from './nats-option.ts';
import { nextSteps } from './next-steps.ts';
import { ownCommand } from './own-command.ts';
import { rulesFolder, rulesOption } from './rules-option.ts';
import { slowerEngine } from './slower-engine.ts';
import { untilInterrupted } from './terminal/until-interrupted.ts';

/** Shorter tokens can be tried out in weeks, since some hundred thousand guesses a day are looked at. */
const GUESSABLE_CHARS = 20;

interface ServeOptions {
  readonly nats?: string;
  readonly embedded?: true;
  readonly http?: string;
  readonly mode?: Mode;
  readonly rules?: string;
  readonly store?: string;
  readonly port?: number;
  readonly nextPort?: true;
}

/** `knell serve`: the service, until SIGTERM or SIGINT. */
export function serveCommand(): Command {
  return new Command('serve')
    .description("run the service: read agents' output from NATS, publish abort commands and failure records")
    .addOption(natsOption())
    .option('--embedded', 'start a private nats-server with JetStream on the loopback interface')
    .option('--store <folder>', 'where the embedded server keeps its data (default: a temporary folder)')
    .option('--port <n>', "the embedded server's port, or the next one that is free (default: any)", asPort)
    .option('--http <host:port>', 'serve the page, /api/v1, /healthz, /readyz and /metrics there (or KNELL_HTTP)')
    .option('--next-port', 'where the port of --http is taken, the next one that is free')
    .addOption(new Option('--mode <mode>', 'shadow: only say what would be done').choices(['enforce', 'shadow']))
    .addOption(rulesOption())
    .addHelpText(
      'after',
      `
Stops cleanly on SIGTERM: finishes what is under way and leaves the rest to the next worker.
Any number of these share the work; start and stop them as you like.
The rules are the folder's until "knell rules publish" has published some; then all workers run those.

Examples:
  knell serve --embedded --http 127.0.0.1:8322
  knell serve --embedded --port 4222 --store ~/.local/state/knell/nats      at the same address with the same data each time
  NATS_URL=nats://nats:4222 knell serve --mode shadow`,
    )
    .action(async (options: ServeOptions) => {
      // Before anything is opened: whoever is told to stop while it starts closes what is open by then.
      const failed = new AbortController();
      const stop = new AbortController();
      const interrupted = untilInterrupted(failed.signal);
      void interrupted.then(() => stop.abort());
      await serve(options, interrupted, stop.signal).finally(() => failed.abort());
    });
}

/**
 * The service, from its start to its end.
 *
 * @param interrupted settles when it is told to stop
 * @param stop aborted then
 */
async function serve(options: ServeOptions, interrupted: Promise<NodeJS.Signals>, stop: AbortSignal): Promise<void> {
  const environment = readEnvironment(process.env);
  if (options.embedded && options.nats) throw new UsageError('--embedded starts a server of its own: leave --nats out');
  if (!options.embedded && (options.port !== undefined || options.store !== undefined)) {
    throw new UsageError('--port and --store are for --embedded, which starts a server of its own');
  }
  const given = options.embedded ? undefined : readLogin(options.nats, environment);
  if (!options.embedded && given === undefined) {
    throw new UsageError('which NATS server? Set NATS_URL, give --nats URL, or --embedded for a private one');
  }
  const http = options.http ?? environment.KNELL_HTTP;
  if (options.nextPort && http === undefined) throw new UsageError('--next-port is for --http or KNELL_HTTP');
  const wanted = http === undefined ? undefined : readHttpAddress(http);
  const httpAddress =
    wanted && options.nextPort
      ? { ...wanted, port: await freePort(wanted.port, wanted.host, '--http or KNELL_HTTP') }
      : wanted;
  const { KNELL_HTTP_TOKEN, KNELL_HTTP_TOKEN_FILE } = environment;
  const token = readSecret('KNELL_HTTP_TOKEN', KNELL_HTTP_TOKEN, KNELL_HTTP_TOKEN_FILE);
  const { KNELL_SIGNING_KEY, KNELL_SIGNING_KEY_FILE } = environment;
  const signing = readSecret('KNELL_SIGNING_KEY', KNELL_SIGNING_KEY, KNELL_SIGNING_KEY_FILE);
  const { KNELL_PUBLIC_KEYS, KNELL_PUBLIC_KEYS_FILE } = environment;
  const keys = readSecret('KNELL_PUBLIC_KEYS', KNELL_PUBLIC_KEYS, KNELL_PUBLIC_KEYS_FILE);
  const { KNELL_RULES_PUBLIC_KEYS, KNELL_RULES_PUBLIC_KEYS_FILE } = environment;
  const rulesKeys = readSecret('KNELL_RULES_PUBLIC_KEYS', KNELL_RULES_PUBLIC_KEYS, KNELL_RULES_PUBLIC_KEYS_FILE);
  const { KNELL_RULES_SIGNING_KEY, KNELL_RULES_SIGNING_KEY_FILE } = environment;
  const rulesSigning = readSecret('KNELL_RULES_SIGNING_KEY', KNELL_RULES_SIGNING_KEY, KNELL_RULES_SIGNING_KEY_FILE);
  const rules = await rulesFrom(rulesFolder(options.rules));
  const log = createLogger(environment.KNELL_LOG_LEVEL);
  if (httpAddress && token === undefined && !isLoopback(httpAddress)) {
    log.warn(
      { http },
      'metrics can be read by everyone who reaches this address: set KNELL_HTTP_TOKEN or KNELL_HTTP_TOKEN_FILE',
    );
  }
  if (token !== undefined && token.length < GUESSABLE_CHARS) {
    log.warn(
      { chars: token.length },
      'the token of KNELL_HTTP_TOKEN can be guessed: make one with "openssl rand -hex 24"',
    );
  }
  if (patternEngine().name === 're2js') log.warn(slowerEngine());
  const storeDir = options.store ?? environment.KNELL_STORE;
  void interrupted.then((signal) => {
    // What started it, as npm does, may lead the terminal's session and be gone first: the hang-up must not cut this off.
    process.on('SIGHUP', () => undefined);
    log.info({ signal }, 'stopping');
  });
  const policy = { ...DEFAULT_POLICY, mode: options.mode ?? environment.KNELL_MODE, zone: environment.KNELL_ZONE };
  let server: EmbeddedServer | undefined;
  let lastWords = '';
  /** Aborted when the private server has ended: nothing brings that back but another start. */
  const gone = new AbortController();
  const over = AbortSignal.any([stop, gone.signal]);
  try {
    if (options.embedded) {
      server = await startEmbeddedServer({
        ...(storeDir !== undefined && { storeDir }),
        ...(options.port !== undefined && { port: await freePort(options.port) }),
        signal: stop,
      });
      log.info({ url: server.url, store: storeDir ?? 'temporary' }, 'started a private nats-server');
      void server.exited.then((said) => {
        lastWords = said;
        gone.abort();
      });
    }
    const service = await startService({
      signal: over,
      nats: server ? { servers: [`127.0.0.1:${server.port}`] } : (given as Login),
      prefix: environment.KNELL_PREFIX,
      replicas: environment.KNELL_REPLICAS,
      rules,
      rulesFolder: { path: rulesFolder(options.rules), load: loadOptions() },
      published: {
        load: loadOptions(),
        ...(environment.KNELL_RULES_GROUP !== undefined && { group: environment.KNELL_RULES_GROUP }),
        ...(rulesKeys !== undefined && { trusted: readTrustedKeys(rulesKeys) }),
        // A private server keeps what is published itself, or forgets it with all else.
        ...(given !== undefined && {
          lastGood: createLastGoodFile(lastGoodPath(given, environment), (error) =>
            log.warn({ err: error }, 'the last good rules can not be kept on disk: set KNELL_STATE to a folder'),
          ),
        }),
      },
      policy: () => policy,
      budget: budgetOf(environment.KNELL_BUDGET_PER_MINUTE, environment.KNELL_BUDGET_PER_HOUR),
      lagBounds: { messages: environment.KNELL_LAG_MESSAGES, seconds: environment.KNELL_LAG_SECONDS },
      ...(environment.KNELL_RULE_SHARE !== undefined && { ruleCosts: { limit: environment.KNELL_RULE_SHARE } }),
      unlabelled: environment.KNELL_CODEC,
      ...(signing !== undefined && {
        signing: signingWith(readSigningKey(signing), keys === undefined ? undefined : readTrustedKeys(keys)),
      }),
      log,
      ...(rulesSigning !== undefined && {
        rulesSigning: signingWith(
          readSigningKey(rulesSigning),
          rulesKeys === undefined ? undefined : readTrustedKeys(rulesKeys),
        ),
      }),
      ...(httpAddress && {
        http: {
          ...httpAddress,
          ...(token !== undefined && { token }),
          readsOpen: environment.KNELL_HTTP_READ === 'open',
        },
      }),
      ...(environment.FLUENT_HOST === undefined
        ? {}
        : {
            fluentd: {
              host: environment.FLUENT_HOST,
              port: environment.FLUENT_PORT,
              tagPrefix: environment.FLUENT_TAG_PREFIX,
            },
          }),
    });
    if (server) {
      process.stdout.write(nextSteps(server.url, service.httpUrl, storeDir, ownCommand(process.argv[1])));
    }
    if (!over.aborted) await once(over, 'abort');
    await service.stop();
  } catch (error) {
    if (error !== over.reason) throw error;
  } finally {
    await server?.stop();
  }
  // Where all are told to stop, the server may be the first to end.
  if (!stop.aborted) {
    log.error(
      { said: lastWords },
      'the private nats-server has ended, and the service with it: start it again; where that comes again, its last words and the log of the system (memory, disk) say why',
    );
    process.exit(EXIT.unreachable);
  }
  log.info('stopped');
  // Something may still wait on a connection that is closed by now: an answer to a step of the start, or of a server that is frozen.
  process.exit(EXIT.done);
}

function asPort(text: string): number {
  const port = Number(text);
  if (!/^[1-9][0-9]{0,4}$/.test(text) || port > 65_535) throw new InvalidArgumentError('Use a number from 1 to 65535.');
  return port;
}
