import { type SecretShape, shape } from './secret-shape.ts';

/** Keys and messages that have a beginning and an end; where the end is cut off, the rest of the text belongs to it. */
export const SECRET_BLOCKS: readonly SecretShape[] = [
  shape(
    ['-----begin', '---- begin'],
    `(?s)-----? ?BEGIN (?:[A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?|PGP MESSAGE|AGE ENCRYPTED FILE|[A-Z0-9 ]{0,40}SEED|NATS USER JWT|OPENVPN STATIC KEY[ V1]*) ?-----?.*?(?:-----? ?END [A-Z0-9 ]{1,60} ?-----?-?|$)`,
  ),
  shape(['putty-user-key-file'], `(?s)PuTTY-User-Key-File-\\d.*`),
  shape(['private-lines'], `(?s)Private-Lines:.*`),
];
