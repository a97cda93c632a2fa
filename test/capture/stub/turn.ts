import type { Dialect } from './fault.ts';

/** A tool that the client offered to the model. */
export interface OfferedTool {
  readonly name: string;
  /** JSON Schema of its arguments; an empty object where there is none. */
  readonly schema: JsonObject;
}

export type JsonObject = { readonly [key: string]: unknown };

/** What a request for a model's answer says, whatever its dialect. */
export interface TurnRequest {
  readonly model: string;
  readonly stream: boolean;
  readonly tools: readonly OfferedTool[];
  /** How many results of tool calls the conversation holds: which step of a script is next. */
  readonly toolResults: number;
  /** What the first message of the user says: in a subagent's request, the work it was given. */
  readonly task: string;
}

/** What the model answers in one turn. */
export interface Turn {
  readonly text: string;
  readonly call?: { readonly name: string; readonly input: JsonObject };
  readonly refused: boolean;
}

/** Parts of a streamed answer in order; each is written on its own so that a stream can be cut between them. */
export interface WireAnswer {
  readonly contentType: string;
  readonly parts: readonly string[];
}

/** How one endpoint reads requests and writes answers. */
export interface Endpoint {
  readonly dialect: Dialect;
  /** Whether a path, without its query, is this endpoint. */
  matches(path: string): boolean;
  read(body: JsonObject, path: string): TurnRequest;
  write(turn: Turn, request: TurnRequest): WireAnswer;
}

export const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The objects of a list, or nothing where it is no list. */
export const objectsOf = (value: unknown): JsonObject[] => (Array.isArray(value) ? value.filter(isObject) : []);

export const textOf = (value: unknown, otherwise = ''): string => (typeof value === 'string' ? value : otherwise);

/** All text in a message's content, whether that is a string or a list of parts. */
export function contentText(content: unknown): string {
  if (typeof content === 'string') return content;
  return objectsOf(content)
    .map((part) => textOf(part.text))
    .join('\n');
}

/** Server-sent events (https://html.spec.whatwg.org/multipage/server-sent-events.html), named or not. */
export function sse(data: unknown, event?: string): string {
  const text = typeof data === 'string' ? data : JSON.stringify(data);
  return `${event ? `event: ${event}\n` : ''}data: ${text}\n\n`;
}
