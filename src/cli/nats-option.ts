import { Option } from 'commander';

/** Which server: every command that speaks to one has this option. */
export function natsOption(): Option {
  return new Option(
    '--nats <url>',
    'the NATS server, or context:NAME of the nats command line (or NATS_URL, NATS_CONTEXT)',
  );
}
