import type { LineShape } from './line-shape.ts';
import { saysEnded } from './run-endings.ts';

/** A key in YAML, of which the value stands below: `exception: |-`. */
const KEY = /^(?:- )?["']?[\w.-]+["']?: [|>][+-]?\d?$/;

/** Whether a line is a key of YAML, of which the value stands below. */
export function isBlockKey(body: string): boolean {
  return KEY.test(body);
}

/** How far above a line the key of its block may stand. */
const BLOCK_LINES = 12;

/** Below it a host shows what ended the piece of work. */
const EXCEPTION_KEY = /^(?:exception|error|traceback):/;

/**
 * Whether a line belongs to a block of text in YAML: `message: |`, and below it what is indented more. The exception that a
 * host shows right below its word on a bad end is its own.
 */
export function isBlockScalar(shapes: readonly LineShape[], at: number): boolean {
  const { indent } = shapes[at] as LineShape;
  if (indent < 2) return false;
  const above = shapes.slice(Math.max(0, at - BLOCK_LINES), at);
  const head = above.findLastIndex((line) => line.body !== '' && line.indent < indent);
  const key = above[head];
  if (!key || !isBlockKey(key.body)) return false;
  const ending = above[head - 1];
  return !(EXCEPTION_KEY.test(key.body) && ending !== undefined && saysEnded(ending));
}
