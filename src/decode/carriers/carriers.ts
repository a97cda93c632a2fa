import type { Carrier } from './carrier.ts';
import { collected } from './collected.ts';
import { compose } from './compose.ts';
import { cri } from './cri.ts';
import { docker } from './docker.ts';
import { fluentBit } from './fluent-bit.ts';
import { ghRunLog } from './gh-run-log.ts';
import { gitlab } from './gitlab.ts';
import { journald } from './journald.ts';
import { kubectl } from './kubectl.ts';
import { logger } from './logger.ts';
import { ndjson } from './ndjson.ts';
import { otlp } from './otlp.ts';
import { sse } from './sse.ts';
import { stamp } from './stamp.ts';
import { streamed } from './streamed.ts';
import { syslog } from './syslog.ts';
import { tagged } from './tagged.ts';
import { vector } from './vector.ts';

/** Every carrier there is, in the order in which they are asked: a plain stamp last, since others begin with one. */
export const CARRIERS: readonly Carrier[] = [
  docker,
  journald,
  vector,
  otlp,
  fluentBit,
  ndjson,
  sse,
  streamed,
  collected,
  cri,
  ghRunLog,
  gitlab,
  kubectl,
  syslog,
  compose,
  tagged,
  logger,
  stamp,
];
