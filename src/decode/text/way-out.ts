import type { LineShape } from './line-shape.ts';
import type { TextSource } from './text-source.ts';
import { type Waiting, waitingAt } from './waiting-menu.ts';

/** What a client offers below a limit, or a login that is over. */
const OFFERS = /\b(?:limit|upgrade|usage|credits|log ?in|sign ?in|API key)\b/i;
/** How many lines below a failure its menu begins. */
const WITHIN = 4;

/** The menu at a line in which a client offers a way out of its failure: to wait, to upgrade, to log in. */
export function wayOutAt(shapes: readonly LineShape[], at: number, source: TextSource): Waiting | undefined {
  const menu = waitingAt(shapes, at, source);
  if (!menu || menu.cancelled !== undefined) return undefined;
  return shapes.slice(at, menu.last + 1).some(({ body }) => OFFERS.test(body)) ? menu : undefined;
}

/** Which of its commands help: `/upgrade or /extra-usage to finish what you're working on.` */
const HINT = /^\/(?:upgrade|extra-usage|login|rate-limit-options|usage|usage-credits|passes)\b.{0,20}\bto \w/;

/** Whether a full screen hangs its client's commands right below a line that it has marked: it is the client's own word. */
export function hintsBelow(shapes: readonly LineShape[], at: number): boolean {
  const { raw } = shapes[at] as LineShape;
  const below = shapes.slice(at + 1, at + 1 + WITHIN).find(({ body, indent }) => HINT.test(body) && indent >= 2);
  return /^\s?[●⏺] /u.test(raw) && below !== undefined;
}

/** Whether such a menu stands right below a failure: then the client has said it, whatever stands above. */
export function offersWayOut(shapes: readonly LineShape[], last: number, source: TextSource): boolean {
  return shapes
    .slice(last + 1, last + 1 + WITHIN)
    .some((_, below) => wayOutAt(shapes, last + 1 + below, source) !== undefined);
}
