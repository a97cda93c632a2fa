import { z } from 'zod';
import { Timestamp } from './time.ts';

export const NoticeKind = z.enum([
  'subscription_expiring',
  'quota_warning',
  'drift',
  'stall',
  'incident',
  'budget',
  'rules',
  'command_unanswered',
  'mode',
  'gap',
  'clock',
  'foreign_message',
]);
export type NoticeKind = z.infer<typeof NoticeKind>;

/** Worth knowing; nothing failed. The kind's own fields stand beside the common ones. */
export const Notice = z.looseObject({
  schema: z.literal('knell.notice/v1'),
  notice_id: z.string().min(1).optional().meta({ description: 'The same notice always has the same id.' }),
  kind: NoticeKind,
  at: Timestamp,
  message: z.string(),
});
export type Notice = z.infer<typeof Notice>;
