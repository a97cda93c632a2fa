import { expect, test } from 'vitest';
import { allRight } from '../chaos/plays.ts';
import { pause, preload, useFaultyWorld } from './faulty-world.ts';

const RUNS = 60;
/** How long a worker stands still, in seconds. */
const STILL_S = Number(process.env.KNELL_STILL_S ?? 60);
const world = useFaultyWorld();

test.each([1, 2])('of %i workers one stands still: what it had is done, once', { timeout: 400_000 }, async (count) => {
  const first = await world.startWorker();
  for (let other = 1; other < count; other += 1) await world.startWorker();
  const outcome = await world.play(`one of ${count} stopped for ${STILL_S} s`, RUNS, async () => {
    await pause(4_000);
    process.kill(first.pid, 'SIGSTOP');
    await pause(STILL_S * 1_000);
    process.kill(first.pid, 'SIGCONT');
  });
  expect(outcome).toEqual(allRight(outcome));
});

test('workers whose event loops stand still 0.8 of each second decide all the same', { timeout: 400_000 }, async () => {
  for (let worker = 0; worker < 2; worker += 1) {
    expect((await world.startWorker(preload('stalls.mjs'))).log()).toContain('the event loop will stand still');
  }
  const outcome = await world.play('event loops blocked', RUNS);
  expect(outcome).toEqual(allRight(outcome));
});

test('workers whose clocks are an hour off, each to its side, agree with the server', {
  timeout: 400_000,
}, async () => {
  for (const shiftMs of [-3_600_000, 3_600_000]) {
    const worker = await world.startWorker({ ...preload('clock.mjs'), SHIFT_MS: `${shiftMs}` });
    const said = Date.parse(/"time":"([^"]+)"/.exec(worker.log())?.[1] ?? '');
    expect(Math.abs(said - Date.now())).toBeGreaterThan(3_000_000);
  }
  const outcome = await world.play('clocks an hour off', RUNS);
  expect(outcome).toEqual(allRight(outcome));
});
