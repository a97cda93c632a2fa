import type { NatsConnection } from 'nats';
import type { Notice } from '../contracts/notice.ts';
import { type PreflightReply, type PreflightRequest, unknownReply } from '../contracts/preflight.ts';
import type { Run } from '../contracts/run.ts';
import { createSubjects } from '../contracts/subjects.ts';
import type { Login } from '../login/login.ts';
import { readTrustedKeys } from '../signing/keys.ts';
import { type AbortHandler, type OnAbortOptions, startAbortInbox } from './abort-inbox.ts';
import { askPreflight } from './ask-preflight.ts';
import { connectAs } from './connect-as.ts';
import { startNoticeFeed } from './notice-feed.ts';
import { createRunReporter, type RunDetails, type RunReporter } from './run-reporter.ts';
import { createRunsHere } from './runs-here.ts';

export type { AbortCommand } from '../contracts/abort-command.ts';
export type { AckOutcome } from '../contracts/ack.ts';
export { fingerprintOf, fingerprintSalt } from '../contracts/fingerprint.ts';
export { readLogin as loginFrom } from '../login/read-login.ts';
export type { AbortHandler, Login, Notice, OnAbortOptions, PreflightReply, PreflightRequest, Run, RunDetails };

export interface KnellClientOptions {
  /**
   * Address of the NATS server (several, comma separated; user and password may stand in it), `context:NAME` of the
   * `nats` command line, a login with the paths of its files (see `loginFrom`), or a connection that stays yours.
   */
  readonly nats: string | Login | NatsConnection;
  /** The name of this backend: it stands in every ack, and names its place in the stream of commands. */
  readonly by: string;
  /** Public keys, `ed25519:…`, several separated by spaces: then only commands that one of them has signed reach a handler. */
  readonly publicKeys?: string;
  /** What the deployment's subjects begin with. */
  readonly prefix?: string;
  /** Called with what went wrong in the background; left out: it goes to `process.emitWarning`. */
  readonly onError?: (error: unknown, about: string) => void;
}

/** A backend's side of knell. */
export interface KnellClient extends RunReporter {
  /**
   * Calls the handler with each abort command, also with those that were issued while no client listened. Duplicates,
   * expired commands, and commands for runs that are over or for another attempt than the one that runs here never
   * reach it: they are acknowledged as what they are. What the handler returns is published as the ack; when it throws,
   * the command comes again until it expires. Returns how to stop.
   */
  onAbort(handler: AbortHandler, options?: OnAbortOptions): Promise<() => Promise<void>>;
  /** Calls the handler with each notice from now on. Returns how to stop. */
  onNotice(handler: (notice: Notice) => void | Promise<void>): Promise<() => Promise<void>>;
  /**
   * Asks whether a run on a subscription has a chance. Never throws: no answer in time (default 250 ms) is `unknown`,
   * and `unknown` means go ahead.
   */
  preflight(request: PreflightRequest, options?: { readonly timeoutMs?: number }): Promise<PreflightReply>;
  /** Stops listening, waits for handlers under way, and closes the connection if it made it. Safe to call twice. */
  close(): Promise<void>;
}

/**
 * Connects a backend to knell.
 *
 * ```ts
 * const knell = await createKnellClient({ nats: 'nats://127.0.0.1:4222', by: 'my-backend' });
 * await knell.onAbort(async (command) => ((await stop(command.execution)) ? 'terminated' : 'not_found'));
 * const { answer, alternatives } = await knell.preflight({ agent: 'a1', subscription: 'team-a' });
 * ```
 *
 * @throws {Error} with code `NATS_UNREACHABLE`, `NATS_LOGIN_REFUSED`, `NATS_TLS_FAILED` or `NATS_LOGIN_UNUSABLE` and a
 *   message that names the cause, when there is no connection
 * @throws {KeyUnusable} when a public key is none
 * @throws {RangeError} when the prefix can't be one
 */
export async function createKnellClient(options: KnellClientOptions): Promise<KnellClient> {
  const { nats, by, prefix, publicKeys, onError = warn } = options;
  const trusted = publicKeys === undefined ? {} : { trusted: readTrustedKeys(publicKeys) };
  const subjects = createSubjects(prefix);
  const isOwn = typeof nats === 'string' || 'servers' in nats;
  const connection = isOwn ? await connectAs(by, nats) : nats;
  const runsHere = createRunsHere();
  const reporter = createRunReporter(connection, subjects, runsHere);
  const stops = new Set<() => Promise<void>>();
  let closing: Promise<void> | undefined;
  const stoppable = (stop: () => Promise<void>) => {
    stops.add(stop);
    return async () => {
      stops.delete(stop);
      await stop();
    };
  };
  return {
    ...reporter,
    async onAbort(handler, inboxOptions = {}) {
      return stoppable(
        await startAbortInbox({ connection, subjects, by, runsHere, onError, ...trusted, ...inboxOptions }, handler),
      );
    },
    async onNotice(handler) {
      return stoppable(await startNoticeFeed({ connection, subjects, onError }, handler));
    },
    async preflight(request, { timeoutMs = 250 } = {}) {
      try {
        return await askPreflight(connection, subjects, request, timeoutMs);
      } catch (error) {
        return unknownReply(`knell did not answer: ${(error as Error).message}`, request.subscription);
      }
    },
    close() {
      closing ??= (async () => {
        await Promise.all([...stops].map((stop) => stop()));
        if (isOwn && !connection.isClosed()) await connection.drain();
      })();
      return closing;
    },
  };
}

function warn(error: unknown, about: string): void {
  process.emitWarning(`${about}: ${error instanceof Error ? error.message : String(error)}`, 'KnellWarning');
}
