import { z } from 'zod';

/** Header names of a log message. All are optional. */
export const LOG_HEADERS = {
  runtime: 'Knell-Runtime',
  format: 'Knell-Format',
  subscription: 'Knell-Subscription',
  line: 'Knell-Line',
  time: 'Knell-Time',
  codec: 'Knell-Codec',
  alone: 'Knell-Alone',
  early: 'Knell-Early',
  goesOn: 'Knell-Goes-On',
} as const;

/** How a stream was asked to print: a JSON object a line, or text. */
export const StreamFormat = z.enum(['structured', 'text']);
export type StreamFormat = z.infer<typeof StreamFormat>;

/**
 * What a run's command still has to do behind a failure of its agent. `turns`: the agent reads further prompts from its input ·
 * `commands`: its shell has other commands to run.
 */
export const GoesOn = z.enum(['turns', 'commands']);
export type GoesOn = z.infer<typeof GoesOn>;

/**
 * Who may have printed lines that stand before the agent in its shell's line: `certain`: another, since the agent was not there
 * when they had been read · `possible`: the agent or another, since it was first seen then.
 */
export const Early = z.enum(['certain', 'possible']);
export type Early = z.infer<typeof Early>;

/**
 * How a log message's payload is laid out: plain lines, one `{"line", "stream"}` a row, or what Fluent Bit, docker's
 * json-file, a container runtime (CRI), Vector or an OTLP exporter writes.
 */
export const LogCodec = z.enum(['lines', 'ndjson', 'fluent-bit', 'docker', 'cri', 'vector', 'otlp']);
export type LogCodec = z.infer<typeof LogCodec>;

/**
 * How messages without any `Knell-` header are read: as one codec, or by what all of a message's lines look like (`auto`).
 * A message with such a header is never guessed at.
 */
export const UnlabelledCodec = z.enum([...LogCodec.options, 'auto']);
export type UnlabelledCodec = z.infer<typeof UnlabelledCodec>;
