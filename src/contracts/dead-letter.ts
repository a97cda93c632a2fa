/** Header names of a dead letter, beside those that it came with. */
export const DEAD_HEADERS = {
  reason: 'Knell-Dead-Reason',
  subject: 'Knell-Dead-Subject',
  stream: 'Knell-Dead-Stream',
  seq: 'Knell-Dead-Seq',
  stored: 'Knell-Dead-Stored',
  /** `left out` where the message was too long to be stored with these headers. */
  payload: 'Knell-Dead-Payload',
} as const;
