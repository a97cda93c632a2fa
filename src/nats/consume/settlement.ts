import type { JsMsg } from 'nats';
import type { Settlement } from '../../pipeline/ports/ports.ts';
import { isOutage } from '../outage.ts';
import type { InHand } from './message-source.ts';

/** Where messages go that can't be handled. Settles when the message is stored there. */
export type DeadLetterBox = (message: JsMsg, reason: string) => Promise<void>;

/** A message that fails so many times for its own sake is dead. */
const FAILURES = 3;

/** How often the delay of a redelivery is doubled at most, while something outside fails. */
const DOUBLINGS = 4;

/** How a message is given back to its consumer. */
export function settlementOf(message: JsMsg, { acks, setAside }: InHand, bury: DeadLetterBox): Settlement {
  return {
    setAside,
    ack: () => acks.add(message),
    retry(delayMs, error) {
      const { deliveryCount } = message.info;
      if (error === undefined || isOutage(error)) {
        message.nak(delayMs * 2 ** Math.min(deliveryCount - 1, DOUBLINGS));
      } else if (deliveryCount < FAILURES) {
        message.nak(delayMs);
      } else {
        bury(message, String(error)).then(
          () => acks.add(message),
          () => message.nak(delayMs),
        );
      }
    },
    // Without a reason: nats-server 2.9 does not know terms with one.
    reject: () => message.term(),
  };
}
