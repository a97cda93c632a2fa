import { AckPolicy, type ConsumerConfig, DeliverPolicy } from 'nats';
import { coversSubject } from '../covers-subject.ts';

/** What of a consumer's settings decides what it hands out, and whether it hands it out again. */
export type ReadingSettings = Pick<
  ConsumerConfig,
  | 'deliver_subject'
  | 'deliver_policy'
  | 'ack_policy'
  | 'max_deliver'
  | 'filter_subject'
  | 'filter_subjects'
  | 'headers_only'
>;

/**
 * Why a consumer would lose messages, or never hand them out.
 *
 * @param wanted the subjects that have to be read, with wildcards; left out: they are not looked at
 */
export function misfitsOf(config: ReadingSettings, wanted?: string): readonly string[] {
  const misfits: string[] = [];
  if (config.deliver_subject) misfits.push('pushes its messages to one subject');
  if (config.deliver_policy !== DeliverPolicy.All) {
    misfits.push(`begins elsewhere than at the first message (deliver policy ${config.deliver_policy})`);
  }
  if (config.ack_policy !== AckPolicy.Explicit) misfits.push(`has the ack policy ${config.ack_policy}, not explicit`);
  if ((config.max_deliver ?? -1) > 0) misfits.push(`gives up after ${config.max_deliver} deliveries`);
  if (config.headers_only) misfits.push('hands out headers only');
  const narrow = wanted === undefined ? undefined : narrowFilterOf(config, wanted);
  return narrow === undefined ? misfits : [...misfits, narrow];
}

/** That a consumer does not hand out all of some subjects; undefined where it does. */
export function narrowFilterOf(
  { filter_subject, filter_subjects = [] }: Pick<ReadingSettings, 'filter_subject' | 'filter_subjects'>,
  wanted: string,
): string | undefined {
  const filters = [filter_subject, ...filter_subjects].flatMap((one) => one || []);
  const isWhole = filters.length === 0 || filters.some((one) => coversSubject(one, wanted));
  return isWhole ? undefined : `reads only ${filters.join(', ')}, not ${wanted}`;
}
