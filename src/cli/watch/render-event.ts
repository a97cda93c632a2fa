import type { AbortCommand } from '../../contracts/abort-command.ts';
import type { FailureRecord } from '../../contracts/failure-record.ts';
import type { Notice } from '../../contracts/notice.ts';
import { runKey } from '../../contracts/run.ts';
import { excerpt } from '../../decode/excerpt.ts';
import { inOneLine } from '../../decode/written-out.ts';
import type { coloursFor } from '../terminal/colour.ts';

/** What happens in a fleet. */
export type FleetEvent = AbortCommand | FailureRecord | Notice;

const MESSAGE_MAX = 200;

/**
 * One line for people: when (UTC), what, whom it is about, and why.
 *
 * @param storedMs when the server stored it, epoch milliseconds
 */
export function renderEvent(event: FleetEvent, storedMs: number, colours: ReturnType<typeof coloursFor>): string {
  const at = colours.dim(new Date(storedMs).toISOString().slice(11, 19));
  const [what, about] = describe(event, colours);
  return `${at}  ${what}  ${about}  ${inOneLine(excerpt(event.message, MESSAGE_MAX))}\n`;
}

function describe(event: FleetEvent, colours: ReturnType<typeof coloursFor>): readonly [what: string, about: string] {
  switch (event.schema) {
    case 'knell.abort/v1':
      return [colours.red('abort  '), `${colours.bold(runKey(event))}  ${event.category}, next: ${event.next_action}`];
    case 'knell.failure/v1': {
      const whose = event.candidate ? ' by a candidate' : '';
      const why =
        event.disposition === 'suppressed' && event.reason ? ` (${inOneLine(excerpt(event.reason, MESSAGE_MAX))})` : '';
      const what = `${event.category}, ${event.disposition}${why}${whose}`;
      return [colours.yellow('failure'), `${colours.bold(runKey(event))}  ${what}`];
    }
    case 'knell.notice/v1':
      return [colours.cyan('notice '), event.kind];
  }
}
