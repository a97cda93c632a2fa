import type { Provenance } from '../contracts/categories.ts';

export type JsonObject = { readonly [key: string]: unknown };

/** The name of the event that a line of plain text becomes. */
export const LINE_EVENT = 'line';

/** What a line means once decoded. */
export interface DecodedEvent {
  /** `type/subtype` for structured output, e.g. `system/api_retry`, `turn.failed`; {@link LINE_EVENT} for plain text. */
  readonly name: string;
  readonly provenance: Provenance;
  /** Whether fields of the runtime's own structure carry the meaning. */
  readonly typed: boolean;
  /** Plain text on a channel that the model or a tool can write to as well. Always false for typed events. */
  readonly shared: boolean;
  /** It speaks of a subagent, not of the run. Never justifies an abort. */
  readonly subagent: boolean;
  /** The parsed line; an empty object for plain text. */
  readonly fields: JsonObject;
  /** The message for people in it, normalised by `normalise-text.ts`: colours gone, odd spaces and apostrophes plain. */
  readonly text: string;
  /** The runtime's own fields say that something failed. Such an event without a rule is drift. */
  readonly claimsError: boolean;
  /** It keeps books, and shows neither that the run goes on nor that it fails. Left out where it may. */
  readonly isNeutral?: true;
  /** Its client prints it only where it has been given a prompt. Left out where it may say it without one. */
  readonly beginsTurn?: true;
  /** A turn of its agent is over with it. Left out where none is. */
  readonly endsTurn?: true;
  /**
   * The model's reply of which it is a part, by its id, where the client asks the model for the next one only when all calls of those
   * before are answered. Left out for a subagent.
   */
  readonly reply?: string;
  /** Tool calls that this event opens or closes, by the runtime's id for the call. */
  readonly tool?: { readonly opens?: readonly { id: string; name: string }[]; readonly closes?: readonly string[] };
}
