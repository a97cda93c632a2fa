import { expect, it } from 'vitest';
import { createStartWait } from '../../src/service/start-wait.ts';
import { recordingLogger } from '../support/recording-logger.ts';

it('tells why a start begins again at once, then after twice the time, up to a minute, with how long it has waited', () => {
  const { logger, lines } = recordingLogger();
  let nowMs = 500;
  const wait = createStartWait(logger, () => nowMs);
  for (let tries = 0; tries < 300; tries += 1, nowMs += 1_000) wait.beginsAgain('no leader');
  expect(lines.map(({ waited_s: waitedS }) => waitedS)).toEqual([0, 1, 3, 7, 15, 31, 63, 123, 183, 243]);
  expect(new Set(lines.map(({ reason }) => reason))).toEqual(new Set(['no leader']));
});

it('tells a new reason at once, and one that comes again in its turn', () => {
  const { logger, lines } = recordingLogger();
  let nowMs = 0;
  const wait = createStartWait(logger, () => nowMs);
  for (let tries = 0; tries < 30; tries += 1, nowMs += 1_000)
    wait.beginsAgain(tries % 2 === 0 ? 'no leader' : 'no answer');
  expect(lines.length).toBeLessThan(8);
  expect(lines.slice(0, 2).map(({ reason }) => reason)).toEqual(['no leader', 'no answer']);
});

it('says what it waits for: the connection first, then why the last try ended', () => {
  const wait = createStartWait(recordingLogger().logger, () => 0);
  expect(wait.readiness()).toBe('starting');
  wait.connecting('no NATS server answers at a:4222');
  expect(wait.readiness()).toBe('starting: no NATS server answers at a:4222');
  wait.connecting(undefined);
  wait.beginsAgain('no leader');
  expect(wait.readiness()).toBe('starting again: no leader');
});
