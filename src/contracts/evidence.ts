import { z } from 'zod';
import { StreamName } from './run.ts';
import { Timestamp } from './time.ts';

/** The longest excerpt of a line that leaves knell, in UTF-16 code units. */
export const EXCERPT_MAX = 300;

/** One line that justifies a verdict. The excerpt is redacted; the hash is of the line's raw bytes. */
export const Evidence = z.object({
  stream: StreamName,
  line: z.int().min(0).meta({
    description: 'Number of the line in its stream, from 0; where the publisher knows none, its row in message `seq`.',
  }),
  seq: z.int().min(0).optional().meta({ description: 'Sequence of the message in the log stream.' }),
  event: z.string().meta({ description: "Name of the event the line became, e.g. 'result'; 'line' for plain text." }),
  pointer: z.string().optional().meta({ description: 'JSON Pointer of the field that decided, where one did.' }),
  excerpt: z.string().max(EXCERPT_MAX),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  observed_at: Timestamp.meta({ description: "When the line was stored, by the server's clock." }),
  printed_at: Timestamp.optional().meta({
    description: 'When it was printed, by the clock of its publisher, who may have said so. No run is ended by it.',
  }),
});
export type Evidence = z.infer<typeof Evidence>;

/** What the run really authenticates with. An API key in the environment can shadow the subscription's token. */
export const CredentialKind = z.enum(['oauth', 'api_key', 'unknown']);
export const Credential = z.object({
  kind: CredentialKind,
  subscription: z.string().optional(),
  fingerprint: z.string().optional().meta({ description: 'Salted hash of the token; never the token.' }),
});
export type Credential = z.infer<typeof Credential>;

/** Which rule decided, and exactly which version of it. */
export const RuleReference = z.object({ id: z.string(), pack: z.string(), version: z.string(), digest: z.string() });
export type RuleReference = z.infer<typeof RuleReference>;
