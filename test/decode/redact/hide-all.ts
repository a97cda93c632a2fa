import { LoweredText } from '../../../src/decode/redact/lowered-text.ts';
import type { SecretShape } from '../../../src/decode/redact/secret-shape.ts';

/** A text after each of the shapes has hidden what it finds. */
export function hideAll(shapes: readonly SecretShape[], text: string): string {
  return shapes.reduce((left, one) => one.hide(left, new LoweredText(left)), text);
}
