import type { Health, Now } from '../../contracts/api/now.ts';
import { STREAMS } from '../../contracts/subjects.ts';
import type { ApiWorld } from '../api/api-world.ts';
import { healthOf } from './health.ts';
import { latestOfEachKind } from './latest-notices.ts';
import { type NoticeFeed, startNoticeFeed } from './notice-feed.ts';
import { countFleet } from './now.ts';
import { type RunIndex, startRunIndex } from './run-index.ts';

/** What the page sees of the fleet, followed live while anybody looks. */
export interface FleetView {
  runs(): Promise<RunIndex>;
  notices(): Promise<NoticeFeed>;
  health(): Promise<Health>;
  now(): Promise<Now>;
  /** Keeps what is followed for as long as a client is connected; returns how to let go. */
  hold(): () => void;
  stop(): void;
}

/** After so long without a request, nothing is followed any more: it takes memory, and the reading of each change. */
const IDLE_MS = 10 * 60_000;
/** As many notices of each kind are told of. */
const NOTICES_SHOWN = 20;
/** How long the answers of the server about dead letters and refused rules count, in milliseconds. */
const ASKED_MS = 5_000;

type FleetWorld = Pick<
  ApiWorld,
  | 'store'
  | 'connection'
  | 'subjects'
  | 'clock'
  | 'manager'
  | 'budget'
  | 'version'
  | 'worker'
  | 'signed'
  | 'readiness'
  | 'fleetMode'
  | 'mode'
  | 'rules'
  | 'rulesStores'
  | 'access'
  | 'log'
>;

export function createFleetView(world: FleetWorld): FleetView {
  const { store, connection, subjects, clock, log } = world;
  let runs: Promise<RunIndex> | undefined;
  let notices: Promise<NoticeFeed> | undefined;
  let held = 0;
  let cancelIdle: () => void = () => undefined;
  let asked: { readonly atMs: number; readonly dead: number; readonly rulesRefused: string | undefined } | undefined;

  function stayUp(): void {
    cancelIdle();
    if (held === 0) cancelIdle = clock.after(IDLE_MS, stop);
  }

  function stop(): void {
    cancelIdle();
    for (const followed of [runs, notices]) void followed?.then((one) => one.stop()).catch(() => undefined);
    runs = undefined;
    notices = undefined;
  }

  /** Starts once; where that fails, the next one who asks tries again. */
  function started<T>(known: Promise<T> | undefined, begin: () => Promise<T>, forget: () => void): Promise<T> {
    stayUp();
    if (known) return known;
    const beginning = begin();
    beginning.catch(forget);
    return beginning;
  }

  const view: FleetView = {
    runs() {
      runs = started(
        runs,
        () => startRunIndex(store),
        () => {
          runs = undefined;
        },
      );
      return runs;
    },
    notices() {
      notices = started(
        notices,
        () => startNoticeFeed(connection.jetstream(), subjects, clock.now(), log),
        () => {
          notices = undefined;
        },
      );
      return notices;
    },
    async health() {
      const obstacle = world.readiness();
      // While the server is away, the answer is what it said last.
      if (obstacle === undefined && (!asked || clock.now() - asked.atMs > ASKED_MS)) {
        asked = { atMs: clock.now(), ...(await Promise.race([askServer(world), late(world)]).catch(() => NOTHING)) };
      }
      return healthOf({
        atMs: clock.now(),
        version: world.version,
        worker: world.worker,
        obstacle,
        mode: world.mode(),
        fleet: world.fleetMode(),
        signed: world.signed,
        mayAct: world.access.tokens !== undefined,
        rules: world.rules().digest,
        dead: asked?.dead ?? 0,
        rulesRefused: asked?.rulesRefused,
      });
    },
    async now() {
      const [index, feed, health] = await Promise.all([view.runs(), view.notices(), view.health()]);
      const counted = countFleet(index.all(), clock.now(), world.budget);
      return { schema: 'knell.now/v1', health, ...counted, notices: latestOfEachKind(feed.all(), NOTICES_SHOWN) };
    },
    hold() {
      held += 1;
      stayUp();
      return () => {
        held -= 1;
        stayUp();
      };
    },
    stop,
  };
  return view;
}

async function askServer({
  manager,
  rulesStores,
  worker,
}: FleetWorld): Promise<{ dead: number; rulesRefused: string | undefined }> {
  const [dead, workers] = await Promise.all([
    manager.streams.info(STREAMS.dead),
    rulesStores().then((stores) => stores.workers.list()),
  ]);
  const refused = workers.find((each) => each.worker === worker)?.refused;
  return { dead: dead.state.messages, rulesRefused: refused?.findings[0]?.message ?? refused?.findings[0]?.code };
}

const NOTHING = { dead: 0, rulesRefused: undefined };
/** A page must learn of a server that does not answer. */
const PATIENCE_MS = 1_500;

function late({ clock }: Pick<ApiWorld, 'clock'>): Promise<typeof NOTHING> {
  return new Promise((resolve) => {
    clock.after(PATIENCE_MS, () => resolve(NOTHING));
  });
}
