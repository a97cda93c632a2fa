import type { Frame } from './nats-frames.ts';
import type { ProxyHooks, Way } from './nats-proxy.ts';

/** How often what happens to a message that passes, 0 to 1. */
export interface Losses {
  readonly lose: number;
  readonly double: number;
  readonly delay: number;
  /** The longest delay, in milliseconds. */
  readonly delayMs: number;
  readonly cut: number;
}

/** Messages are lost; what the connection itself says (subscriptions, pings) goes with the connection or not at all. */
const MESSAGES = new Set(['PUB', 'HPUB', 'MSG', 'HMSG']);

/** What a client sees while messages in both directions get lost, come twice, late and out of order, or with a cut. */
export function lossyNetwork(losses: Losses, random: () => number, onFault: (what: keyof Losses) => void): ProxyHooks {
  const pass = (frame: Frame, way: Way): void => {
    let chance = MESSAGES.has(frame.verb) ? random() : 1;
    const happens = (what: 'lose' | 'double' | 'delay' | 'cut'): boolean => {
      chance -= losses[what];
      if (chance >= 0) return false;
      chance = 1;
      onFault(what);
      return true;
    };
    if (happens('lose')) return;
    if (happens('cut')) way.cut();
    else if (happens('delay')) way.onward(frame, random() * losses.delayMs);
    else {
      if (happens('double')) way.onward(frame);
      way.onward(frame);
    }
  };
  return { fromClient: pass, fromServer: pass };
}
