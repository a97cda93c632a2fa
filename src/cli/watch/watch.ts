import { setTimeout as pause } from 'node:timers/promises';
import { Argument, Command } from 'commander';
import { type NatsConnection, NatsError } from 'nats';
import { STREAMS, type Subjects } from '../../contracts/subjects.ts';
import { storedMs } from '../../nats/consume/log-source.ts';
import { type Followed, followStream } from '../../nats/follow-stream.ts';
import { natsOption } from '../nats-option.ts';
import { tellOutages } from '../tell-outages.ts';
import { coloursFor } from '../terminal/colour.ts';
import { sinceOption } from '../terminal/since.ts';
import { untilInterrupted } from '../terminal/until-interrupted.ts';
import { withNats } from '../with-nats.ts';
import { type FleetEvent, renderEvent } from './render-event.ts';
import { createSaidOnce } from './said-once.ts';
import { type EventFilter, isWanted, readEvent, WATCHED, type Watched } from './watched.ts';

interface WatchOptions extends EventFilter {
  readonly since?: number;
  readonly nats?: string;
  readonly json?: true;
}

/** How long to wait before looking again for a stream that is not there yet, in milliseconds. */
const MISSING_MS = 1_000;

/** `knell watch`: what happens in the fleet, as it happens, until Ctrl-C. */
export function watchCommand(): Command {
  return new Command('watch')
    .description('follow the fleet live: abort commands, failure records and notices as they come')
    .addArgument(new Argument('[what]', 'one of them only').choices(Object.keys(WATCHED)))
    .option('--agent <id>', 'what is about this agent')
    .option('--category <name>', 'what has this category, or one of this family: auth.token_expired, auth')
    .addOption(sinceOption('begin with what was stored since then'))
    .addOption(natsOption())
    .option('--json', 'each message as it went over the wire, one a row')
    .addHelpText(
      'after',
      `
Goes on when the server was away, without missing anything. Ctrl-C ends it. Times are UTC.

Examples:
  knell watch
  knell watch failures --category auth --since 1h
  knell watch notices --json | jq .kind`,
    )
    .action(async (what: Watched | undefined, options: WatchOptions) => {
      const colours = coloursFor(process.stdout);
      const watch = async (connection: NatsConnection, subjects: Subjects, _: unknown, over: AbortSignal) => {
        void tellOutages(connection);
        if (process.stdout.isTTY) {
          process.stderr.write(
            `knell: following ${what ?? 'abort commands, failure records and notices'}; Ctrl-C ends it\n`,
          );
        }
        const kinds = what === undefined ? (Object.keys(WATCHED) as Watched[]) : [what];
        const since = options.since === undefined ? {} : { since: new Date(options.since) };
        const isNews = createSaidOnce();
        const stops = kinds.map((kind) =>
          follow(connection, { stream: STREAMS[kind], subject: subjects.all(kind), ...since }, (data, ms) => {
            const event: FleetEvent | undefined = readEvent(kind, data);
            if (!event || !isWanted(event, options)) return;
            if (options.json) process.stdout.write(`${JSON.stringify(event)}\n`);
            else if (!('record_id' in event) || isNews(String(event.record_id), renderEvent(event, 0, colours)))
              process.stdout.write(renderEvent(event, ms, colours));
          }),
        );
        await Promise.race([untilInterrupted(over), ...stops]);
      };
      await withNats(options.nats, watch, { follows: true });
    });
}

/** Follows a stream for good; one that is not there yet is waited for. Settles only by what it throws. */
async function follow(
  connection: NatsConnection,
  followed: Followed,
  take: (data: Uint8Array, storedMs: number) => void,
): Promise<never> {
  const jetstream = connection.jetstream();
  for (let told = false; ; ) {
    try {
      await followStream(jetstream, followed, (message) => take(message.data, storedMs(message)));
      return await new Promise<never>(() => undefined);
    } catch (error) {
      if (!(error instanceof NatsError) || error.api_error?.code !== 404) throw error;
      if (!told)
        process.stderr.write(`knell: there is no ${followed.stream} yet; waiting for a worker (knell serve)\n`);
      told = true;
      await pause(MISSING_MS);
    }
  }
}
