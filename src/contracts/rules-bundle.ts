import { z } from 'zod';

/** A semantic version without a suffix, such as `1.0.0`. */
export const PlainVersion = z.string().regex(/^\d{1,9}\.\d{1,9}\.\d{1,9}$/);

/** SHA-256 in hex. */
export const Sha256 = z.string().regex(/^[0-9a-f]{64}$/, 'write a SHA-256 in hex: 64 digits');

/** How right a bundle's rules were on one labelled corpus when it was built. */
export const CorpusScore = z.strictObject({
  corpus: z.string().min(1),
  /** Of the corpus file: scores can be compared only where they are of the same bytes. */
  sha256: Sha256,
  items: z.int().min(0),
  false_aborts: z.int().min(0),
  missed_aborts: z.int().min(0),
  category_accuracy: z.number().min(0).max(1).nullable(),
});
export type CorpusScore = z.infer<typeof CorpusScore>;

/** The name of a file in a rules folder, as it stands in a bundle. */
const BundledFile = z.string().regex(/^(?:causes\/)?[A-Za-z0-9_-][A-Za-z0-9._-]{0,99}\.yaml$/);

/** A whole rules folder as one value: all packs, causes and overrides, and what is known of them. */
export const RulesBundle = z.strictObject({
  schema: z.literal('knell.bundle/v1'),
  /** The least version of knell that it was made for. */
  engine: PlainVersion,
  /** The text of each file by its name in the folder, as its author wrote it: findings can then say where. */
  files: z.record(BundledFile, z.string()),
  scores: z.array(CorpusScore).max(64),
});
export type RulesBundle = z.infer<typeof RulesBundle>;
