import { AckPolicy, type JetStreamManager, nanos } from 'nats';
import { type Check, ok, warning } from './check.ts';

/** As in `classify/clock-skew.ts`: a host that differs by more is reported. */
const SKEW_MS = 30_000;

/** Longer than the request itself may take, in milliseconds: the server then forgets the consumer by itself. */
const FORGOTTEN_MS = 10_000;

/**
 * How far this host's clock is from the server's. The server tells its time with a consumer that is made, and nothing is
 * written for it.
 *
 * @param stream any stream that is there
 */
export async function lookAtClock(manager: JetStreamManager, stream: string): Promise<readonly Check[]> {
  const sentMs = Date.now();
  const { name, created } = await manager.consumers.add(stream, {
    ack_policy: AckPolicy.None,
    inactive_threshold: nanos(FORGOTTEN_MS),
  });
  const halfwayMs = (sentMs + Date.now()) / 2;
  await manager.consumers.delete(stream, name);
  return [judgeClock(halfwayMs - Date.parse(created))];
}

/** @param aheadMs how far this host's clock is ahead of the server's, in milliseconds */
export function judgeClock(aheadMs: number): Check {
  const seconds = (Math.abs(aheadMs) / 1_000).toFixed(1);
  const off = `this host's clock is ${seconds} s ${aheadMs < 0 ? 'behind' : 'ahead of'} the server's`;
  if (Math.abs(aheadMs) <= SKEW_MS) return ok('clock', off);
  const why = 'a tap or backend here decides by it whether a command has expired. Set it by NTP';
  return warning('clock', `${off}: ${why}`);
}
